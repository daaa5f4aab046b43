"""The details of exceptions in words: every phrase of the core has its Chinese, and no phrase stands there for nothing."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from schemas.details import in_words, phrases
from schemas.reference import DIRECTORY

DOMAIN = Path(__file__).parents[3] / "streams" / "domain"
#: Where the core words details.
WORDED = (*sorted(DOMAIN.glob("watch_*.py")), DOMAIN / "box.py", DOMAIN / "correlator.py", DOMAIN / "sources.py")


def _pieces(text: str) -> set[str]:
    return {piece.strip(" ,:|") for piece in text.split("{}")} - {""}


def _in_the_core() -> set[str]:
    """Every text with a space in it, or in Chinese, that is no docstring."""
    found: set[str] = set()
    for path in WORDED:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        docs = {
            id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docs:
                said = node.value
                if " " in said.strip(" ,:") or re.search("[\u4e00-\u9fff]", said):
                    found.add(said.strip(" ,:|"))
    return found - {""}


def test_every_phrase_of_the_core_is_in_the_table() -> None:
    known = set().union(*(_pieces(phrase.said) for phrase in phrases()))
    known |= {"missing: " + code.said for code in phrases()}
    assert _in_the_core() - known == set()


def test_every_phrase_of_the_table_is_said_somewhere() -> None:
    code = "".join(path.read_text(encoding="utf-8") for path in WORDED)
    assert {piece for phrase in phrases() for piece in _pieces(phrase.said) if " " in piece and piece not in code} == set()


@pytest.mark.parametrize(
    ("detail", "zh", "en"),
    [
        ("missing: DECLARATION, LOADING", "缺：报关单放行、装载放行", "missing: customs release, loading release"),
        ("for rizhao, came to qingdao", "应到日照，到了青岛", "for Rizhao, came to Qingdao"),
        ("VGM 22000 kg, gate 25100 kg", "VGM 22000 千克，闸口 25100 千克", "VGM 22000 kg, gate 25100 kg"),
        ("papers D, terminal F", "单证为内贸，码头为外贸", "papers domestic, terminal foreign"),
        ("no receipt for B1|9321483|021E|QQCT|MT3101", "无回执：B1|9321483|021E|QQCT|MT3101",
         "no receipt for B1|9321483|021E|QQCT|MT3101"),
        ("announced on 9321483|021E, not landed", "舱单 9321483 航次 021E 有此箱，未卸",
         "announced on 9321483, voyage 021E, not landed"),
        ("SL1 → SL2", "SL1 → SL2", "SL1 → SL2"),
        ("", "", ""),
    ],
)  # fmt: skip
def test_names_and_figures_stay_and_the_rest_is_said_in_words(detail: str, zh: str, en: str) -> None:
    assert in_words(detail) == (zh, en)


def test_braces_that_a_sender_wrote_do_no_harm() -> None:
    assert in_words("{0} {} is not met") == ("{0} {}：未满足", "{0} {} is not met")


def test_each_phrase_has_a_gap_for_each_of_its_gaps() -> None:
    assert (DIRECTORY / "details.csv").is_file()
    for phrase in phrases():
        assert phrase.said.count("{}") == phrase.zh.count("{}") == phrase.en.count("{}"), phrase
        assert re.search("[\u4e00-\u9fff]|^{} → {}$", phrase.zh), phrase
