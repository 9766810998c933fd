"""Uploads under several senders at once, killed senders and refused rows: no durable byte lost, none doubled."""

# ruff: noqa: F811 -- fixtures are found by their names
import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from uuid import uuid4

import pytest
from django.conf import settings as django_settings
from django.db import connection

from cases import actions
from cases.evidence import EvidenceRefused, uploads
from cases.models import Upload
from tests.cases.evidence_files import movie
from tests.cases.evidence_rows import case, media, officer, verbs  # noqa: F401 -- fixtures
from tests.factories import make_case, make_user
from tests.land import load_once

FILM = movie(seconds=65, media=bytes(range(256)) * 40)


@pytest.fixture
def land(transactional_db):
    load_once()


def test_of_two_who_send_at_once_one_is_told_to_ask_again(land):
    officer = make_user("inspector", group_codes=["G3"])
    upload = uploads.begin(make_case(by=officer), by=officer, length=len(FILM), name="院墙.mp4")
    with uploads.alone(upload), pytest.raises(uploads.InUse):
        actions.receive(upload, 0, [FILM])


def test_four_who_send_the_whole_file_at_once_leave_one_sound_piece_of_evidence(land):
    officer = make_user("inspector", group_codes=["G3"])
    case = make_case(by=officer)
    upload = uploads.begin(case, by=officer, length=len(FILM), name="院墙.mp4")
    together = Barrier(4)

    def send(_number):
        try:
            together.wait()
            mine = Upload.objects.get(pk=upload.pk)
            actions.receive(mine, 0, (FILM[place : place + 100] for place in range(0, len(FILM), 100)))
        except (uploads.InUse, uploads.BadOffset) as error:
            return type(error).__name__
        finally:
            connection.close()
        return "kept"

    with ThreadPoolExecutor(4) as pool:
        ends = list(pool.map(send, range(4)))
    assert ends.count("kept") == 1, ends
    assert Path(case.evidence.get().original.path).read_bytes() == FILM
    assert verbs(case) == ["report", "evidence"]


SENDER = """
import sys, time
import django
django.setup()
from django.conf import settings
from django.db import connections
settings.MEDIA_ROOT = sys.argv[2]
connections["default"].settings_dict["NAME"] = sys.argv[3]
from cases import actions
from cases.evidence import uploads
from cases.models import Upload
uploads.DURABLE_EVERY = 65536

def endless():
    content = open(sys.argv[4], "rb").read()
    begin = Upload.objects.get(pk=sys.argv[1]).offset
    for place in range(begin, len(content), 4096):
        yield content[place:place + 4096]
        print(place, flush=True)

upload = Upload.objects.get(pk=sys.argv[1])
actions.receive(upload, upload.offset, endless())
"""


def test_a_sender_killed_at_any_moment_loses_no_byte_that_was_told_to_be_durable(land, media, tmp_path):
    officer = make_user("inspector", group_codes=["G3"])
    case = make_case(by=officer)
    content = movie(media=os.urandom(3_000_000))
    file = tmp_path / f"{uuid4().hex}.bin"
    file.write_bytes(content)
    upload = uploads.begin(case, by=officer, length=len(content), name="院墙.mp4")
    arguments = [str(upload.pk), django_settings.MEDIA_ROOT, connection.settings_dict["NAME"], str(file)]
    told = 0
    for steps in (5, 90, 20, 133):
        sender = subprocess.Popen(
            [sys.executable, "-c", SENDER, *map(str, arguments)], stdout=subprocess.PIPE,
            env={**os.environ, "DJANGO_SETTINGS_MODULE": "gis_core.settings"}, cwd=django_settings.BASE_DIR,
        )  # fmt: skip
        for _step in range(steps):
            sender.stdout.readline()
        sender.send_signal(signal.SIGKILL)
        sender.communicate()
        upload.refresh_from_db()
        assert upload.offset >= told
        told = upload.offset
        assert uploads.part_of(upload).read_bytes()[:told] == content[:told]
    assert 0 < told < len(content)
    actions.receive(upload, told, [content[told:]])
    assert Path(case.evidence.get().original.path).read_bytes() == content


def test_a_refused_row_leaves_the_bytes_for_another_try(land, media, monkeypatch):
    officer = make_user("inspector", group_codes=["G3"])
    case = make_case(by=officer)
    upload = uploads.begin(case, by=officer, length=len(FILM), name="院墙.mp4")
    actions.receive(upload, 0, [FILM[:-100]])
    with monkeypatch.context() as broken:
        broken.setattr(Upload, "save", lambda *_given, **_words: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            actions.receive(upload, len(FILM) - 100, [FILM[-100:]])
    assert (case.evidence.count(), verbs(case)) == (0, ["report"])
    upload.refresh_from_db()
    assert upload.offset == len(FILM) - 100
    actions.receive(upload, upload.offset, [FILM[-100:]])
    assert Path(case.evidence.get().original.path).read_bytes() == FILM
    with pytest.raises(uploads.BadOffset):
        actions.receive(upload, 0, [b"x"])


def test_a_refused_file_is_the_end_of_its_upload(case, officer):
    upload = uploads.begin(case, by=officer, length=5, name="x.mp4")
    with pytest.raises(EvidenceRefused):
        actions.receive(upload, 0, [b"hello"])
    assert not Upload.objects.exists()
