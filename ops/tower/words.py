"""The pages' language: each text stands in both where it is used, and codes are spelled out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from ops.cli.words import ACTIONS, CASES, OWNERS, STATES, STEPS, halves
from schemas.details import in_words
from schemas.reference import load_reference
from streams.domain.arrivals import WHY

LANGUAGES: Final = {"zh": "中文", "en": "English"}
_SEVERITIES: Final = {"critical": "严重", "high": "高", "medium": "中", "low": "低", "info": "提示"}
_VERDICTS: Final = {
    "MAY": "可以 may", "MAY_NOT": "不可以 may not", "TO_CHECK": "须核实 to be checked", "DONE": "已完成 done",
    "ENDED": "已结束 ended", "NO_VISIT": "无在港记录 no visit",
}  # fmt: skip
_LEGS: Final = {
    "PLANNED": "已计划 planned", "APPROVED": "已批准 approved", "LOADED": "已装船 loaded", "DEPARTED": "已开航 departed",
    "ARRIVED": "已到港 arrived", "DISCHARGED": "已卸船 discharged", "RECONCILED": "已核对 reconciled",
}  # fmt: skip
_PHASES: Final = {
    "EXPECTED": "预报 expected", "ARRIVED_ANCHOR": "在锚地 at anchor", "BERTHED": "已靠泊 berthed", "OPS": "作业中 working",
    "OPS_DONE": "作业完 work done", "DEPARTED": "已离泊 departed",
}  # fmt: skip
_DIFFERENCES: Final = {
    "NOT_LOADED": "清单有，未装 listed, not loaded", "NOT_DISCHARGED": "清单有，未卸 listed, not discharged",
    "LOADED_UNPLANNED": "已装，清单无 loaded, not listed", "DISCHARGED_UNPLANNED": "已卸，清单无 discharged, not listed",
}  # fmt: skip
_DIRECTIONS: Final = {"E": "出口 export", "I": "进口 import", "T": "中转 transhipment"}
_TRADES: Final = {"D": "内贸 domestic", "F": "外贸 foreign"}


class Words:
    """Says things in one language."""

    def __init__(self, language: str) -> None:
        self.language = language if language in LANGUAGES else "zh"

    def __call__(self, zh: str, en: str) -> str:
        """The text of this language; where there is none, the other."""
        return (zh or en) if self.language == "zh" else (en or zh)

    def yes(self, value: object) -> str:
        """Whether it is so."""
        return self("是", "yes") if value else self("否", "no")

    def code(self, code: str, words: Mapping[str, str] = STATES) -> str:
        """A code in words; one that has none is shown as it is."""
        return self(*halves(words.get(code, code)))

    def state(self, code: str) -> str:
        """The state of a visit."""
        return self.code(code, STATES)

    def step(self, code: str) -> str:
        """A milestone, or what is missing for the next."""
        return self.code(code, STEPS)

    def action(self, code: str) -> str:
        """What an officer did."""
        return self.code(code, ACTIONS)

    def verdict(self, code: str) -> str:
        """The answer of an explanation."""
        return self.code(code, _VERDICTS)

    def direction(self, code: str) -> str:
        """E, I or T."""
        return self.code(code, _DIRECTIONS)

    def trade(self, code: str) -> str:
        """D or F."""
        return self.code(code, _TRADES)

    def leg(self, code: str) -> str:
        """The state of a leg."""
        return self.code(code, _LEGS)

    def phase(self, code: str) -> str:
        """The phase of a call."""
        return self.code(code, _PHASES)

    def condition(self, code: str) -> str:
        """What holds an arrival report back."""
        return self.code(code, WHY)

    def case(self, code: str) -> str:
        """The state of an arrival report."""
        return self.code(code, CASES)

    def difference(self, code: str) -> str:
        """List against quay."""
        return self.code(code, _DIFFERENCES)

    def severity(self, code: str) -> str:
        """How bad an exception is."""
        return self(_SEVERITIES.get(code, code), code)

    def owner(self, name: str) -> str:
        """Who must act."""
        return self(OWNERS.get(name, name), name)

    def port(self, slug: str) -> str:
        """A port's name."""
        port = load_reference().ports.get(slug)
        return self(port.zh, port.en) if port else slug

    def exception(self, code: str) -> str:
        """What an exception says."""
        entry = load_reference().exceptions.get(code)
        return self(entry.text_zh, entry.text_en) if entry else code

    def detail(self, text: str) -> str:
        """What the detail of an exception says."""
        return self(*in_words(text))
