"""What a container number and a vessel's name are worth: shared by all ways in."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any, Final, NamedTuple

from schemas.identifiers import container_ok, imo_ok, normalise_container, normalise_imo, vessel_id
from schemas.reference import load_reference
from schemas.rules import FORBIDDEN

_CONTAINER: Final = re.compile(r"[A-Z]{4}[0-9]{7}")
_FORBIDDEN: Final = re.compile("[" + re.escape(FORBIDDEN) + "]")
_LOCODE: Final = re.compile(r"[A-Z]{2}[A-Z2-9]{3}")


#: What systems write where a seal's number should be, and there is none (Y and N: sealed or not).
_NO_SEALS: Final = frozenset(("Y", "N", "YES", "NO", "NA", "N/A", "NIL", "NONE", "NULL", "NO SEAL", "NOSEAL", "SEAL", "无"))
SEAL_EXPECTED: Final = "the number that stands on the seal"


class Box(NamedTuple):
    """A container number: "" where the shape is wrong, and whether its check digit is right."""

    number: str
    checked: bool


class Vessel(NamedTuple):
    """A vessel's id on the platform ("" = none), its name, and the flag that tells how good the id is ("" = good)."""

    id: str
    name: str
    flag: str = ""


def box(sent: str) -> Box:
    """The container number of what was sent."""
    if _CONTAINER.fullmatch(sent):
        return Box(sent, container_ok(sent))
    number = normalise_container(sent)
    if not _CONTAINER.fullmatch(number):
        return Box("", False)
    return Box(number, container_ok(number))


def is_seal(text: str) -> bool:
    """False for words and zeros that stand where a seal's number should."""
    return text.strip("0-.*X") != "" and text.upper() not in _NO_SEALS


def write_number(record: dict[str, Any]) -> bool:
    """Write the container number of an event as all sources do. False when it is none or its check digit is wrong: the event
    is taken, and flagged BAD_CHECK_DIGIT."""
    sent = record.get("container_no")
    if not sent:
        return True
    number, checked = box(sent)
    if number:
        record["container_no"] = number
    if not checked:
        record["quality_flags"] = [*record["quality_flags"], "BAD_CHECK_DIGIT"]
    return checked


@lru_cache(maxsize=4096)
def size_type_known(code: str) -> bool:
    """True when the size-type code is in the reference data."""
    return load_reference().size_type(code) is not None


def vessel(number: str, scheme: str, name: str) -> Vessel:
    """The vessel of a number in a scheme (IMO, CNSHIP, MMSI, or "" for a number that is no id, as a call sign).

    Falls back to the name, and to the number as a name where there is none: kept, and flagged.
    """
    name = " ".join(name.split())
    if scheme == "IMO":
        digits = normalise_imo(number)
        if digits and imo_ok(digits):
            return Vessel(vessel_id(imo_number=digits), name)
        by_name = vessel_id(name=name or number)
        return Vessel(by_name, name, "BAD_IMO" if number else "VESSEL_BY_NAME" if by_name else "")
    if scheme in ("CNSHIP", "MMSI") and number.strip():
        known = vessel_id(cnship=number) if scheme == "CNSHIP" else vessel_id(mmsi=number)
        return Vessel(known, name)
    by_name = vessel_id(name=name or number)
    return Vessel(by_name, name, "VESSEL_BY_NAME" if by_name else "")


def unfit_for_keys(text: str) -> bool:
    """True when a text that becomes part of keys holds '|' or a control character."""
    return _FORBIDDEN.search(text) is not None


@lru_cache(maxsize=4096)
def port_of(code: str) -> str:
    """Slug of the platform's port that a UN/LOCODE means, else "". Small letters are the same."""
    return load_reference().port_of_locode(code.upper())


@lru_cache(maxsize=1024)
def port_of_district(code: str) -> str:
    """Slug of the platform's port that a customs office belongs to, else ""."""
    return load_reference().port_of_district(code)


@lru_cache(maxsize=4096)
def is_locode(code: str) -> bool:
    """True for what has the shape of a UN/LOCODE: two letters and three letters or digits 2 to 9."""
    return _LOCODE.fullmatch(code) is not None


def like_imo(code: str) -> bool:
    """True for what is meant as an IMO number: seven digits, with or without UN or IMO before them."""
    return bool(normalise_imo(code))
