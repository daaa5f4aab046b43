"""Container and vessel numbers: ISO 6346 and IMO check digits, by python-stdnum."""

from __future__ import annotations

import re
from typing import Final

from stdnum import imo, iso6346

#: Owner, category and serial number, then the check digit (ISO 6346, 3).
_CONTAINER: Final = re.compile("[A-Z]{3}[UJZR][0-9]{7}")
#: What a character counts, times the weight 2^position (ISO 6346, annex A): letters skip the multiples of 11.
_VALUES: Final = dict(zip("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", [n for n in range(39) if n == 0 or n % 11], strict=True))
_WEIGHED: Final = [{c: v << place for c, v in _VALUES.items()} for place in range(10)]


def container_ok(number: str) -> bool:
    """True when the number is a valid ISO 6346 container number, check digit included (remainder 10 counts as 0).

    Every new box is asked for: this is the same answer as :func:`container_ok_slowly`, at a twentieth of its cost.
    """
    if _CONTAINER.fullmatch(number) is None:
        return False
    total = sum([weighed[c] for weighed, c in zip(_WEIGHED, number, strict=False)])
    return total % 11 % 10 == int(number[10])


def container_ok_slowly(number: str) -> bool:
    """The same by python-stdnum: what :func:`container_ok` is tested against."""
    return bool(iso6346.is_valid(number)) and number == normalise_container(number)


def normalise_container(number: str) -> str:
    """The number without spaces and hyphens, upper case: ``csqu 305438-3`` becomes ``CSQU3054383``."""
    return "".join(number.split()).replace("-", "").upper()


def imo_ok(number: str) -> bool:
    """True when seven digits (with or without the letters IMO before them) have a right check digit."""
    return bool(imo.is_valid(number))


def normalise_imo(number: str) -> str:
    """Seven digits of ``IMO 9399038``, ``UN9399038`` (national flat files) or ``9399038``; "" when there are none."""
    digits = normalise_container(number).removeprefix("IMO").removeprefix(":").removeprefix("UN")
    return digits if len(digits) == 7 and digits.isdigit() else ""


def vessel_id(imo_number: str = "", cnship: str = "", mmsi: str = "", name: str = "") -> str:
    """The platform's vessel id: ``scheme:value`` of the first known of IMO, CNSHIP, MMSI, NAME; "" when none is.

    An IMO number with a wrong check digit does not count as known.
    """
    digits = normalise_imo(imo_number)
    if digits and imo_ok(digits):
        return f"IMO:{digits}"
    for scheme, value in (("CNSHIP", cnship), ("MMSI", mmsi)):
        if value.strip():
            return f"{scheme}:{value.strip().upper()}"
    return f"NAME:{' '.join(name.split()).upper()}" if name.strip() else ""
