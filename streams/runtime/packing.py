"""Evidence as bytes: what crosses ``facts.v1`` and what the changelog holds."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from streams.agents.assemble import readdressed, told
from streams.domain.evidence import Evidence, from_tuple

#: Heartbeats of one topic, in the order they were read: (append time, sent up to), both ms.
Heartbeats = list[tuple[int, int]]

_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(list[tuple])  # type: ignore[type-arg]
_heartbeats = msgspec.msgpack.Decoder(Heartbeats)


def pack(items: Sequence[Evidence]) -> bytes:
    """A list of evidence as msgpack."""
    return _encoder.encode([e.to_tuple() for e in items])


def unpack(data: bytes) -> list[Evidence]:
    """The evidence of :func:`pack`. Raises msgspec.DecodeError for bytes that are none."""
    return [from_tuple(values) for values in _decoder.decode(data)]


def pack_facts(items: Sequence[Evidence]) -> bytes:
    """Evidence for other books as msgpack. What one event tells several books one after the other is written once, with
    the list of their keys in the place of the key: a release by bill reaches hundreds of boxes."""
    return _encoder.encode(told(items))


def unpack_facts(data: bytes) -> list[Evidence]:
    """The evidence of :func:`pack_facts`. Raises msgspec.DecodeError, TypeError or
    ValueError for bytes that are none."""
    items: list[Evidence] = []
    for values in _decoder.decode(data):
        if len(values) < 2 or not isinstance(values[1], list):
            raise ValueError("an item names no books")
        items += readdressed(values, values[1])
    return items


def pack_heartbeats(heartbeats: Heartbeats) -> bytes:
    """What one sender said of one topic, as msgpack."""
    return _encoder.encode(heartbeats)


def unpack_heartbeats(data: bytes) -> Heartbeats:
    """The heartbeats of :func:`pack_heartbeats`. Raises msgspec.MsgspecError for bytes that are none."""
    return _heartbeats.decode(data)
