"""Drawn tiles, kept compressed in this process for as long as the data they show stays what it was."""

import gzip
import hashlib
import threading
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from dataclasses import dataclass

from cachetools import LRUCache

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


class TileCache:
    """Tiles by key, the least recently asked for going first; one that many ask for at once is drawn once."""

    def __init__(self, most_bytes: int = MOST_BYTES):
        self._kept = LRUCache(most_bytes, getsizeof=lambda drawn: len(drawn.packed) + OVERHEAD)
        self._drawing: dict[Hashable, Future] = {}
        self._lock = threading.Lock()

    def get(self, key: Hashable, draw: Callable[[], bytes]) -> Drawn:
        """The tile under `key`; `draw` makes it where it is not kept. What `draw` raises, all who wait get."""
        with self._lock:
            if key in self._kept:
                return self._kept[key]
            waiting = self._drawing.get(key)
            if waiting is None:
                mine = self._drawing[key] = Future()
        if waiting is not None:
            return waiting.result()
        return self._draw(key, draw, mine)

    def _draw(self, key, draw, mine: Future) -> Drawn:
        try:
            drawn = Drawn.of(draw())
        except BaseException as error:
            mine.set_exception(error)
            raise
        else:
            mine.set_result(drawn)
            return drawn
        finally:
            with self._lock:
                del self._drawing[key]
                if mine.exception() is None:
                    self._keep(key, mine.result())

    def _keep(self, key, drawn: Drawn):
        if len(drawn.packed) + OVERHEAD <= self._kept.maxsize:
            self._kept[key] = drawn

    def clear(self):
        with self._lock:
            self._kept.clear()


tiles = TileCache()
