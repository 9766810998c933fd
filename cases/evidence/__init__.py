"""Files that prove something: checked by content, kept untouched, shown only as we make or hand them out.

The original is evidence: its bytes are stored as they came and its SHA-256 beside them.
"""

from cases.evidence.formats import KNOWN, Format, format_of
from cases.evidence.keeping import check_open, keep, takes_more
from cases.evidence.reading import ReadFile, read, read_photos
from cases.evidence.refusal import EvidenceRefused

__all__ = [
    "KNOWN",
    "EvidenceRefused",
    "Format",
    "ReadFile",
    "check_open",
    "format_of",
    "keep",
    "read",
    "read_photos",
    "takes_more",
]
