"""Rows of CSV, Excel and JSON lines, as they come, in bounded memory."""

from __future__ import annotations

import codecs
import csv
import io
import json
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from typing import Any, Final, NamedTuple

from connectors.reading.source import Source, chunks

#: A field longer than this is no field: a quote was never closed.
_LONGEST_FIELD: Final = 1 << 20
#: Longest line of JSON.
_LONGEST_LINE: Final = 1 << 20
#: Excel files are zipped: unpacked, one may hold so many bytes.
_LARGEST_BOOK: Final = 1 << 30
_DELIMITERS: Final = ",;\t|"


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
    headings, which is row number ``header`` and must name all that are ``needed``. Raises Unreadable."""
    lines = _text_lines(chunks(source), encoding)
    skipped = 0
    while skipped < header - 1 and next(lines, None) is not None:
        skipped += 1
    first = next(lines, "")
    mark = delimiter or max(_DELIMITERS, key=first.count)
    csv.field_size_limit(_LONGEST_FIELD)
    reader = csv.reader(_again(first, lines), delimiter=mark, strict=True)
    try:
        names = [name.strip() for name in next(reader, [])]
        _check_columns(names, needed, header)
        for cells in reader:
            yield Row(skipped + reader.line_num, _named(names, cells))
    except csv.Error as error:
        raise Unreadable("BAD_TABLE", skipped + reader.line_num, str(error), "rows with closed quotes") from error


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
        raise Unreadable("BAD_TABLE", 0, f"{type(error).__name__}: {error}", "an Excel file (.xlsx)") from error
    with closing(book):
        if sheet and sheet not in book.sheetnames:
            raise Unreadable("NO_SHEET", 0, sheet, ", ".join(book.sheetnames))
        page = book[sheet] if sheet else book.worksheets[0]
        names: list[str] = []
        for number, cells in enumerate(page.iter_rows(values_only=True), 1):
            if number == header:
                names = ["" if cell is None else str(cell).strip() for cell in cells]
                _check_columns(names, needed, header)
            elif number > header:
                yield Row(number, _named(names, cells))


def json_rows(source: Source) -> Iterator[Row]:
    """Objects of a file with one JSON object a line; nested values have dotted names. Raises Unreadable for a line that is
    none: what comes behind it may be anything."""
    for number, line in enumerate(_text_lines(chunks(source), "utf-8"), 1):
        if not line.strip():
            continue
        try:
            document = json.loads(line)
        except (ValueError, RecursionError) as error:
            yield Row(number, {"": f"{line.strip()[:60]} ({error})"})
            continue
        yield Row(number, _flat(document) if isinstance(document, dict) else {"": line.strip()[:60]})


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
    if missing := [column for column in needed if column not in names]:
        found = ", ".join(filter(None, names))
        raise Unreadable("NO_COLUMN", header, ", ".join(missing), f"the columns of the mapping; found {found[:300] or 'none'}")


def _named(names: list[str], cells: Iterable[Any]) -> dict[str, Any]:
    return {
        name: cell.strip() if isinstance(cell, str) else cell
        for name, cell in zip(names, cells, strict=False)
        if name and cell is not None and (not isinstance(cell, str) or cell.strip())
    }


def _again(first: str, rest: Iterator[str]) -> Iterator[str]:
    yield first
    yield from rest


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
            raise Unreadable("BAD_CHARSET", number + 1, f"{error.object[error.start : error.end]!r}", encoding) from error


def _is_utf8(head: bytes) -> bool:
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return False
    return True


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
