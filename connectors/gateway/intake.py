"""What a request's events come to: records for Kafka, and for each event the answer to its sender."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

import fastavro

from connectors.gateway.keys import ApiKey
from connectors.reading.facts import drop_words, write_number
from schemas.codec import decode, encode
from schemas.errors import DecodeError, EncodeError
from schemas.keys import key_of, topic_of
from schemas.plain import read_plain
from schemas.rules import TOO_LONG
from schemas.topics import load_topics
from schemas.validate import Problem, validate

JSON: Final = "application/json"
LINES: Final = "application/x-ndjson"
AVRO: Final = "application/avro"
FRAMED: Final = "application/vnd.confluent.avro"
MEDIA_TYPES: Final = (JSON, LINES, AVRO, FRAMED)

NOT_JSON: Final = "NOT_JSON"
NOT_AVRO: Final = "NOT_AVRO"
TOO_MANY: Final = "TOO_MANY"
FOREIGN_PARTY: Final = "FOREIGN_PARTY"

#: What Kafka puts around a value, more than enough: its limit is that of the whole.
_AROUND: Final = 1_000


class Refused(Exception):
    """The request as a whole cannot be read; none of its events was taken."""

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


class Letter(NamedTuple):
    """A record ready for Kafka."""

    topic: str
    key: str
    value: bytes


class Taken(NamedTuple):
    """What became of one event: a letter, or problems. ``event_id`` is "" where it cannot be told."""

    event_id: str
    letter: Letter | None
    problems: list[Problem]


def take(body: bytes, media_type: str, kind: str, sender: ApiKey, most: int) -> list[Taken]:
    """The events of a request body, in order. Raises Refused when the body is not what ``media_type`` says, or holds
    more than ``most`` events. Raises RegistryUnavailableError for Avro whose schema cannot be looked up now."""
    if media_type == FRAMED:
        return [_framed(body, kind, sender)]
    out: list[Taken] = []
    for event in _avro(body) if media_type == AVRO else _lines(body) if media_type == LINES else _documents(body):
        if len(out) == most:
            raise Refused(TOO_MANY, f"the request holds more than {most} events; send them in several requests")
        out.append(event if isinstance(event, Taken) else _plain(event, kind, sender))
    return out


def _documents(body: bytes) -> Iterator[Any]:
    document = _parsed(body, "the body")
    if isinstance(document, dict) and isinstance(document.get("events"), list):
        document = document["events"]
    yield from document if isinstance(document, list) else [document]


def _lines(body: bytes) -> Iterator[Any]:
    for number, line in enumerate(body.splitlines(), 1):
        if line.strip():
            try:
                yield _parsed(line, f"line {number}")
            except Refused as refused:  # one bad line does not stop the others
                yield Taken("", None, [Problem("", _shown(line), refused.reason, NOT_JSON)])


def _parsed(text: bytes, what: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Refused(NOT_JSON, f"{what} is not JSON in UTF-8: {error}") from None


def _avro(body: bytes) -> Iterator[Any]:
    """Records of an Avro object container file. Compressed blocks are refused: a small one can hold a huge one."""
    try:
        reader = fastavro.reader(io.BytesIO(body))
        codec = reader.metadata.get("avro.codec", "null")
        if codec != "null":
            raise Refused(NOT_AVRO, f"the Avro file is compressed with {codec}; send it with codec null")
        yield from reader
    except Refused:
        raise
    except Exception as error:  # fastavro raises whatever its reading stumbles over
        raise Refused(NOT_AVRO, f"the body is no Avro object container file: {type(error).__name__} {error}") from None


def _framed(body: bytes, kind: str, sender: ApiKey) -> Taken:
    try:
        record = decode(body, kind)
    except DecodeError as error:
        return Taken("", None, [Problem(error.field, _shown(body), error.reason, error.code)])
    return _settled(record, validate(kind, record, sender.port), kind, sender)


def _plain(event: Any, kind: str, sender: ApiKey) -> Taken:
    if not isinstance(event, Mapping):
        expected = f"the fields of a {kind} event stand in a JSON object"
        return Taken("", None, [Problem("", _shown(repr(event).encode()), expected, NOT_JSON)])
    given = {"port": sender.port, "source_party": sender.party, "source_system": sender.system}
    event = dict(event)
    drop_words(event)
    record, problems = read_plain(kind, event, sender.port, given)
    return _settled(record, problems, kind, sender)


def _settled(record: dict[str, Any], problems: list[Problem], kind: str, sender: ApiKey) -> Taken:
    event_id = str(record.get("event_id") or "")
    party = record.get("source_party")
    if party and party != sender.party:
        expected = f"{sender.party}, the party of the API key: nobody speaks for another"
        problems.append(Problem("source_party", party, expected, FOREIGN_PARTY))
    if problems:
        return Taken(event_id, None, problems)
    write_number(record)
    topic = topic_of(kind, sender.port)
    try:
        value = encode(kind, record)
    except EncodeError as error:
        return Taken(event_id, None, [Problem(error.field, record.get(error.field), str(error), "BAD_VALUE")])
    if len(value) > (most := load_topics().by_name()[topic].max_bytes - _AROUND):
        return Taken(event_id, None, [Problem("", f"{len(value):,} bytes", f"an event of at most {most:,} bytes", TOO_LONG)])
    return Taken(event_id, Letter(topic, key_of(record), value), [])


def _shown(raw: bytes) -> str:
    return raw[:80].decode("utf-8", "replace")
