"""Drawn tiles, kept compressed in this process for as long as the data they show stays what it was."""

import gzip
import hashlib
from collections.abc import Callable, Hashable
from dataclasses import dataclass

from gis_core.kept import Kept

MOST_BYTES = 64 * 1024 * 1024
LEVEL = 4  # of gzip: tiles shrink little more beyond it
OVERHEAD = 400  # bytes that a kept tile costs beside its content


@dataclass(frozen=True)
class Drawn:
    """A tile as it is sent: compressed, and empty where the layer shows nothing; `etag` tells its content."""

    packed: bytes
    etag: str

    @classmethod
    def of(cls, content: bytes):
        return cls(
            gzip.compress(content, LEVEL, mtime=0) if content else b"",
            hashlib.blake2b(content, digest_size=16).hexdigest(),
        )

    @property
    def content(self) -> bytes:
        return gzip.decompress(self.packed) if self.packed else b""


class TileCache(Kept):
    """Tiles by key, as many as fit into so many bytes."""

    def __init__(self, most_bytes: int = MOST_BYTES):
        super().__init__(most_bytes, size=lambda drawn: len(drawn.packed) + OVERHEAD)

    def get(self, key: Hashable, draw: Callable[[], bytes]) -> Drawn:
        return super().get(key, lambda: Drawn.of(draw()))


tiles = TileCache()
