"""A profile: the tables that say how reports and receipts look as XML. Data, so that it is replaced without code.

The one that comes with the platform, ``mt-draft``, is unverified (docs/customs.md).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import msgspec
import yaml

from connectors.customs.values import FORMATS, Misfit, check, type_problem

DRAFT: Final = Path(__file__).with_name("mt-draft.yaml")
#: Platform acknowledgement (technical), business receipt, format failure.
PLATFORM, BUSINESS, FAILED = KINDS = ("PLATFORM", "BUSINESS", "FAILED")
#: What a receipt's code can mean: taken by the platform (customs has not decided), accepted, rejected.
TAKEN, ACK, REJECT = MEANINGS = ("TAKEN", "ACK", "REJECT")
_TIMES: Final = ("sent_at", "arrived_at")
#: What a table may speak of: fields of the arrival report, names from the vessel list; fields of a receipt.
REPORT_FIELDS: Final = frozenset((
    "message_id", "message_type", "function", "container", "bill", "house", "vessel_id", "vessel_name", "voyage",
    "route_flag", "domestic_vessel_name", "domestic_voyage", "place_code", "district", "arrived_at", "size_type", "ef",
    "sender_id", "sent_at",
))  # fmt: skip
RECEIPT_FIELDS: Final = frozenset(("receipt_id", "ref_message_id", "code", "reason", "sent_at"))


class ProfileProblem(ValueError):
    """A profile that cannot be used; the message names the table, the path and what was expected."""


class Row(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One element: its path below the root, and a field or a constant. ``need`` M mandatory, C conditional; ``mark`` how
    sure it is: S public source, M general knowledge, P ours."""

    path: str
    type: str
    need: str
    mark: str
    field: str = ""
    constant: str = ""
    format: str = ""
    codes: dict[str, str] = {}
    pattern: str = ""
    expected: str = ""


class Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One document: the rows in the order in which they are written."""

    name: str
    root: str
    rows: tuple[Row, ...]
    #: reports: for records with these values
    when: dict[str, str] = {}
    #: receipts: PLATFORM, BUSINESS or FAILED; how the file name begins; what each code means
    kind: str = ""
    file: str = ""
    means: dict[str, str] = {}


class Profile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All tables. ``verified`` is false as long as nobody has tried it against customs' own counter."""

    name: str
    verified: bool
    reports: tuple[Table, ...]
    receipts: tuple[Table, ...]

    @property
    def title(self) -> str:
        """Its name for people, with the warning."""
        return self.name if self.verified else f"{self.name} (unverified 未经核实)"

    def report_table(self, record: Mapping[str, Any]) -> Table | None:
        """The table for an arrival report, None when the profile has none."""
        for table in self.reports:
            if all((record.get(name) or "") == value for name, value in table.when.items()):
                return table
        return None

    def receipt_table(self, kind: str) -> Table:
        """The table for a kind of receipt."""
        return next(table for table in self.receipts if table.kind == kind)


def load_profile(path: Path = DRAFT) -> Profile:
    """Read a profile. Raises ProfileProblem, and OSError when it cannot be read."""
    return parse_profile(path.read_text(encoding="utf-8"), path.name)


def parse_profile(text: str, name: str = "profile") -> Profile:
    """The profile of a YAML text. Keys besides name, verified, reports and receipts only hold anchors."""
    try:
        raw = yaml.safe_load(text)
        known = {key: value for key, value in raw.items() if key in Profile.__struct_fields__}
        for table in [*known["reports"], *known["receipts"]]:
            table["rows"] = _flat(table["rows"])
        profile = msgspec.convert(known, Profile)
    except (yaml.YAMLError, msgspec.ValidationError) as error:
        raise ProfileProblem(f"{name}: {' '.join(str(error).split())}") from error
    except (AttributeError, KeyError, TypeError) as error:
        raise ProfileProblem(f"{name}: not a profile: expected name, verified, reports and receipts with rows") from error
    for table in profile.reports:
        _check_table(f"{name}, {table.name}", table, REPORT_FIELDS)
    for table in profile.receipts:
        _check_table(f"{name}, {table.name}", table, RECEIPT_FIELDS)
        _check_receipt(f"{name}, {table.name}", table)
    if sorted(table.kind for table in profile.receipts) != sorted(KINDS):
        raise ProfileProblem(f"{name}: receipts need one table for each of {', '.join(KINDS)}")
    return profile


def _flat(rows: list[Any]) -> list[Any]:
    """Groups of rows that several tables share stand as lists in the list."""
    return [row for item in rows for row in (item if isinstance(item, list) else [item])]


def _check_table(where: str, table: Table, fields: frozenset[str]) -> None:
    for row in table.rows:
        problem = _row_problem(row, fields)
        if problem:
            raise ProfileProblem(f"{where}, {row.path}: {problem}")
    twice = [path for path, count in Counter(row.path for row in table.rows).items() if count > 1]
    if twice:
        raise ProfileProblem(f"{where}, {twice[0]}: this path stands there twice")


def _row_problem(row: Row, fields: frozenset[str]) -> str:
    if bool(row.field) == bool(row.constant):
        return "give a field or a constant"
    if row.field and row.field not in fields:
        return f"field {row.field!r}; expected one of {', '.join(sorted(fields))}"
    if row.need not in ("M", "C") or row.mark not in ("S", "M", "P"):
        return "need is M or C, mark is S, M or P"
    if row.format not in FORMATS:
        return f"format {row.format!r}; expected date, time or imo"
    if (row.field in _TIMES) != (row.format in ("date", "time")):
        return f"{row.field} is a time: give format date or time" if row.field in _TIMES else f"{row.field} is no time"
    problem = type_problem(row.type)
    if problem:
        return problem
    try:
        re.compile(row.pattern)
        for text in (row.constant, *row.codes.values()):
            if text:
                check(text, row.type)
    except re.error as error:
        return f"pattern {row.pattern!r} is no regular expression ({error})"
    except Misfit as error:
        return f"a constant or code does not fit the type: expected {error}"
    return ""


def _check_receipt(where: str, table: Table) -> None:
    fields = {row.field for row in table.rows}
    wrong = [meaning for meaning in table.means.values() if meaning not in MEANINGS]
    if wrong:
        raise ProfileProblem(f"{where}: means {wrong[0]!r}; expected one of {', '.join(MEANINGS)}")
    if not {"ref_message_id", "sent_at"} <= fields or (table.kind != FAILED and "code" not in fields):
        raise ProfileProblem(f"{where}: a receipt needs ref_message_id, sent_at and, unless it is a failure, code")
