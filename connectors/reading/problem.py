"""What is wrong with a file, for the person who must mend it or ask the sender to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from connectors.reading.expected_texts import in_chinese
from connectors.reading.problem_texts import TEXTS

ERROR: Final = "error"
WARNING: Final = "warning"
NOTE: Final = "note"
_SEVERITIES: Final = {ERROR: "错误", WARNING: "警告", NOTE: "提示"}
#: What ``position`` counts.
_UNITS: Final = {"segment": "段", "record": "条记录", "row": "行", "line": "行", "event": "个事件"}
#: In place of a value that is not there, in English and Chinese.
_EMPTY: Final = ("(empty)", "（空）")


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong. An ``error`` says that something was refused, a ``warning`` that it was taken with a flag, or
    that there is something to look at; a ``note`` that nothing is wrong.

    ``message`` is the reference of the message (EDIFACT 0062), ``position`` the number of the segment or record in the
    file from 1 (0: the file as a whole), ``element`` where in it (tag and data element), ``value`` what stood there,
    ``section`` the part of the standard that asks for ``expected``. ``unit`` is what ``position`` counts.
    """

    severity: str
    code: str
    file: str = ""
    message: str = ""
    position: int = 0
    element: str = ""
    value: str = ""
    expected: str = ""
    section: str = ""
    unit: str = "segment"

    @property
    def en(self) -> str:
        """The whole of it in English: what, expected, what happened with it or what to do."""
        return self._told(0)

    @property
    def zh(self) -> str:
        """The same in Chinese."""
        return self._told(1)

    @property
    def place(self) -> str:
        """File, message, segment (or row) and element, as far as they are known."""
        parts = (
            self.file, f"message {self.message}" if self.message else "",
            f"{self.unit} {self.position}" if self.position else "", self.element,
        )  # fmt: skip
        return ", ".join(filter(None, parts))

    @property
    def place_zh(self) -> str:
        """The same in Chinese."""
        parts = (
            self.file, f"报文{self.message}" if self.message else "",
            f"第{self.position}{_UNITS[self.unit]}" if self.position else "", in_chinese(self.element),
        )  # fmt: skip
        return "，".join(filter(None, parts))

    @property
    def in_both(self) -> str:
        """Where it is, and the whole of it in English and below it in Chinese, for a terminal: who reads one of them needs no
        word of the other."""
        place = self.place_zh
        return f"{self}\n    {_SEVERITIES[self.severity]}：{place + '：' if place else ''}{self.zh}"

    def __str__(self) -> str:
        place = self.place
        return f"{self.severity}: {place + ': ' if place else ''}{self.en} [{self.code}]"

    def _told(self, language: int) -> str:
        shown = " ".join(self.value[:200].split())
        if " " in shown and (said := in_chinese(shown)) != shown:  # words of ours, and not one of the sender's
            shown = said if language else shown
        elif len(shown) > 60:
            shown = shown[:57] + "..."
        expected = in_chinese(self.expected) if language else self.expected
        return TEXTS[self.code][language].format(value=shown or _EMPTY[language], expected=expected)
