"""A file as an answer, whole or the part of it that a player asks for (HTTP range requests)."""

import re
from typing import BinaryIO

from django.http import FileResponse, HttpResponse
from whitenoise.responders import SlicedFile

_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")


def file_answer(request, content: BinaryIO, size: int, **words) -> HttpResponse:
    """`content` of `size` bytes; 206 with the asked part, 416 for a part that lies outside.

    Several ranges at once, or what is no range at all, get the whole file, as the standard allows. `words` are
    FileResponse's own.
    """
    asked = _RANGE.fullmatch(request.headers.get("Range", "").strip())
    if not asked or asked[1] == asked[2] == "":
        return _whole(content, size, words)
    first, last = _edges(asked[1], asked[2], size)
    if first > last or first >= size:
        content.close()
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
    answer = FileResponse(SlicedFile(content, first, last), status=206, **words)
    answer["Content-Range"], answer["Content-Length"] = f"bytes {first}-{last}/{size}", str(last - first + 1)
    answer["Accept-Ranges"] = "bytes"
    return answer


def _whole(content, size, words):
    answer = FileResponse(content, **words)
    answer["Content-Length"], answer["Accept-Ranges"] = str(size), "bytes"
    return answer


def _edges(first: str, last: str, size: int) -> tuple[int, int]:
    """First and last byte; without a first one the other number counts from the end."""
    if not first:
        return max(0, size - int(last)), size - 1
    return int(first), min(int(last), size - 1) if last else size - 1
