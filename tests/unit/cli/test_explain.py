"""``explain``: may a box leave, be loaded or sail, on which evidence, and who must act."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from ops.cli.common import Reader, open_reader
from ops.explain import FAR, explain_box
from tests.unit.cli.conftest import Ask, Filled

#: What a row lacks, in the words of a condition; tally and commercial releases are no condition.
CODES = {
    "EXPORT_ARRIVAL_REPORT": "ARRIVAL_CONFIRMED", "EXPORT_CUSTOMS_RELEASE": "CUSTOMS_RELEASE",
    "EXPORT_LOADING_RELEASE": "LOADING_RELEASE", "EXPORT_TERMINAL_RELEASE": "TERMINAL_RELEASE",
    "IMPORT_CUSTOMS_RELEASE": "CUSTOMS_RELEASE", "IMPORT_BILL_RELEASE": "BILL_RELEASE",
    "IMPORT_TERMINAL_RELEASE": "TERMINAL_RELEASE", "TERMINAL_RELEASE": "TERMINAL_RELEASE",
}  # fmt: skip


@pytest.fixture(params=["embedded", "server"])
def world(request: pytest.FixtureRequest) -> Filled:
    """Both engines."""
    filled: Filled = request.getfixturevalue(f"{request.param}_world")
    return filled


def visits(reader: Reader, having: str, limit: int = 12) -> list[dict[str, Any]]:
    """The latest visits of some boxes that are as the condition says."""
    return reader.query(
        f"SELECT * FROM box_visits_now WHERE {having} AND (container_no, opened_at) IN "
        f"(SELECT container_no, max(opened_at) FROM box_visits_now GROUP BY container_no) ORDER BY container_no LIMIT {limit}"
    )


def test_what_a_row_lacks_is_what_the_explanation_says_is_not_met(world: Filled) -> None:
    """Two prints of one derivation: the row's missing steps are the explanation's unmet conditions."""
    reader = open_reader(world.url)
    here = visits(reader, "location LIKE 'AT_TERMINAL%' AND next_step NOT IN ('', 'LEAVE', 'LIFT_HOLD')")
    assert len(here) > 5
    for row in here:
        # the path of a box that came to be carried on by leg is judged at its end
        step = "load" if row["direction"] == "E" else "gate-out"
        found = explain_box(reader, row["container_no"], step, FAR)
        unmet = {c["code"] for c in found["conditions"] if c["state"] == "UNMET"}
        if "LEG_APPROVED" in {c["code"] for c in found["conditions"]}:
            continue
        assert {CODES[b] for b in row["blockers"]} <= unmet, row
        assert found["verdict"] == "MAY_NOT"


def test_a_condition_that_is_met_shows_who_said_so_in_which_message_and_when_we_heard_it(world: Filled) -> None:
    reader = open_reader(world.url)
    row = visits(reader, "state = 'GATED_OUT' AND trade = 'F' AND ef = 'F' AND direction = 'I'")[0]
    found = explain_box(reader, row["container_no"], "gate-out", FAR)
    times = dict(zip(row["milestones"], row["milestone_times"], strict=True))
    (released,) = [c for c in found["conditions"] if c["code"] == "CUSTOMS_RELEASE"]
    (event,) = released["evidence"]
    step: int = getattr(reader, "time_step_ms", 1)
    assert (found["verdict"], released["state"]) == ("DONE", "MET")
    assert event["event_time"] // step == times["IMPORT_CUSTOMS_RELEASE"] // step
    assert event["source_party"] == "CUSTOMS" and event["event_id"] and event["ingest_time"] >= event["event_time"]


def test_what_was_not_heard_by_then_was_not_met_then(world: Filled) -> None:
    reader = open_reader(world.url)
    row = visits(
        reader,
        "state = 'GATED_OUT' AND trade = 'F' AND ef = 'F' AND direction = 'I' AND has(milestones, 'IMPORT_TERMINAL_RELEASE')",
    )[0]  # some planted ones leave without
    found = explain_box(reader, row["container_no"], "gate-out", FAR)
    (released,) = [c for c in found["conditions"] if c["code"] == "TERMINAL_RELEASE"]
    heard_at = released["evidence"][0]["ingest_time"]
    before = explain_box(reader, row["container_no"], "gate-out", FAR, heard_at - 1000)
    assert [c["state"] for c in before["conditions"] if c["code"] == "TERMINAL_RELEASE"] == ["UNMET"]
    assert before["verdict"] == "MAY_NOT"


def test_a_person_reads_the_answer_in_one_language_or_both(embedded_world: Filled, ask: Ask) -> None:
    box = visits(open_reader(embedded_world.url), "next_step = 'EXPORT_LOADING_RELEASE'")[0]["container_no"]
    told = {lang: ask("explain", f" {box.lower()} ", "--lang", lang, "--store", embedded_world.url) for lang in ("zh", "en")}
    both = ask("explain", box, "--store", embedded_world.url)
    assert {answer.code for answer in (*told.values(), both)} == {1}
    words = {
        "装载放行": "Customs release for loading", "不可以": "it may not", "联系海关": "Ask customs", "依据": "because",
        "以海关指令为准": "customs' own instruction prevails", "数据截至": "last heard",
    }  # fmt: skip
    for zh, en in words.items():
        assert zh in told["zh"].out and zh in both.out
        assert en in told["en"].out and en in both.out
        assert zh not in told["en"].out and en not in told["zh"].out


def test_a_critical_exception_stands_against_a_step(world: Filled) -> None:
    reader = open_reader(world.url)
    box = reader.query("SELECT subject FROM exceptions_now WHERE code = 'LEG_WRONG_PORT' ORDER BY 1 LIMIT 1")[0]["subject"]
    found = explain_box(reader, box, "gate-out", FAR)
    grave = [c for c in found["conditions"] if c["code"] == "NO_CRITICAL_EXCEPTION"]
    assert "LEG_WRONG_PORT" in {c["why"] for c in grave}
    assert all(c["action_zh"] and c["owner"] for c in grave)


class Silent:
    """A store that also knows of a source that is silent."""

    def __init__(self, reader: Reader, subject: str) -> None:
        self._reader = reader
        self._row = {"subject": subject, "raised_at": 1, "ended_at": 0}

    def query(self, sql: str, params: Any = None) -> list[dict[str, Any]]:
        """As the reader says."""
        return [self._row] if "SOURCE_SILENT" in sql else self._reader.query(sql, params)


def test_while_a_source_of_its_port_is_silent_nobody_is_told_that_a_box_may_go(embedded_world: Filled) -> None:
    reader = open_reader(embedded_world.url)
    row = visits(reader, "ef = 'E' AND closed_at = toDateTime64(0, 3)")[0]
    elsewhere = "qingdao" if row["port"] != "qingdao" else "yantai"
    verdicts = {
        port: explain_box(Silent(reader, f"{port}.gate"), row["container_no"], "gate-out", FAR)["verdict"]
        for port in (row["port"], elsewhere)
    }
    assert verdicts == {row["port"]: "TO_CHECK", elsewhere: "MAY"}


def test_the_answer_is_json_too(embedded_world: Filled, ask: Ask) -> None:
    box = visits(open_reader(embedded_world.url), "notEmpty(milestones)")[0]["container_no"]
    when = datetime.fromtimestamp(embedded_world.rest / 1000, UTC).isoformat()
    code, out, _ = ask("explain", box, "--as-of", when, "--json", "--store", embedded_world.url)
    found = json.loads(out)
    assert code in (0, 1)
    assert found["container_no"] == box and found["heard"] and found["ports"]


def test_an_unknown_box_may_not_be_taken_for_a_free_one(embedded_world: Filled, ask: Ask) -> None:
    code, out, errors = ask("explain", "XXXU0000000", "--lang", "en", "--store", embedded_world.url)
    assert code == 1
    assert out.startswith("XXXU0000000: no event of this box is known; that does not mean that it may go") and not errors


def test_a_box_that_is_only_announced_is_said_to_be_so(embedded_world: Filled, ask: Ask) -> None:
    reader = open_reader(embedded_world.url)
    box = reader.query(
        "SELECT container_no FROM consignments_now WHERE container_no != '' AND container_no NOT IN "
        "(SELECT container_no FROM box_visits_now) ORDER BY 1 LIMIT 1"
    )[0]["container_no"]
    code, out, _ = ask("explain", box, "--lang", "en", "--store", embedded_world.url)
    assert code == 1
    assert "only papers name this box" in out and "no visit is known" in out


@pytest.mark.parametrize(
    ("words", "said"),
    [(("--for", "fly"), "'fly' is no step: --for takes gate-out, load or depart"), (("--lang", "fr"), "--lang takes zh or en")],
)
def test_a_mistyped_option_is_one_line(words: tuple[str, ...], said: str, embedded_world: Filled, ask: Ask) -> None:
    code, _, errors = ask("explain", "CSQU3054383", *words, "--store", embedded_world.url)
    assert code == 2
    assert errors.startswith("yigangtong: ") and said in errors and errors.count("\n") == 1
