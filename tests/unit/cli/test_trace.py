"""``trace``: what is known of a box now, and what was known of it then."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from ops.cli.common import Reader, open_reader
from ops.trace import BOX_TABLES, trace
from ops.trace_as_of import trace_as_of
from tests.unit.cli.conftest import Ask, Filled

#: Set when rows are written, which a replay does not do.
WRITTEN = ("updated_at", "version")
#: What the platform did itself, and the history does not hold.
SENDING = ("sent_at", "attempt")


@pytest.fixture(params=["embedded", "server"])
def world(request: pytest.FixtureRequest) -> Filled:
    """Both engines: times to the millisecond, and a server that may have whole seconds only."""
    filled: Filled = request.getfixturevalue(f"{request.param}_world")
    return filled


def one_box(reader: Reader, having: str) -> str:
    """A box whose visit is as the condition says."""
    found = reader.query(f"SELECT container_no FROM box_visits_now WHERE {having} ORDER BY container_no LIMIT 1")
    return str(found[0]["container_no"])


def plain(rows: list[dict[str, Any]], step: int) -> list[dict[str, Any]]:
    """Rows without what only their writing gives; times to the step that the engine has."""

    def seen(value: Any) -> Any:
        if isinstance(value, (list, tuple)):
            return [seen(item) for item in value]
        return value // step if isinstance(value, int) and value > 10**12 else value

    return [
        {n: seen(v) for n, v in row.items() if n not in (*WRITTEN, "visit_id", "steps", "lag_ms")} for row in rows
    ]


def test_what_was_known_at_the_end_is_what_is_known_now(world: Filled) -> None:
    """The replay from the stored bytes gives the very rows that the platform derived, but for when and how often a report
    was sent: the history does not hold that."""
    reader = open_reader(world.url)
    boxes = [
        row["subject"] for row in reader.query("SELECT DISTINCT subject FROM exceptions_now ORDER BY subject")
        if reader.query("SELECT 1 AS n FROM box_visits_now WHERE container_no = %(b)s LIMIT 1", {"b": row["subject"]})
    ][:12]  # fmt: skip
    acted_on = [row["book_key"] for row in reader.query("SELECT DISTINCT book_key FROM operator_actions_now ORDER BY book_key")]
    of_bills = reader.query(
        "SELECT container_no FROM consignments_now WHERE master_bl IN %(b)s ORDER BY container_no", {"b": tuple(acted_on)}
    )
    boxes += [book for book in acted_on if len(book) == 11] + [row["container_no"] for row in of_bills]
    moved = reader.query(
        "SELECT DISTINCT container_no AS c FROM events WHERE payload = '' AND container_no != '' ORDER BY c LIMIT 6"
    )
    void = reader.query("SELECT DISTINCT book_key AS c FROM void_events WHERE length(book_key) = 11 ORDER BY c LIMIT 6")
    assert moved and void, "events that stand under another box, or are void"
    boxes += [row["c"] for row in (*moved, *void)]
    assert len(acted_on) > 5 and len(of_bills) > 1 and len(boxes) > 15
    step: int = getattr(reader, "time_step_ms", 1)
    for box in boxes:
        now, then = trace(reader, box), trace_as_of(reader, box, world.rest)
        for table in BOX_TABLES:
            for derived, stored in zip(plain(then[table], step), plain(now[table], step), strict=True):
                unlike = {n: (v, stored[n]) for n, v in derived.items() if v != stored[n] and n not in SENDING}
                assert unlike == {}, (box, table)
        assert sorted(e["event_id"] for e in then["evidence"]) == sorted(e["event_id"] for e in now["evidence"])


def test_before_an_event_arrived_it_was_not_known(world: Filled) -> None:
    reader = open_reader(world.url)
    # customs' answer, which comes up to a step late here, is in before the releases that follow it
    at = "milestone_times[indexOf(milestones, 'EXPORT_{}')]".format
    answered_first = f"{at('CUSTOMS_RELEASE')} > addMinutes({at('ARRIVAL_REPORT')}, 20)"
    box = one_box(
        reader, f"state = 'SAILED' AND trade = 'F' AND ef = 'F' AND direction = 'E' AND {answered_first}"
    )
    arrivals = sorted({e["ingest_time"] for e in trace(reader, box)["evidence"]})
    known = [trace_as_of(reader, box, at) for at in arrivals]
    for at, then in zip(arrivals, known, strict=True):
        assert all(e["ingest_time"] <= at for e in then["evidence"])
        assert all(visit["closed_at"] <= at for visit in then["box_visits"])
    assert trace_as_of(reader, box, arrivals[0] - 1000)["evidence"] == []
    states = [then["box_visits"][0]["state"] for then in known if then["box_visits"]]
    assert states[0] == "ARRIVAL_PENDING"
    assert {"ARRIVED", "TERMINAL_RELEASED"} <= set(states)
    first = next(then["box_visits"][0] for then in known if then["box_visits"])
    assert first["next_step"] and first["blockers"]


def test_a_report_that_customs_confirmed_is_confirmed_in_the_replay_too(world: Filled) -> None:
    """Reports to customs are no events of a port: the replay makes them again, under the same message id."""
    reader = open_reader(world.url)
    case = reader.query(
        "SELECT container_no, answered_at FROM arrival_cases_now WHERE state = 'ACKED' AND message_type = 'MT3101' "
        "ORDER BY container_no LIMIT 1"
    )[0]
    cases = trace_as_of(reader, case["container_no"], world.rest)["arrival_cases"]
    assert "ACKED" in [c["state"] for c in cases]


def test_a_person_reads_state_steps_evidence_and_exceptions(embedded_world: Filled, ask: Ask) -> None:
    reader = open_reader(embedded_world.url)
    box = str(reader.query("SELECT subject FROM exceptions_now WHERE code = 'LEG_WRONG_PORT' ORDER BY 1 LIMIT 1")[0]["subject"])
    code, out, errors = ask("trace", f" {box.lower()} ", "--store", embedded_world.url)
    assert (code, errors) == (0, "")
    for said in (box, "state", "milestone", "LEG_WRONG_PORT RAISED", "evidence", "TOS"):
        assert said in out


def test_what_blocks_the_next_step_is_said(embedded_world: Filled, ask: Ask) -> None:
    reader = open_reader(embedded_world.url)
    box = one_box(reader, "notEmpty(blockers) AND state NOT IN ('SAILED', 'GATED_OUT')")
    assert "missing" in ask("trace", box, "--store", embedded_world.url).out


def test_json_holds_rows_and_evidence(embedded_world: Filled, ask: Ask) -> None:
    box = one_box(open_reader(embedded_world.url), "notEmpty(milestones)")
    when = datetime.fromtimestamp(embedded_world.rest / 1000, UTC).isoformat()
    for more in ((), ("--as-of", when)):
        code, out, _ = ask("trace", box, "--json", "--store", embedded_world.url, *more)
        found = json.loads(out)
        assert code == 0
        assert found["box_visits"][0]["milestones"] and found["evidence"][0]["event_id"]


def test_an_unknown_box_is_one_line_and_exit_code_1(embedded_world: Filled, ask: Ask) -> None:
    code, out, errors = ask("trace", "XXXU0000000", "--store", embedded_world.url)
    assert code == 1
    assert (out + errors).startswith("XXXU0000000: no event of this box") and (out + errors).count("\n") == 1
