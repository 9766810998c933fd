"""A case, who works on it, and evidence of it."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from cases import actions
from cases.models import Evidence
from tests.cases.evidence_files import movie
from tests.factories import SUOHE, make_case, make_user

DEGREE_OF_LAT_M = 110_920  # at 34.8° N, from the length of a meridian arc


@pytest.fixture(autouse=True)
def media(tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.fixture
def officer(xingyang):
    return make_user("inspector", group_codes=["G3"], display_name="执法员一")


@pytest.fixture
def case(officer):
    return make_case(by=officer)


def file(content, name="院墙.mp4"):
    return SimpleUploadedFile(name, content)


def add(case, content=None, by=None, **told):
    return actions.add_evidence(case, file(content or movie()), by=by or case.reported_by, **told)


def listed(piece):
    return Evidence.objects.for_list().get(pk=piece.pk)


def files_in(folder):
    return [path for path in folder.rglob("*") if path.is_file()]


def verbs(case):
    return list(case.events.values_list("verb", flat=True))


def north_of_the_case(metres):
    _system, point = actions.convert(SUOHE[0], SUOHE[1] + metres / DEGREE_OF_LAT_M, "wgs84")
    return point
