"""Whole batches through the Rust codec pyruhvro (0.2 us a record in place of 8), where a self-test allows it.

Two things it does not do by itself, added here at 0.15 us a record: bytes left over after a record are noticed by a
sentinel (a last field ``end_`` that the schema gets and every datum is given), and strings are checked to be UTF-8.
"""

from __future__ import annotations

import asyncio
import io
import json
import struct
import subprocess
import sys
from collections.abc import Iterable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import fastavro
import pyarrow as pa
import pyarrow.compute as pc
import pyruhvro

from schemas.arrow import UnsupportedError, arrow_schema
from schemas.examples import examples
from schemas.registry import Schema, kinds
from schemas.sample import sample

#: A double whose eight bytes have no border (no prefix that is also a suffix): bytes before it can never imitate it.
_END: Final = struct.pack("<d", 1.2345678e-77)
_END_VALUE: Final = 1.2345678e-77
_PROBE: Final = Path(__file__).with_name("probe.py")
_verdicts: dict[str, str] = {}


class RefusedError(Exception):
    """The Rust codec would not take this batch."""


def probe(schemas: Iterable[Schema]) -> None:
    """Self-test these schemas in a child process, once per content and process. Takes about a second."""
    waiting = {s.text: s for s in schemas if s.text not in _verdicts}
    while waiting:
        tasks = {str(number): schema for number, schema in enumerate(waiting.values())}
        answers = _ask_child([{"key": key, "text": s.text, "datums": _datums(s)} for key, s in tasks.items()])
        for key, schema in tasks.items():
            if key in answers:
                _verdicts[schema.text] = answers[key]
                del waiting[schema.text]
        if waiting:  # the child ended at the first schema without an answer: that one is not for it
            culprit = next(iter(waiting))
            _verdicts[culprit] = "none"
            del waiting[culprit]


def _ask_child(tasks: list[dict[str, Any]]) -> dict[str, str]:
    """Key to verdict, as far as the child got before it ended, was killed or hung."""
    command = [sys.executable, "-I", str(_PROBE)]
    lines = "\n".join(map(json.dumps, tasks))
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as child:
        try:
            out, _ = child.communicate(lines, timeout=60)  # all our schemas take a second
        except subprocess.TimeoutExpired:
            child.kill()
            out, _ = child.communicate()
    return dict(line.split() for line in out.splitlines() if line.count(" ") == 1)


def _datums(schema: Schema) -> list[str]:
    """Records to try: nothing optional, everything optional, and the kind's examples as far as they fit."""
    known = set(schema.fields)
    records = [sample(schema, full=False), sample(schema, full=True)]
    if schema.kind in kinds():
        records += [{k: v for k, v in r.items() if k in known} for r in examples(schema.kind).values()]
    datums = []
    for record in records:
        stream = io.BytesIO()
        try:
            fastavro.schemaless_writer(stream, schema.parsed, record)
        except (TypeError, ValueError, KeyError):  # an example of today that yesterday's schema cannot hold
            continue
        datums.append(stream.getvalue().hex())
    return datums


def can_read(schema: Schema) -> bool:
    """True when the Rust codec reads this schema exactly as fastavro does."""
    if schema.text not in _verdicts:
        probe([schema])
    return _verdicts[schema.text] != "none" and _arrow(schema) is not None


def can_write(schema: Schema) -> bool:
    """True when the Rust codec also writes it byte for byte as fastavro does."""
    return can_read(schema) and _verdicts[schema.text] == "encode"


@lru_cache(maxsize=256)
def _arrow(schema: Schema) -> pa.Schema | None:
    try:
        return arrow_schema(schema)
    except UnsupportedError:
        return None


@lru_cache(maxsize=256)
def _ended_text(schema: Schema) -> str:
    plain = json.loads(schema.text)
    plain["fields"].append({"name": "end_", "type": "double"})
    return json.dumps(plain, ensure_ascii=False)


def _call(function: Any, *arguments: Any) -> Any:
    try:
        return function(*arguments)
    except (KeyboardInterrupt, SystemExit, asyncio.CancelledError):
        raise
    except BaseException as error:  # Rust panics are BaseExceptions and must not end a worker
        raise RefusedError(str(error)) from None


def read(values: Sequence[bytes], schema: Schema, skip: int) -> tuple[pa.RecordBatch, list[int]]:
    """The columns of these values (each after ``skip`` bytes of prefix), and the positions of values that were refused.

    Refused ones have no row. A batch that does not decode is halved until the bad values are found. Only for schemas
    of which `can_read` is true.
    """
    batches: list[pa.RecordBatch] = []
    bad: list[int] = []
    _read(values, 0, schema, skip, batches, bad)
    if len(batches) == 1:
        return batches[0], bad
    return pa.concat_batches(batches) if batches else pa.RecordBatch.from_pylist([], schema=arrow_schema(schema)), bad


def _read(
    values: Sequence[bytes], offset: int, schema: Schema, skip: int, batches: list[pa.RecordBatch], bad: list[int]
) -> None:
    try:
        batch = _call(pyruhvro.deserialize_array, [v[skip:] + _END for v in values], _ended_text(schema))
        _call(lambda: batch.validate(full=True))
    except RefusedError:
        if len(values) == 1:
            bad.append(offset)
            return
        half = len(values) // 2
        _read(values[:half], offset, schema, skip, batches, bad)
        _read(values[half:], offset + half, schema, skip, batches, bad)
        return
    whole = pc.equal(batch.column(batch.num_columns - 1), _END_VALUE)
    kept = pa.RecordBatch.from_arrays(batch.columns[:-1], schema=arrow_schema(schema))
    if not pc.all(whole).as_py():
        bad.extend(offset + i for i, ended in enumerate(whole.to_pylist()) if not ended)
        kept = kept.filter(whole)
    batches.append(kept)


def write(batch: pa.RecordBatch, schema: Schema) -> list[bytes]:
    """The datums of the rows. Only for schemas of which `can_write` is true. Raises RefusedError."""
    return [
        bytes(d) for part in _call(pyruhvro.serialize_record_batch, batch, schema.text, 1) for d in part.to_pylist()
    ]
