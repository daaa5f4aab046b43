"""A file of a port into events, whatever it is: the one entry for all formats."""

from __future__ import annotations

from codecs import BOM_UTF8
from collections.abc import Iterator

from connectors.customs.incoming import read_manifests
from connectors.dcsa import read_documents
from connectors.edi import Ledger
from connectors.edi import read as read_edi
from connectors.edi.partner import Partners
from connectors.files.mapping import Mapping
from connectors.files.rows import read_rows
from connectors.files.tables import LARGEST_DOCUMENT, csv_rows, json_rows, xlsx_rows
from connectors.reading.detect import EDIFACT, FLAT, JSON, XLSX, XML, detect, strange
from connectors.reading.events import Item
from connectors.reading.problem import ERROR, Problem
from connectors.reading.source import Source, chunks, name_of, peek

#: Formats by the name that a person gives; "" = told by how the file begins.
FORMATS = ("edifact", "flat", "csv", "xlsx", "jsonl", "dcsa", "xml")


def read_file(
    source: Source, *, name: str = "", port: str = "", mapping: Mapping | None = None, form: str = "",
    partners: Partners | None = None, ledger: Ledger | None = None,
) -> Iterator[Item]:  # fmt: skip
    """Events and problems of a file, as they come, in bounded memory (an Excel file is held whole). Bad input is never
    raised, it is a Problem. ``form`` is one of :data:`FORMATS`. See :func:`connectors.edi.read` for ``port``,
    ``partners`` and ``ledger``; a table goes by its ``mapping``."""
    file = name or name_of(source)
    try:
        head, pieces = peek(chunks(source))
        form = form or _form(head, mapping)
        if odd := strange(head):
            yield Problem(ERROR, "WRONG_FILE", file, value=odd[0], expected=odd[1])
        elif form in ("edifact", "flat", "") or not head.strip():
            yield from read_edi(pieces, name=file, port=port, partners=partners, ledger=ledger)
        elif form == "dcsa":
            yield from _documents(pieces, file, port)
        elif form == "xml":
            yield from read_manifests(pieces, name=file, port=port)
        elif mapping is None:
            yield Problem(ERROR, "NO_MAPPING", file, value=form)
        elif form == "csv":
            rows = csv_rows(pieces, mapping.encoding, mapping.delimiter, mapping.header, mapping.columns)
            yield from read_rows(rows, mapping, file)
        elif form == "xlsx":
            yield from read_rows(xlsx_rows(pieces, mapping.sheet, mapping.header, mapping.columns), mapping, file)
        else:
            yield from read_rows(json_rows(pieces), mapping, file)
    except OSError as error:
        yield Problem(ERROR, "UNREADABLE", file, value=error.strerror or str(error))


def _documents(pieces: Iterator[bytes], file: str, port: str) -> Iterator[Item]:
    raw = bytearray()
    for piece in pieces:
        raw += piece
        if len(raw) > LARGEST_DOCUMENT:
            yield Problem(ERROR, "TOO_LARGE", file, expected=f"a document of at most {LARGEST_DOCUMENT:,} bytes")
            return
    yield from read_documents(bytes(raw), name=file, port=port)


def _form(head: bytes, mapping: Mapping | None) -> str:
    found = detect(head)
    # with a mapping each line is an object of the port's own; without one it is a standard's document
    if found == JSON or (mapping and head.removeprefix(BOM_UTF8).lstrip()[:1] in (b"{", b"[")):
        return "jsonl" if mapping else "dcsa"
    return {EDIFACT: "edifact", FLAT: "flat", XLSX: "xlsx", XML: "xml"}.get(found, "csv" if mapping else "")
