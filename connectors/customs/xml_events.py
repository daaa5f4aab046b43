"""Reading XML that anybody may have written: element by element, without DTDs, entities or mixed content, and without
attributes where the caller does not say that they mean nothing.

Incremental: a file of any size is read piece by piece, and what it may cost is limited.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple
from xml.parsers import expat

from connectors.reading.source import peek

MAX_DEPTH: Final = 32
#: Longest text of one element, characters.
MAX_TEXT: Final = 4096


#: The encoding that a document declares, if any.
_DECLARED: Final = re.compile(rb"""\s*<\?xml[^>]{1,80}encoding=["']([A-Za-z0-9._-]{1,40})["']""")
#: What Chinese systems write besides UTF-8; expat knows neither.
_CHINESE: Final = frozenset((b"gb2312", b"gbk", b"gb18030"))


class XmlProblem(ValueError):
    """XML that is refused: the message says where and why."""


class Leaf(NamedTuple):
    """An element with text and without children. ``path`` begins with the root's name."""

    path: str
    text: str
    line: int


class End(NamedTuple):
    """An element with children is complete."""

    path: str
    line: int


def leaves(pieces: Iterable[bytes]) -> Iterator[Leaf]:
    """The leaves of a document, as soon as each is complete. Raises XmlProblem."""
    return (found for found in parts(pieces) if isinstance(found, Leaf))


def parts(pieces: Iterable[bytes], attributes: bool = False) -> Iterator[Leaf | End]:
    """Leaves, and the ends of what holds them: for documents that repeat groups. ``attributes``: whether there may be some;
    they are not looked at. Raises XmlProblem."""
    head, pieces = peek(iter(pieces))
    declared = _DECLARED.match(head)
    chinese = declared is not None and declared[1].lower() in _CHINESE
    reader = _Reader("utf-8" if chinese else None, attributes)
    for piece in _as_utf8(pieces) if chinese else pieces:
        yield from reader.feed(piece, False)
    yield from reader.feed(b"", True)


def _as_utf8(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """GB18030, of which GBK and GB2312 are parts, as UTF-8. Raises XmlProblem."""
    decoder = codecs.getincrementaldecoder("gb18030")()
    try:
        for piece in pieces:
            yield decoder.decode(piece).encode()
        yield decoder.decode(b"", True).encode()
    except UnicodeDecodeError as error:
        raise XmlProblem(f"the bytes are no text in the encoding that the document declares ({error.reason})") from error


class _Reader:
    """Handlers for one document. ``encoding`` counts before what the document declares; ``attributes``: there may be."""

    def __init__(self, encoding: str | None = None, attributes: bool = False) -> None:
        self._attributes = attributes
        self._path: list[str] = []
        self._text: list[str] = []
        self._length = 0
        self._has_children = False
        self._found: list[Leaf | End] = []
        parser = self._parser = expat.ParserCreate(encoding)
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = self._refuse_doctype
        parser.EntityDeclHandler = self._refuse_doctype  # behind the one above, should a parser skip it
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._data

    def feed(self, piece: bytes, last: bool) -> list[Leaf | End]:
        try:
            self._parser.Parse(piece, last)
        except expat.ExpatError as error:
            raise XmlProblem(f"line {error.lineno}: not well-formed XML ({expat.ErrorString(error.code)})") from error
        except XmlProblem:
            raise
        except (LookupError, ValueError) as error:
            raise XmlProblem(f"line {self._line}: the encoding cannot be read ({error}); expected UTF-8 or GB18030") from error
        found, self._found = self._found, []
        return found

    @property
    def _line(self) -> int:
        return self._parser.CurrentLineNumber

    def _refuse_doctype(self, *_: object) -> None:
        raise XmlProblem(f"line {self._line}: a DTD (<!DOCTYPE …>) or entity is not accepted in a message")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._stray_text()
        if len(self._path) >= MAX_DEPTH:
            raise XmlProblem(f"line {self._line}: more than {MAX_DEPTH} elements inside each other")
        self._path.append(name.rpartition(":")[2])
        for key in attributes:
            if not self._attributes and not key.startswith(("xmlns", "xsi:")):
                raise XmlProblem(f"line {self._line}: {self._where} has the attribute {key!r}; expected none")
        self._has_children = False

    def _end(self, name: str) -> None:
        if self._has_children:
            self._stray_text()
            self._found.append(End(self._where, self._line))
        else:
            self._found.append(Leaf(self._where, "".join(self._text).strip(), self._line))
        self._clear()
        self._path.pop()
        self._has_children = True

    def _data(self, text: str) -> None:
        self._length += len(text)
        if self._length > MAX_TEXT:
            raise XmlProblem(f"line {self._line}: {self._where} has more than {MAX_TEXT} characters")
        self._text.append(text)

    def _stray_text(self) -> None:
        stray = "".join(self._text).strip()
        if stray:
            raise XmlProblem(f"line {self._line}: {self._where} has the text {stray[:40]!r} between its elements")
        self._clear()

    def _clear(self) -> None:
        self._text.clear()
        self._length = 0

    @property
    def _where(self) -> str:
        return "/".join(self._path)
