"""A file that is not kept, and why; and the names of files as they may be said and stored."""

import re
import unicodedata

LONGEST_NAME = 120


class EvidenceRefused(ValueError):
    """The file is not one that we keep; the sentence says why and names the file, `field` where it came in."""

    field = "file"

    def __init__(self, name: str, sentence: str):
        super().__init__(f"{name or '?'}: {sentence}")


def plain_name(name: str) -> str:
    """The file's own name without folders, control characters and marks that turn the writing round."""
    last = re.split(r"[\\/]", name)[-1]
    said = "".join(one for one in last if unicodedata.category(one)[0] != "C")
    return " ".join(said.split())[:LONGEST_NAME]
