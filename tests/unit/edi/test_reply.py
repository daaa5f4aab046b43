"""CONTRL and APERAK for an interchange: what was taken, what was refused, where and by which code of list 0085."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from connectors.edi import Ledger, Profile, collect, read, replies
from connectors.edi.reply import error_code
from connectors.edi.syntax import Segments
from connectors.reading.problem import Problem
from ops.cli.main import app
from tests.unit.edi.building import BOX, GATE_BOX, OTHER_BOX, STRICT, interchange, message, text

#: 2026-11-24 18:00:00 in Beijing.
NOW = 1795514400000
OTHER = [s.replace(BOX, OTHER_BOX) for s in GATE_BOX]


def answers(data: bytes, profile: Profile | None = None) -> list[list[str]]:
    """The segments of each answer."""
    ledger = Ledger()
    written = replies(read(data, profile=profile, ledger=ledger), ledger, NOW)
    return [["+".join(map(":".join, s.elements)) for s in Segments([one.encode()])] for one in written]


def answer(data: bytes, profile: Profile | None = None) -> list[str]:
    (one,) = answers(data, profile)
    return one


def contrl(data: bytes, profile: Profile | None = None) -> list[str]:
    """What the CONTRL says between its UNH and UNT."""
    segments = answer(data, profile)
    return segments[2 : next(i for i, s in enumerate(segments) if s.startswith("UNT"))]


def test_a_faultless_interchange_is_acknowledged_and_addressed_back() -> None:
    assert answer(interchange(message(GATE_BOX))) == [
        "UNB+UNOA:2+YGT+YTPORT+261124:1800+2611241800000", "UNH+1+CONTRL:D:3:UN", "UCI+000001+YTPORT+YGT+7", "UNT+3+1",
        "UNZ+1+2611241800000",
    ]  # fmt: skip


def test_a_refused_message_is_rejected_with_its_place_and_the_others_are_not() -> None:
    data = interchange(message(GATE_BOX), message(OTHER, reference="2", code="999"), message(OTHER, reference="3"))
    assert contrl(data) == [
        "UCI+000001+YTPORT+YGT+7", "UCM+2+CODECO:D:95B:UN:ITG10+4+12", "UCS+2", "UCD+12+2:1",
    ]  # fmt: skip


def test_a_message_of_which_boxes_were_refused_is_acknowledged_with_its_errors() -> None:
    bad = [s.replace(BOX, "CSQU30543") for s in GATE_BOX]
    found = contrl(interchange(message([*bad, *OTHER])))
    assert found == ["UCI+000001+YTPORT+YGT+7", "UCM+1+CODECO:D:95B:UN:ITG10+7", "UCS+6", "UCD+12+3:1"]


def test_each_message_with_a_problem_has_an_aperak_in_words() -> None:
    segments = answer(interchange(message(GATE_BOX), message(OTHER, reference="2", code="999", document="DOC2")))
    aperak = segments[segments.index("UNH+2+APERAK:D:16A:UN") :]
    assert aperak[1:5] == ["BGM+313+2611241800000-2+27", "DTM+137:202611241800:203", "RFF+ACW:DOC2", "ERC+12:0085:6"]
    assert aperak[5].startswith("FTX+AAO+++error UNKNOWN_DOCUMENT, segment 2, BGM C002/1001:document code '999' says")
    assert aperak[6:] == ["UNT+7+2", "UNZ+2+2611241800000"]


def test_a_warning_is_answered_as_accepted() -> None:
    segments = answer(interchange(message(GATE_BOX, count="99")))
    assert "UCM+1+CODECO:D:95B:UN:ITG10+7" in segments and "UCD+29+2" in segments
    assert "BGM+312+2611241800000-1+29" in segments


def test_an_interchange_whose_count_is_wrong_is_rejected_for_a_strict_partner_only() -> None:
    data = interchange(message(GATE_BOX), count="3")
    assert contrl(data)[0] == "UCI+000001+YTPORT+YGT+7+29"
    assert contrl(data, STRICT) == ["UCI+000001+YTPORT+YGT+4+29", "UCM+1+CODECO:D:95B:UN:ITG10+4"]


def test_an_unknown_sender_is_rejected_as_such() -> None:
    assert contrl(interchange(message(GATE_BOX), sender="NOBODY"))[0] == "UCI+000001+NOBODY+YGT+4+23"


def test_a_message_that_is_cut_off_is_rejected() -> None:
    data = interchange(message(GATE_BOX), message(OTHER, reference="2"))
    assert "UCM+2+CODECO:D:95B:UN:ITG10+4+13" in contrl(data[: data.rindex(b"MEA")])


def test_service_characters_in_what_is_quoted_are_released() -> None:
    strange = message(OTHER, reference="2", code="9??1?'2?+3")
    (reply,) = answers(interchange(message(GATE_BOX), strange))
    assert sum(s.startswith("UNH") for s in reply) == 2
    assert any("9?1'2+3" in s for s in reply)


def test_control_characters_in_what_is_quoted_are_marked() -> None:
    (reply,) = answers(interchange(message(GATE_BOX, reference="A\x1bB\x00C")))
    assert any("UCM+A?B?C+" in s for s in reply)


def test_each_interchange_has_its_own_answer() -> None:
    assert len(answers(interchange(message(GATE_BOX)) + interchange(message(OTHER, code="999")))) == 2


def test_answers_are_not_answered_and_bare_messages_name_nobody() -> None:
    contrl_in = ["UNH+1+CONTRL:D:3:UN", "UCI+72+B+A+7", "UNT+3+1"]
    assert answers(interchange(contrl_in)) == []
    assert answers(text(message(GATE_BOX))) == []


@pytest.mark.parametrize(("code", "number"), [("COUNT_MISMATCH", "29"), ("NO_VESSEL", "13"), ("BAD_TIME", "12")])
def test_every_problem_has_a_code_of_list_0085(code: str, number: str) -> None:
    assert error_code(Problem("error", code)) == number


def test_the_answer_is_itself_read_without_a_problem() -> None:
    ledger = Ledger()
    data = interchange(message(OTHER, code="999"))
    (reply,) = replies(read(data, ledger=ledger), ledger, NOW)
    result = collect(read(reply.encode()))
    assert [p.code for p in (*result.errors, *result.warnings)] == ["REPLY_ACCEPTED", "REPLY_REFUSED", "REPLY_REFUSED"]


def test_the_command_prints_the_answer_in_place_of_events(tmp_path: Path) -> None:
    file = tmp_path / "a.edi"
    file.write_bytes(interchange(message(GATE_BOX), message(OTHER, reference="2", code="999")))
    result = CliRunner().invoke(app, ["edi", "read", str(file), "--reply"])
    assert result.exit_code == 1
    assert result.stdout.startswith("UNB+UNOA:2+YGT+YTPORT+") and "UCM+2+" in result.stdout and BOX not in result.stdout
