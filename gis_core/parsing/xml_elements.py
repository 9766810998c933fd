"""Elements of one name out of an XML file, one in memory at a time. Runs in the limited process.

Expat is told to stop at a document type, so no entity is ever expanded.
"""

from collections.abc import Iterator
from pathlib import Path
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

from gis_core.parsing.unreadable import Unreadable

_CHUNK_BYTES = 1 << 16


def elements(path: Path, root: str, name: str) -> Iterator[tuple[int, Element]]:
    """(number from 1, element), names without their namespaces; Unreadable where the file has no `root`."""
    reader, number = _Collected(root, name), 0
    with path.open("rb") as handle:
        while True:
            chunk = handle.read(_CHUNK_BYTES)
            _parse(reader, chunk, number)
            for element in reader.take():
                number += 1
                yield number, element
            if not chunk:
                break
    if not reader.is_ours:
        raise Unreadable("damaged")


class _Collected:
    """Collects the elements met since it was last asked; everything round them is dropped."""

    def __init__(self, root: str, name: str):
        self.root, self.name = root, name
        self.found: list[Element] = []
        self.depth = 0
        self.is_ours = False
        self._builder = None
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.buffer_text = True
        self.parser.StartDoctypeDeclHandler = self._refuse
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text

    def _refuse(self, *_declaration):
        raise Unreadable("doctype")

    def _start(self, name, attributes):
        name = name.rpartition(" ")[2]
        self.is_ours = self.is_ours or name == self.root
        if self._builder is None and name == self.name:
            self._builder, self.depth = TreeBuilder(), 0
        if self._builder:
            self.depth += 1
            self._builder.start(name, attributes)

    def _text(self, text):
        if self._builder:
            self._builder.data(text)

    def _end(self, name):
        if self._builder:
            self._builder.end(name.rpartition(" ")[2])
            self.depth -= 1
            if self.depth == 0:
                self.found.append(self._builder.close())
                self._builder = None

    def take(self) -> list[Element]:
        taken, self.found = self.found, []
        return taken


def _parse(reader, chunk, number):
    try:
        reader.parser.Parse(chunk, not chunk)
    except expat.ExpatError as error:
        raise Unreadable("damaged_from" if reader.is_ours else "damaged", number + 1) from error
