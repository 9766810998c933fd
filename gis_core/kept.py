"""Answers that are kept in this process for as long as what they were made of stays as it was."""

import threading
from collections.abc import Callable, Hashable
from concurrent.futures import Future

from cachetools import LRUCache
from django.db import connection


class Kept:
    """Answers by key, the least recently asked for going first; one that many ask for at once is made once.

    A key holds the version of the data, so that nothing kept is ever old. What is seen inside a transaction may never
    be committed: there everything is made anew and nothing kept. `size` says what an answer counts for, of `most`.
    """

    def __init__(self, most: int, size: Callable[[object], int] = lambda answer: 1):
        self._kept = LRUCache(most, getsizeof=size)
        self._making: dict[Hashable, Future] = {}
        self._lock = threading.Lock()

    def get(self, key: Hashable, make: Callable[[], object]):
        """The answer under `key`; `make` makes it where it is not kept. What `make` raises, all who wait get."""
        if connection.in_atomic_block:
            return make()
        with self._lock:
            if key in self._kept:
                return self._kept[key]
            waiting = self._making.get(key)
            if waiting is None:
                mine = self._making[key] = Future()
        return waiting.result() if waiting else self._made(key, make, mine)

    def _made(self, key, make, mine: Future):
        try:
            answer = make()
        except BaseException as error:
            mine.set_exception(error)
            raise
        else:
            mine.set_result(answer)
            return answer
        finally:
            with self._lock:
                del self._making[key]
                if mine.exception() is None and self._kept.getsizeof(mine.result()) <= self._kept.maxsize:
                    self._kept[key] = mine.result()

    def clear(self):
        with self._lock:
            self._kept.clear()
