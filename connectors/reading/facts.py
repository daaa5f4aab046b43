"""What a container number and a vessel's name are worth: shared by all ways in."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any, Final, NamedTuple

from connectors.reading.words import is_bill, is_seal
from schemas.identifiers import container_ok, imo_ok, normalise_container, normalise_imo, vessel_id
from schemas.reference import load_reference
from schemas.rules import FORBIDDEN

_CONTAINER: Final = re.compile(r"[A-Z]{4}[0-9]{7}")
_FORBIDDEN: Final = re.compile("[" + re.escape(FORBIDDEN) + "]")
_LOCODE: Final = re.compile(r"[A-Z]{2}[A-Z2-9]{3}")
_BILLS: Final = ("bill_no", "master_bl", "house_bl")

SEAL_EXPECTED: Final = "the number that stands on the seal"
BILL_EXPECTED: Final = "the number of the bill, or nothing"
TERMINAL_EXPECTED: Final = "the code of a terminal"


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


class Dropped(NamedTuple):
    """A value that was left out of an event: the problem, which flags it, the field, the value and what was expected."""

    code: str
    field: str
    value: str
    expected: str


def drop_words(values: dict[str, Any]) -> list[Dropped]:
    """Take words out of the plain values of an event that stand where bills and seals have numbers, and flag it with each."""
    found: list[Dropped] = []
    for field in _BILLS:
        sent = values.get(field)
        if isinstance(sent, str) and sent.strip() and not is_bill(sent):
            del values[field]
            found.append(Dropped("NO_BILL_NUMBER", field, sent.strip(), BILL_EXPECTED))
    seals = values.get("seals")
    if isinstance(seals, list):
        words = [word for seal in seals if (word := _no_seal(seal))]
        if words:
            values["seals"] = [seal for seal in seals if not _no_seal(seal)]
            found += [Dropped("NO_SEAL_NUMBER", "seals", word, SEAL_EXPECTED) for word in words]
    flags = values.get("quality_flags")
    if found and (flags is None or isinstance(flags, list)):
        values["quality_flags"] = [*(flags or ()), *(f"{each.code}:{each.value[:40]}" for each in found)]
    return found


def _no_seal(seal: Any) -> str:
    """The word that a seal is, "" for a seal."""
    number = seal.get("no") if isinstance(seal, dict) else seal
    return number.strip() if isinstance(number, str) and number.strip() and not is_seal(number) else ""


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
    return load_reference().port_of_locode(locode(code).upper())


def locode(code: str) -> str:
    """A UN/LOCODE without the blank that lists print behind the country; other text as it is."""
    return code[:2] + code[3:] if len(code) == 6 and code[2] == " " else code


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
