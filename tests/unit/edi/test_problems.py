"""Problems: every code has words in both languages, and the words say what stands there and what was expected."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import connectors.customs
import connectors.dcsa
import connectors.edi
import connectors.files
import connectors.reading
from connectors.reading.problem import Problem
from connectors.reading.problem_texts import TEXTS

#: The code lists and tables of EDIFACT and customs name problems too.
SOURCES = [
    p
    for package in (connectors.customs, connectors.dcsa, connectors.edi, connectors.files, connectors.reading)
    for pattern in ("*.py", "*.yaml", "messages/*.yaml")
    for p in Path(str(package.__file__)).parent.glob(pattern)
]


def test_every_code_that_is_told_has_words_and_every_word_is_told() -> None:
    sources = "".join(p.read_text("utf-8") for p in SOURCES if p.name != "problem_texts.py")
    told = set(re.findall(r'(?:"|unknown: |MT[0-9]{4}: )([A-Z]+(?:_[A-Z]+)*)\b', sources))
    assert set(TEXTS) - told == set()
    calls = r'(?:warn|tell|error|problem)\(\s*(?:flags, |header\.flags, |ERROR, |WARNING, |file, )*"([A-Z_]+)"'
    assert set(re.findall(calls, sources)) - set(TEXTS) == set()


def test_words_are_in_both_languages_and_can_be_filled() -> None:
    for code, (english, chinese) in TEXTS.items():
        problem = Problem("error", code, value="VALUE", expected="EXPECTED")
        assert english != chinese
        assert re.search("[\u4e00-\u9fff]", problem.zh), code
        assert not re.search("[\u4e00-\u9fff]", problem.en), code
        for placeholder, filled in (("{value}", "VALUE"), ("{expected}", "EXPECTED")):
            assert (placeholder in english) == (placeholder in chinese) == (filled in problem.zh), code


def test_a_problem_reads_as_one_line_with_its_place() -> None:
    problem = Problem("error", "BAD_CONTAINER", "a.edi", "7", 12, "EQD C237/8260", "X1", "four letters and seven digits")
    assert str(problem) == (
        "error: a.edi, message 7, segment 12, EQD C237/8260: 'X1' is no container number; expected four letters and "
        "seven digits. This box was refused: have the sender correct it and send it again [BAD_CONTAINER]"
    )


#: What they tell needs nothing done, or ``expected`` says what (WRONG_FILE).
NOTHING_TO_DO = {"NOT_A_MOVE", "STAYS_ON_BOARD", "REPLY_ACCEPTED", "NOT_FOR_US", "WRONG_FILE"}
TO_DO = re.compile(
    r"\b([Aa]sk|[Hh]ave|[Aa]dd|[Cc]heck|[Ll]ook|[Cc]orrect|[Mm]end|[Rr]eport|[Ss]plit|[Nn]ame|fill|say|give|void|format|switch)\b"
    "|each needs"
)


@pytest.mark.parametrize("code", TEXTS)
def test_it_is_said_what_to_do_next(code: str) -> None:
    english, chinese = TEXTS[code]
    assert bool(TO_DO.search(english)) == ("请" in chinese) == (code not in NOTHING_TO_DO)


def test_a_long_value_is_shortened() -> None:
    assert len(Problem("error", "BAD_TIME", value="9" * 5000, expected="x").en) < 150
