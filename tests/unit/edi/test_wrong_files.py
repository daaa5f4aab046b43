"""What comes in place of data is called by its name, with what to do about it; it is never taken for something else."""

from __future__ import annotations

import gzip
import io
import zipfile
from typing import Any

import pytest
from openpyxl import Workbook

from connectors.files.mapping import parse_mapping
from connectors.files.reader import read_file
from connectors.reading.detect import XLSX, detect, strange
from connectors.reading.events import collect
from tests.unit.edi.building import BOX, GATE_BOX, interchange, message

EDI = interchange(message(GATE_BOX))
TABLE: dict[str, Any] = {
    "kind": "gate", "port": "yantai", "party": "YPCT",
    "fields": {"container_no": "box", "move": "move", "event_time": "time"},
}  # fmt: skip


def archive(name: str) -> bytes:
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w") as packed:
        packed.writestr(name, EDI)
    return whole.getvalue()


@pytest.mark.parametrize(("data", "words"), [
    (gzip.compress(EDI), "gzip"), (archive("gate.edi"), "zip archive"), (b"Rar!\x1a\x07" + EDI, "packed"),
    (archive("mimetypeapplication/vnd.oasis.opendocument.spreadsheet"), "OpenDocument"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "old Excel"), (b"%PDF-1.7\n", "PDF"), (b"\x89PNG\r\n\x1a\n", "picture"),
    (b"\xff\xd8\xff\xe0", "picture"), (b"{\\rtf1\\ansi UNB+UNOA}", "RTF"), (b"<!DOCTYPE html>\n<html>", "web page"),
    (b'<?xml version="1.0"?>\n<!-- proxy -->\n<HTML><head>', "web page"), (b"From: a@b.c\nSubject: gate\n\n" + EDI, "mail"),
    (b"Good morning,\r\nsee below.\r\n" + EDI, "text before"), (EDI.decode().encode("utf-16-le"), "UTF-16"),
    (EDI.decode().encode("cp037"), "EBCDIC"),
], ids=lambda given: given if isinstance(given, str) else "")  # fmt: skip
@pytest.mark.parametrize("mapping", [None, TABLE], ids=["", "mapping"])
def test_it_is_named(data: bytes, words: str, mapping: dict[str, Any] | None) -> None:
    reading = collect(read_file(data, port="yantai", mapping=parse_mapping(mapping) if mapping else None))
    (problem,) = reading.errors
    assert (problem.code, reading.events, reading.warnings) == ("WRONG_FILE", [], [])
    assert words in problem.value and problem.expected in problem.en


@pytest.mark.parametrize("data", [
    EDI, b"00:CODECO:GATE-IN REPORT:9:A'", b'{"a": "<html>"}', b"<Manifest>", b"box,move\nUNB,1\n", b"\xef\xbb\xbf\r\n" + EDI,
    b"<htmlreport>", "﻿".encode() + b"UNH+1",
])  # fmt: skip
def test_data_is_not_strange(data: bytes) -> None:
    assert strange(data) is None


def test_a_file_of_many_comments_is_looked_at_as_fast_as_any_other() -> None:
    # Where comments can be told apart in two ways, each of them doubles the work.
    assert strange(b"<!--note-->" * 5_000 + b"<Manifest>") is None
    assert strange(b"<!--note-->" * 5_000 + b"<html>") is not None


def test_an_excel_file_is_none() -> None:
    whole = io.BytesIO()
    Workbook().save(whole)
    assert strange(whole.getvalue()) is None and detect(whole.getvalue()) == XLSX
    assert strange(archive("[Content_Types].xml")) is None
    assert strange(archive("xl/workbook.xml")) is None


@pytest.mark.parametrize(("data", "root"), [
    (b"<Envelope><Body><a>1</a></Body></Envelope>", "Envelope"), (b"<report/>", "report"),
])  # fmt: skip
def test_xml_that_is_no_manifest_is_refused_by_the_name_of_its_root(data: bytes, root: str) -> None:
    (problem,) = collect(read_file(data, port="yantai")).errors
    assert (problem.code, problem.value) == ("UNSUPPORTED_MESSAGE", root) and "Manifest" in problem.expected


@pytest.mark.parametrize("data", [b"[]", b'{"events": []}', b" [ ] "])
def test_a_document_without_events_is_told(data: bytes) -> None:
    reading = collect(read_file(data, port="yantai"))
    assert ([w.code for w in reading.warnings], reading.errors, reading.events) == (["NOTHING_IN_IT"], [], [])


def test_a_value_is_told_in_one_line() -> None:
    (problem,) = collect(read_file(f"UNH+1+CODECO\nBGM+{BOX}\r\n".encode(), port="yantai")).errors[:1]
    assert "\n" not in str(problem)
