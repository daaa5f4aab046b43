"""Evidence out of columns, row by row: the one inner loop of the agents, compiled together with the core.

It takes plain lists, so that it can be: nothing but the domain is imported here.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from streams.domain.evidence import Evidence, from_tuple, version_of

#: Attributes of an item of evidence, as the constructor takes them.
ATTRIBUTES: Final = 44


def identities(parties: list[str], systems: list[str], events: list[str]) -> list[str]:
    """``source_party|source_system|event_id`` of each row; "" where there is no event."""
    out: list[str] = []
    for i in range(len(events)):
        event = events[i]
        out.append(parties[i] + "|" + systems[i] + "|" + event if event else "")
    return out


def versions(updated: list[int], hashes: list[int], retracted: list[bool]) -> list[int]:
    """The version of each row (`streams.domain.evidence.version_of`)."""
    out: list[int] = []
    for i in range(len(updated)):
        out.append(version_of(updated[i], hashes[i], retracted[i]))
    return out


def assemble(
    rows: list[int], book: list[str], key: list[str], ident: list[str], version: list[int], what: list[int],
    code: list[str], action: list[str], classifier: list[str], at: list[int], seen: list[int], port: list[str],
    terminal: list[str], source: list[str], corrects: list[str], container: list[str], bill: list[str],
    house: list[str], vessel: list[str], voyage: list[str], trade: list[str], ef: list[str], direction: list[str],
    iso_type: list[str], mode: list[str], purpose: list[str], seals: list[str], kg: list[float], pol: list[str],
    pod: list[str], declaration: list[str], ref: list[str], reason: list[str], call: list[str], berth: list[str],
    phase: list[str], extra: list[str], place: list[str], packages: list[int], goods: list[str],
    dg: list[str], seal_state: list[str], until: list[int], opens: list[int], reason_code: list[str],
) -> list[Evidence]:  # fmt: skip
    """An item for each of these rows; the columns are the attributes of `Evidence`."""
    out: list[Evidence] = []
    for i in rows:
        out.append(Evidence(
            book[i], key[i], ident[i], version[i], what[i], code[i], action[i], classifier[i], at[i], seen[i], port[i],
            terminal[i], source[i], corrects[i], container[i], bill[i], house[i], vessel[i], voyage[i], trade[i], ef[i],
            direction[i], iso_type[i], mode[i], purpose[i], seals[i], kg[i], pol[i], pod[i], declaration[i], ref[i],
            reason[i], call[i], berth[i], phase[i], extra[i], place[i], packages[i], goods[i],
            dg[i], seal_state[i], until[i], opens[i], reason_code[i],
        ))  # fmt: skip
    return out


def readdressed(values: tuple[Any, ...], keys: list[str]) -> list[Evidence]:
    """One item for each key, with the other attributes of `Evidence.to_tuple`."""
    if len(values) != ATTRIBUTES:  # an older writer's
        return [from_tuple((values[0], key, *values[2:])) for key in keys]
    out: list[Evidence] = []
    for key in keys:
        out.append(Evidence(
            values[0], key, values[2], values[3], values[4], values[5], values[6], values[7], values[8], values[9],
            values[10], values[11], values[12], values[13], values[14], values[15], values[16], values[17], values[18],
            values[19], values[20], values[21], values[22], values[23], values[24], values[25], values[26], values[27],
            values[28], values[29], values[30], values[31], values[32], values[33], values[34], values[35], values[36],
            values[37], values[38], values[39], values[40], values[41], values[42], values[43],
        ))  # fmt: skip
    return out


def told(items: Sequence[Evidence]) -> list[tuple[Any, ...]]:
    """The attributes of each item, with a list of keys in the place of the key: of what one event tells several books one
    after the other, all keys and the rest once."""
    out: list[tuple[Any, ...]] = []
    keys: list[str] = []
    ident = ""
    last: tuple[Any, ...] = ()
    for item in items:
        values = item.to_tuple()
        if item.ident == ident and values[0] == last[0] and values[2:] == last[2:]:
            keys.append(item.key)
        else:
            ident, last, keys = item.ident, values, [item.key]
            out.append((values[0], keys, *values[2:]))
    return out
