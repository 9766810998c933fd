"""Somebody without an account before the form of a region that is opened for everybody's reports."""

from uuid import uuid4

import pytest

HERE = "410182"
FORM = f"/public-report/{HERE}/"
RECEIPT = f"{FORM}receipt/"
NAME, PHONE = "钱来人", "13512340987"
SUOHE_CODE = "410182001"


@pytest.fixture(autouse=True)
def opened(xingyang, settings, tmp_path):
    settings.PUBLIC_REPORTS, settings.MEDIA_ROOT = [HERE], tmp_path


def told(**changes):
    return {
        "key": str(uuid4()), "area": SUOHE_CODE, "address": "康泰路东侧空地", "description": "夜里在打地基",
        "reporter_name": NAME, "reporter_phone": PHONE, **changes,
    }  # fmt: skip
