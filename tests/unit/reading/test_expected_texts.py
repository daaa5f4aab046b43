"""What is expected in place of something wrong, in Chinese: for all that the readers, the gateway and the schemas say."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from connectors.edi import PartnerError
from connectors.files.mapping import MappingError
from connectors.gateway import texts
from connectors.reading.expected_texts import PHRASES, in_chinese, setting_in_chinese
from connectors.reading.problem import ERROR, NOTE, WARNING, Problem
from ops.cli.main import one_line

ROOT = Path(__file__).parents[3]
SOURCES = [
    *(path for name in ("edi", "files", "dcsa", "customs", "reading") for path in (ROOT / "connectors" / name).glob("*.py")),
    ROOT / "connectors" / "gateway" / "intake.py",
    *(ROOT / "schemas" / f"{name}.py" for name in ("plain", "validate", "rules", "wire", "codec", "slow", "registry")),
]
TABLES = [path for folder in ("edi/messages", "customs") for path in (ROOT / "connectors" / folder).glob("*.yaml")]
#: Arguments and attributes in which the readers say what was expected.
NAMES = {"expected", "expected_else", "time_expected"}
#: Calls that take what was found and expected in order.
SAYING = {"Problem", "_problem", "warn", "tell", "error", "_Doubt", "_Misfit", "Misfit", "Unreadable", "Refused", "XmlProblem",
          "DecodeError", "EncodeError", "UnknownSchemaError"}  # fmt: skip
#: Errors of files that a port writes: where, and a phrase.
OF_SETTINGS = {"MappingError", "PartnerError"}
#: What stands among their arguments and is shown to nobody: sections of a standard, lines of a log.
NOT_SAID = re.compile(r"^code list|^ISO 9735|%s")
CONSTANT = re.compile(r"_?([A-Z]+_)*(EXPECTED|ACCEPTED)")
CHINESE = re.compile(r"[\u4e00-\u9fff]")
#: Two words in a row of an English sentence.
PROSE = re.compile(r"\b[a-z]{2,} [a-z]{2,}\b")


def text_of(node: ast.AST) -> str | None:
    """The text that an expression gives, with ``{}`` for what is known only later."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values)
    if isinstance(node, ast.BinOp) and (left := text_of(node.left)):
        return left + (text_of(node.right) or "{}")
    return None


def called(node: ast.Call) -> str:
    return str(getattr(node.func, "attr", getattr(node.func, "id", "")))


def said_of_settings(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call) and called(node) in OF_SETTINGS:
            yield from filter(None, map(text_of, node.args))


def said_in(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        given: list[ast.AST] = []
        if isinstance(node, ast.Call):
            given = [word.value for word in node.keywords if word.arg in NAMES | {"value"}]
            if called(node) in SAYING:
                given += node.args
        elif isinstance(node, (ast.Assign, ast.AnnAssign)) and node.value is not None:
            names = [t.id for t in getattr(node, "targets", [getattr(node, "target", None)]) if isinstance(t, ast.Name)]
            given = [node.value] if any(name in NAMES | {"value"} or CONSTANT.fullmatch(name) for name in names) else []
        for value in given:
            for part in [value.body, value.orelse] if isinstance(value, ast.IfExp) else [value]:
                if (text := text_of(part)) and not NOT_SAID.search(text):
                    yield text


def named(table: Any) -> Iterator[str]:
    if isinstance(table, dict):
        for name, value in table.items():
            if name in NAMES and isinstance(value, str):
                yield value
            yield from named(value)
    elif isinstance(table, list):
        for each in table:
            yield from named(each)


EXPECTED = sorted({text for path in SOURCES for text in said_in(path)}) + sorted(
    {text for path in TABLES for text in named(yaml.safe_load(path.read_text()))}
)


def test_there_is_much_to_say() -> None:
    assert len(EXPECTED) > 120


@pytest.mark.parametrize("text", EXPECTED)
def test_what_is_expected_is_said_in_chinese_too(text: str) -> None:
    """With codes in the place of what is known only later."""
    filled = text.replace("{}", "X1")
    said = in_chinese(filled)
    assert CHINESE.search(said) or not PROSE.search(filled), "add it to connectors/reading/expected_texts.py"
    assert not PROSE.search(said), said
    assert said.count("X1") == filled.count("X1") and not CHINESE.search(text)


SETTINGS = sorted({text for path in SOURCES for text in said_of_settings(path)})


@pytest.mark.parametrize("text", SETTINGS)
def test_so_is_what_is_wrong_with_a_mapping_or_a_profile(text: str) -> None:
    filled = re.sub("^{}(?=: |, )", "a.yaml", text).replace("{}", "X1")
    said = setting_in_chinese(filled)
    assert (CHINESE.search(said) or not PROSE.search(filled)) and not PROSE.search(said), said
    assert said.count("X1") == filled.count("X1")


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (MappingError("a.yaml, field mov: events have no such field; did you mean move?"),
         ["a.yaml, field mov: events have no such field; did you mean move? Correct it and try again",
          "    a.yaml，字段mov：事件没有该字段；是否应为move？请更正后重试"]),
        (PartnerError("a.yaml, partner X: party must be given"),
         ["a.yaml, partner X: party must be given. Correct it and try again", "    a.yaml，伙伴X：须填写party。请更正后重试"]),
        (PartnerError("port is 'x'; expected one of a, b"),
         ["port is 'x'; expected one of a, b. Correct it and try again", "    port为'x'；应为a, b之一。请更正后重试"]),
    ],
    ids=["a field", "a partner", "no file"],
)  # fmt: skip
def test_the_terminal_tells_it_in_two_lines(error: Exception, told: list[str]) -> None:
    assert str(one_line(error)).splitlines() == told


@pytest.mark.parametrize(("english", "chinese"), PHRASES.items())
def test_a_phrase_is_the_same_in_both(english: str, chinese: str) -> None:
    assert CHINESE.search(chinese) and english.count("{}") == chinese.count("{}")
    for code in re.findall(r"[A-Z]{3,}[0-9+]*|\d{3,}", english.replace("OVERRIDE is refused", "OVERRIDE")):
        assert code in chinese, code


@pytest.mark.parametrize(
    ("english", "chinese"),
    [
        ("DTM+132 or the document's time (DTM+137, or UNB)", "DTM+132或单证时间（DTM+137，或UNB）"),
        ("a list, each a whole number", "列表，每项为整数"),
        ("DTM+133 or DTM+136", "DTM+133或DTM+136"),
        ("segment 1, element 3:1: 0085 12 (invalid value)", "段1, 元素3:1: 0085 12 (值无效)"),
        ("qingdao", "qingdao"),
        ("ERC 12, Segment missing or invalid value", "ERC 12, Segment missing or invalid value"),
    ],
    ids=["within another", "each", "codes", "errors of a CONTRL", "a name", "others' words"],
)  # fmt: skip
def test_phrases_are_put_together(english: str, chinese: str) -> None:
    assert in_chinese(english) == chinese


def test_a_problem_is_told_in_each_language_alone() -> None:
    problem = Problem(ERROR, "WRONG_FILE", "a.edi", value="a picture", expected="save it as plain text")
    assert problem.zh == "这是图片，未读取：请另存为纯文本"
    assert problem.in_both.splitlines() == [
        "error: a.edi: this is a picture and was not read: save it as plain text [WRONG_FILE]",
        "    错误：a.edi：这是图片，未读取：请另存为纯文本",
    ]


@pytest.mark.parametrize(
    ("problem", "said"),
    [
        (Problem(WARNING, "NO_TIME", "a", "", 3, "move (column 进出)", unit="row"), "警告：a，第3行，move（列“进出”）："),
        (Problem(ERROR, "NO_TIME", "a.edi", "7", 3, "DTM"), "错误：a.edi，报文7，第3段，DTM："),
        (Problem(NOTE, "NO_TIME", position=2, unit="record"), "提示：第2条记录："),
        (Problem(NOTE, "NO_TIME"), "提示：缺少时间"),
    ],
    ids=["column", "message", "record", "nowhere"],
)  # fmt: skip
def test_the_place_is_told_in_chinese_too(problem: Problem, said: str) -> None:
    assert problem.in_both.splitlines()[1].startswith("    " + said)


@pytest.mark.parametrize(
    ("value", "en", "zh"),
    [
        ("the column 箱号 stands twice", "the column 箱号 stands twice", "列“箱号”出现两次"),
        ("text", "text", "text"),
        ("", "(empty)", "（空）"),
        ("1" * 61, "1" * 57 + "...", "1" * 57 + "..."),
    ],
    ids=["words of ours", "a word of the sender's", "nothing", "long"],
)
def test_what_was_found_is_told_in_each_language(value: str, en: str, zh: str) -> None:
    problem = Problem(ERROR, "BAD_XML", value=value)
    assert f": {en}; expected" in problem.en and f"：{zh}；应为" in problem.zh


def test_so_does_the_gateway() -> None:
    en, zh = texts.problem("TOO_LONG", "", "1,200,000 bytes", "an event of at most 999,000 bytes")
    assert en.startswith("the event is too long (1,200,000 bytes); expected an event of at most 999,000 bytes.")
    assert zh.startswith("该事件过长（1,200,000字节）；应为：不超过999,000字节的事件。请")


@pytest.mark.parametrize("code", ["MISSING_FIELD", "UNKNOWN_FIELD", "TOO_LONG", "BAD_VALUE", "NOT_JSON", "CORRUPT"])
def test_the_gateway_says_in_each_language_alone_what_to_do_next(code: str) -> None:
    en, zh = texts.problem(code, "", "", "X")
    assert "send" in en and not CHINESE.search(en) and "请" in zh and not PROSE.search(zh)
