"""Statements that are planned once a connection: a tile's is asked for again and again with other numbers alone, and
planning it takes longer than running it."""

import hashlib
import re
from collections import OrderedDict
from functools import lru_cache
from weakref import WeakKeyDictionary

from django.db import connection

MOST = 64  # prepared at a time on a connection: each keeps its plan in the server's memory
PARAMETER = re.compile(r"%\((\w+)\)s")

# Per database connection its statements' names, the least recently used first.
_prepared: WeakKeyDictionary = WeakKeyDictionary()


def execute(cursor, text: str, parameters: dict, before: str = "") -> None:
    """Run `text`, with its `%(name)s`, as a prepared statement; PostgreSQL infers the parameters' types from where they
    stand. A connection that was exchanged behind our back (a pooler's) raises InvalidSqlStatementName or
    DuplicatePreparedStatement: `forget` it and ask again. `before` goes in the same message:
    outside of a transaction the two are one, and a SET LOCAL in it holds for the statement alone."""
    name, numbered, order = as_prepared(text)
    known = _prepared.setdefault(connection.connection, OrderedDict())
    if name not in known:
        if len(known) >= MOST:
            cursor.execute(f"DEALLOCATE {known.popitem(last=False)[0]}")
        cursor.execute(f"PREPARE {name} AS {numbered}")
        known[name] = True
    known.move_to_end(name)
    values = [parameters[each] for each in order]
    places = ", ".join(["%s"] * len(values))
    cursor.execute(before + (f"EXECUTE {name} ({places})" if values else f"EXECUTE {name}"), values)


def forget(cursor) -> None:
    """Nothing is prepared on this connection any more."""
    cursor.execute("DEALLOCATE ALL")
    _prepared.pop(connection.connection, None)


@lru_cache(maxsize=1024)
def as_prepared(text: str) -> tuple[str, str, tuple[str, ...]]:
    """Name of the statement, its text with `$1` for the first parameter, and the parameters in that order."""
    order = tuple(dict.fromkeys(PARAMETER.findall(text)))
    places = {name: f"${number}" for number, name in enumerate(order, 1)}
    numbered = PARAMETER.sub(lambda found: places[found[1]], text).replace("%%", "%")
    return f"s_{hashlib.blake2b(numbered.encode(), digest_size=12).hexdigest()}", numbered, order
