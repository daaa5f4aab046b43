"""What is noticed while a message is read: each thing told once, every box that it touches flagged."""

from __future__ import annotations

from typing import Final

from connectors.reading.problem import ERROR, WARNING, Problem

#: Codes whose value is in no field of the record: the flag keeps it.
_FLAG_KEEPS_VALUE: Final = frozenset((
    "UNKNOWN_STATUS", "UNKNOWN_FULLNESS", "UNKNOWN_MODE", "UNKNOWN_PURPOSE", "UNKNOWN_HANDLING", "UNKNOWN_DECISION",
    "NO_SEAL_NUMBER", "NO_BILL_NUMBER", "COUNTRY_AS_TERMINAL",
))  # fmt: skip


class Refused(Exception):
    """A box, a message or a file that cannot become events; carries the problem."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(str(problem))
        self.problem = problem


class Notes:
    """The problems of one message. A message of ten thousand boxes with one local code has one warning."""

    def __init__(self, file: str, message: str = "", unit: str = "segment") -> None:
        self.file = file
        self.unit = unit
        self.message = message
        self.problems: list[Problem] = []
        self._told: set[tuple[str, str, str]] = set()

    def warn(
        self, flags: list[str], code: str, position: int, element: str, value: str, expected: str, section: str = ""
    ) -> None:
        """Flag with ``code`` and tell it, once per code, element and value."""
        flag = f"{code}:{value[:40]}" if code in _FLAG_KEEPS_VALUE else code
        if flag not in flags:
            flags.append(flag)
        self.tell(code, position, element, value, expected, section)

    def tell(self, code: str, position: int, element: str, value: str, expected: str, section: str = "") -> None:
        """A warning that flags nothing."""
        if (code, element, value) not in self._told:
            self._told.add((code, element, value))
            self.problems.append(self._problem(WARNING, code, position, element, value, expected, section))

    def error(self, code: str, position: int, element: str, value: str, expected: str, section: str = "") -> Refused:
        """To be raised: what refuses a box or a message."""
        return Refused(self._problem(ERROR, code, position, element, value, expected, section))

    def _problem(
        self, severity: str, code: str, position: int, element: str, value: str, expected: str, section: str
    ) -> Problem:
        return Problem(severity, code, self.file, self.message, position, element, value, expected, section, self.unit)
