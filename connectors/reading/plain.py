"""The last step of the ways in that read plain values: an event of them, or what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Protocol

from connectors.reading.events import Event, Item
from connectors.reading.facts import drop_words, write_number
from connectors.reading.problem import ERROR, WARNING, Problem
from schemas.keys import key_of, topic_of
from schemas.plain import UNKNOWN_FIELD, read_plain
from schemas.validate import Problem as Wrong


class Tell(Protocol):
    """Makes a problem of a field: the way in knows the place."""

    def __call__(self, severity: str, code: str, field: str, value: str, expected: str) -> Problem:
        """A problem at the field's place."""


def finish(
    kind: str, values: Mapping[str, Any], port: str, tell: Tell, given: Mapping[str, Any] | None = None,
    wrong: Sequence[Wrong] = (),
) -> Iterator[Item]:  # fmt: skip
    """The event of these values with its warnings, or its errors; ``wrong``: what could not even be read. ``given`` as for
    :func:`schemas.plain.read_plain`."""
    values = dict(values)
    dropped = drop_words(values)
    record, problems = read_plain(kind, values, port, given)
    unread = {each.field for each in wrong}
    problems = [*wrong, *(each for each in problems if each.field not in unread)]
    for each in problems:
        value = "" if each.value is None else str(each.value)
        code = "UNKNOWN_FIELD" if each.code == UNKNOWN_FIELD else "BAD_FIELD" if value else "MISSING_FIELD"
        yield tell(ERROR, code, each.field, value, each.expected)
    for word in dropped:
        yield tell(WARNING, *word)
    if problems:
        return
    if not write_number(record):
        expected = "four letters and seven digits with the right check digit, such as CSQU3054383"
        yield tell(WARNING, "BAD_CHECK_DIGIT", "container_no", str(record["container_no"]), expected)
    yield Event(kind, topic_of(kind, port), key_of(record), record)
