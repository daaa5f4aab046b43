"""Evidence as bytes: what crosses ``facts.v1`` and what the changelog holds."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from streams.domain.evidence import Evidence, from_tuple

_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(list[tuple])  # type: ignore[type-arg]


def pack(items: Sequence[Evidence]) -> bytes:
    """A list of evidence as msgpack."""
    return _encoder.encode([e.to_tuple() for e in items])


def unpack(data: bytes) -> list[Evidence]:
    """The evidence of :func:`pack`. Raises msgspec.DecodeError for bytes that are none."""
    return [from_tuple(values) for values in _decoder.decode(data)]
