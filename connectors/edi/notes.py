"""What was noticed about a message: each problem told once, each box it touches flagged."""

from __future__ import annotations

from connectors.edi.problem import Place, Problem, problem


class Notes:
    """The warnings of one message. A code is told once per element and value; every box it touches carries the flag."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self._told: set[tuple[str, str, str]] = set()

    def warn(self, flags: list[str], code: str, place: Place, element: str = "", value: str = "", **fill: str) -> None:
        """Flag with ``code`` (an unknown code with its element and value, so that it stays known) and tell it once."""
        flag = f"{code}:{element}={value[:40]}" if code == "UNKNOWN_CODE" else code
        if flag not in flags:
            flags.append(flag)
        if (code, element, value) not in self._told:
            self._told.add((code, element, value))
            self.problems.append(problem(code, "warning", place, element, value, **fill))
