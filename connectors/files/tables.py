"""Rows of CSV, Excel and JSON lines, as they come, in bounded memory."""

from __future__ import annotations

import codecs
import csv
import io
import json
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from itertools import chain, islice
from typing import Any, Final, NamedTuple

from connectors.edi.charset import CHINESE, utf8_text
from connectors.reading.source import Source, chunks, peek

#: A field longer than this is no field: a quote was never closed.
_LONGEST_FIELD: Final = 1 << 20
#: Longest line of JSON.
_LONGEST_LINE: Final = 1 << 20
#: Excel files are zipped: unpacked, one may hold so many bytes.
_LARGEST_BOOK: Final = 1 << 30
_DELIMITERS: Final = ",;\t|"
#: Rows among which the headings are looked for, where the mapping does not say which: reports have titles above them.
_TITLES: Final = 20
#: Largest JSON document that is not one object a line, bytes: it is held whole.
LARGEST_DOCUMENT: Final = 32 << 20


class Row(NamedTuple):
    """A row of a table: its number in the file from 1, and its cells by column, empty ones left out."""

    number: int
    cells: dict[str, Any]


class Unreadable(Exception):
    """The rest of the file cannot be read. ``code`` is one of connectors.reading.problem_texts."""

    def __init__(self, code: str, number: int, value: str, expected: str) -> None:
        super().__init__(code)
        self.code = code
        self.number = number
        self.value = value
        self.expected = expected


def csv_rows(source: Source, encoding: str, delimiter: str, header: int, needed: Sequence[str]) -> Iterator[Row]:
    """Rows of a CSV file. ``encoding`` "": UTF-8, or GB18030 where the file is none. ``delimiter`` "": told by the row of
    headings, which is row number ``header`` (0: the first that names them all) and must name all that are ``needed``.
    Raises Unreadable."""
    lines = _text_lines(chunks(source), encoding)
    head = list(islice(lines, header or _TITLES))
    at = (header or _header_row([_headings(line, delimiter) for line in head], needed)) - 1
    first = head[at] if at < len(head) else ""
    csv.field_size_limit(_LONGEST_FIELD)
    reader = csv.reader(chain((first,), head[at + 1 :], lines), delimiter=delimiter or _mark(first), strict=True)
    try:
        names = [name.strip() for name in next(reader, [])]
        _check_columns(names, needed, at + 1)
        for cells in reader:
            yield Row(at + reader.line_num, _named(names, cells))
    except csv.Error as error:
        raise Unreadable("BAD_TABLE", at + reader.line_num, str(error), "rows with closed quotes") from error


def _mark(line: str) -> str:
    """What separates the cells of a line."""
    return max(_DELIMITERS, key=line.count)


def _headings(line: str, delimiter: str) -> list[str]:
    return [cell.strip().strip('"').strip() for cell in line.split(delimiter or _mark(line))]


def _header_row(rows: Sequence[Sequence[str]], needed: Sequence[str]) -> int:
    """Number of the first row that names all columns, below titles and empty rows; where none does, of the one that names
    the most."""
    return max(range(len(rows)), key=lambda at: sum(column in rows[at] for column in needed), default=0) + 1


def xlsx_rows(source: Source, sheet: str, header: int, needed: Sequence[str]) -> Iterator[Row]:
    """Rows of an Excel file (.xlsx): of the sheet of that name, "" = the first. Raises Unreadable."""
    from openpyxl import load_workbook

    whole = io.BytesIO(b"".join(chunks(source)))  # a zip is read from its end
    try:
        with zipfile.ZipFile(whole) as packed:
            size = sum(part.file_size for part in packed.infolist())
        if size > _LARGEST_BOOK:
            raise Unreadable("BAD_TABLE", 0, f"{size:,} bytes unpacked", f"at most {_LARGEST_BOOK:,}")
        book = load_workbook(whole, read_only=True, data_only=True)
    except Unreadable:
        raise
    except Exception as error:  # openpyxl raises whatever its reading stumbles over
        raise Unreadable("BAD_TABLE", 0, f"damaged or cut off ({type(error).__name__})", "an Excel file (.xlsx)") from error
    with closing(book):
        if sheet and sheet not in book.sheetnames:
            raise Unreadable("NO_SHEET", 0, sheet, ", ".join(book.sheetnames))
        page = book[sheet] if sheet else book.worksheets[0]
        rows = page.iter_rows(values_only=True)
        head = [["" if cell is None else str(cell).strip() for cell in cells] for cells in islice(rows, header or _TITLES)]
        at = header or _header_row(head, needed)
        names = head[at - 1] if at <= len(head) else []
        _check_columns(names, needed, at)
        if len(head) > at:  # they were looked at as headings: from the start, for their values
            rows = page.iter_rows(min_row=at + 1, values_only=True)
        for number, cells in enumerate(rows, at + 1):
            yield Row(number, _named(names, cells))


def json_rows(source: Source) -> Iterator[Row]:
    """Objects of a file with one JSON object a line, or of one document: a list of them, an object, or one whose ``events``
    are the list. Nested values have dotted names. A line that is no object has its text under "", and why under "!".
    Raises Unreadable."""
    head, pieces = peek(chunks(source))
    if head.removeprefix(codecs.BOM_UTF8).lstrip().startswith(b"["):
        yield from _document_rows(_whole(pieces))
        return
    lines = enumerate(_text_lines(pieces, ""), 1)
    held = list(islice(((number, line) for number, line in lines if line.strip()), 1))
    try:
        document = _json(held[0][1]) if held else None
    except (ValueError, RecursionError):  # the first of several lines of one object, or a wrong one
        size = 0
        for number, line in lines:
            held.append((number, line))
            size += len(line)
            if size > LARGEST_DOCUMENT:
                break
        try:
            document = _json("".join(line for _, line in held))
        except (ValueError, RecursionError):
            document = None
        if document is not None:
            yield from _document_rows("".join(line for _, line in held))
            return
    if isinstance(document, dict) and isinstance(document.get("events"), list):
        yield from _document_rows(held[0][1])
        held = []
    for number, line in chain(held, lines):
        if not line.strip():
            continue
        try:
            yield _object(number, _json(line), line.strip())
        except (ValueError, RecursionError) as error:
            yield Row(number, {"": line.strip()[:60], "!": str(error)})


def _whole(pieces: Iterator[bytes]) -> str:
    """The text of a document that is held whole. Raises Unreadable when it is too large."""
    raw = bytearray()
    for piece in pieces:
        raw += piece
        if len(raw) > LARGEST_DOCUMENT:
            expected = f"a document of at most {LARGEST_DOCUMENT:,} bytes, or one object a line"
            raise Unreadable("TOO_LARGE", 0, "", expected)
    return bytes(raw).decode("utf-8-sig" if _is_utf8(raw) else "gb18030", "replace")


def _document_rows(text: str) -> Iterator[Row]:
    try:
        document = _json(text)
    except (ValueError, RecursionError) as error:
        raise Unreadable("NOT_JSON", 0, str(error), "a list of objects, or one object a line") from error
    if isinstance(document, dict) and isinstance(document.get("events"), list):
        document = document["events"]
    for number, one in enumerate(document if isinstance(document, list) else [document], 1):
        yield _object(number, one, str(one))


def _object(number: int, document: Any, shown: str) -> Row:
    return Row(number, _flat(document) if isinstance(document, dict) else {"": shown[:60]})


def _json(text: str) -> Any:
    """A JSON value. Raises ValueError, also for a name that stands twice in an object: which one counts, nobody says."""
    return json.loads(text, object_pairs_hook=_once)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    document = dict(pairs)
    if len(document) < len(pairs):
        twice = next(name for name, times in Counter(name for name, _ in pairs).items() if times > 1)
        raise ValueError(f"the name {twice[:40]} stands twice")
    return document


def _flat(document: dict[str, Any]) -> dict[str, Any]:
    cells: dict[str, Any] = {}
    waiting: list[tuple[str, Any]] = [(str(name), value) for name, value in document.items()]
    while waiting:
        name, value = waiting.pop()
        cells[name] = value
        if isinstance(value, dict):
            waiting += [(f"{name}.{inner}", item) for inner, item in value.items()]
        elif isinstance(value, list):
            waiting += [(f"{name}.{at}", item) for at, item in enumerate(value[:50])]
    return cells


def _check_columns(names: Sequence[str], needed: Sequence[str], header: int) -> None:
    if twice := next((column for column in needed if names.count(column) > 1), ""):
        raise Unreadable("BAD_TABLE", header, f"the column {twice} stands twice", "each column of the mapping once")
    if missing := [column for column in needed if column not in names]:
        found = ", ".join(filter(None, names))
        expected = f"the columns of the mapping; found {found[:300] or 'no column'}"
        raise Unreadable("NO_COLUMN", header, ", ".join(missing), expected)


def _named(names: list[str], cells: Iterable[Any]) -> dict[str, Any]:
    return {
        name: cell.strip() if isinstance(cell, str) else cell
        for name, cell in zip(names, cells, strict=False)
        if name and cell is not None and (not isinstance(cell, str) or cell.strip())
    }


def _text_lines(pieces: Iterator[bytes], encoding: str) -> Iterator[str]:
    """Lines with their ends, as csv wants them."""
    raw = io.BufferedReader(_Raw(pieces))
    head = raw.peek(1 << 16)
    marked = encoding.lower() in ("utf-16", "utf16") and b"\0" not in head  # it has become UTF-8 (reading.source)
    if not encoding or marked:
        encoding = "utf-8-sig" if _is_utf8(head) else "gb18030"
    with io.TextIOWrapper(raw, encoding="utf-8-sig" if encoding == "utf-8" else encoding, newline="") as text:
        number = 0
        try:
            while line := text.readline(_LONGEST_LINE):
                number += 1
                if len(line) == _LONGEST_LINE:
                    raise Unreadable("BAD_TABLE", number, line[:40], f"lines shorter than {_LONGEST_LINE:,} characters")
                yield line
        except UnicodeDecodeError as error:
            value = f"the bytes {error.object[error.start : error.end].hex()}"
            raise Unreadable("BAD_TABLE", number + 1, value, f"text in {encoding} (table, encoding in the mapping)") from error


def _is_utf8(head: bytes | bytearray) -> bool:
    """Whether it is UTF-8, and not rather GB18030 (connectors.edi.charset): a table whose only Chinese are number plates
    is both."""
    try:
        text = codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return False
    return head.startswith(codecs.BOM_UTF8) or not text or utf8_text(text.encode(), CHINESE) is not None


class _Raw(io.RawIOBase):
    """Pieces of bytes as a stream."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        self._left = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._left:
            piece = next(self._pieces, None)
            if piece is None:
                return 0
            self._left = memoryview(piece)
        count = min(len(buffer), len(self._left))
        buffer[:count] = self._left[:count]
        self._left = self._left[count:]
        return count
