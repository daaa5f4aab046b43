"""Numbers that identify things, valid by their check digits and never given out twice in one world."""

from __future__ import annotations

from typing import Final

from stdnum import imo, iso6346

#: Owner codes of the invented boxes (three letters + U, ISO 6346).
OWNERS: Final = ("QDGU", "RZPU", "YTCU", "WHGU", "SDPU", "LUHU", "QLCU", "TAIU")
#: Owner code of boxes that exist only in a misread number.
MISREAD_OWNER: Final = "MISU"
_LETTERS: Final = dict(zip("ABCDEFGHIJKLMNOPQRSTUVWXYZ", (n for n in range(10, 39) if n % 11), strict=True))
_WEIGHTS: Final = tuple(1 << i for i in range(10))


def check_digit(prefix: str) -> str:
    """Check digit of a container number's first ten characters (ISO 6346; remainder 10 is written 0)."""
    total = 0
    for char, weight in zip(prefix, _WEIGHTS, strict=True):
        total += (_LETTERS[char] if char in _LETTERS else int(char)) * weight
    return str(total % 11 % 10)


def container(index: int) -> str:
    """The container number of a running index: 8 million different ones."""
    return numbered(OWNERS[index % len(OWNERS)], index // len(OWNERS))


def numbered(owner: str, serial: int) -> str:
    """The container number of an owner code and a serial number (its last six digits count)."""
    prefix = f"{owner}{serial % 1_000_000:06d}"
    return prefix + check_digit(prefix)


def bad_container(index: int) -> str:
    """A container number with a wrong check digit: as ``container``, last digit moved on by one."""
    good = container(index)
    return good[:-1] + str((int(good[-1]) + 1) % 10)


def valid_container(number: str) -> bool:
    """True when a container number holds ISO 6346."""
    return bool(iso6346.is_valid(number))


def bad_imo(index: int) -> str:
    """A number like an IMO number whose check digit is wrong, of a running index."""
    good = imo_number(100_000 + index)
    return good[:-1] + str((int(good[-1]) + 1) % 10)


def imo_number(index: int) -> str:
    """The IMO number (seven digits, the last a check digit) of a running index, from a range that no ship has."""
    digits = f"{201_000 + index:06d}"
    total = sum(int(d) * w for d, w in zip(digits, range(7, 1, -1), strict=True))
    number = digits + str(total % 10)
    return str(imo.validate(number))
