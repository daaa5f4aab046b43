"""What the pages are made of: charts without gaps or borrowed colours, what a box lacks, sums by trade."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest

from ops.tower import shell
from ops.tower.charts import OTHER, PORT_COLOURS, at_hours, colour, hours
from ops.tower.pages.exceptions import subject_path
from ops.tower.pages.kpi import CHARTS, series_of
from ops.tower.pages.tonight import as_text, lacking
from ops.tower.pages.vessels import blocker_rows, by_trade
from ops.tower.pieces import CASES, PHASES, SEVERITIES
from ops.tower.shell import HOUR_MS
from ops.tower.words import Words
from schemas.reference import load_reference

ZH, EN = Words("zh"), Words("en")


def blocker(code: str, box: str = "CSQU3054383", **more: str) -> dict[str, Any]:
    return {
        "container_no": box, "code": code, "owner": "terminal", "text_zh": "条件", "text_en": "condition",
        "why_zh": "", "why_en": "", **more,
    }  # fmt: skip


def test_each_seaport_has_a_colour_of_its_own_and_inland_ports_share_another() -> None:
    assert set(PORT_COLOURS) == set(load_reference().seaports)
    assert len({*PORT_COLOURS.values(), OTHER}) == len(PORT_COLOURS) + 1
    assert colour("jinan") == OTHER


def test_an_hour_without_rows_is_nought_of_what_is_counted_and_nothing_of_what_is_measured() -> None:
    at = hours(HOUR_MS + 1, 3 * HOUR_MS + 1)
    assert at == [HOUR_MS, 2 * HOUR_MS, 3 * HOUR_MS]
    assert at_hours({HOUR_MS: 5, 3 * HOUR_MS: 7}, at, 0) == [5, 0, 7]
    assert at_hours({HOUR_MS: 5, 3 * HOUR_MS: 7}, at, None) == [5, None, 7]


def test_a_chart_has_its_own_part_of_the_series_in_its_unit() -> None:
    gate, quay, confirmed, *_ = CHARTS
    rows = [
        {"time": 0, "series": "qingdao GATE_MOVE", "moves": 3}, {"time": 0, "series": "qingdao QUAY_MOVE", "moves": 4},
        {"time": HOUR_MS, "series": "weihai GATE_MOVE", "moves": 5},
    ]  # fmt: skip
    assert series_of(rows, gate) == {"qingdao": {0: 3}, "weihai": {HOUR_MS: 5}}
    assert series_of(rows, quay) == {"qingdao": {0: 4}}
    assert series_of([{"time": 0, "series": "yantai", "lag_s": 90}], confirmed) == {"yantai": {0: 1.5}}
    assert [chart.is_counted for chart in CHARTS] == [True, True, False, False, False]


def test_a_page_that_takes_long_to_refresh_rests_in_proportion(monkeypatch: pytest.MonkeyPatch) -> None:
    looks: list[Any] = []
    clock, refreshed = [0.0], []
    pulse = SimpleNamespace(count=0)
    monkeypatch.setattr(shell.ui, "timer", lambda every, look: looks.append(look))
    monkeypatch.setattr(shell.time, "monotonic", lambda: clock[0])

    async def refresh() -> None:
        refreshed.append(clock[0])
        clock[0] += 2

    shell.live(SimpleNamespace(tower=SimpleNamespace(pulse=pulse)), refresh)  # type: ignore[arg-type]
    for second in range(20):
        clock[0] = max(clock[0], second)
        pulse.count += 1
        asyncio.run(looks[0]())
    assert refreshed == [0, 10]


def test_every_severity_phase_and_state_of_a_report_has_its_mark() -> None:
    assert {entry.severity for entry in load_reference().exceptions.values()} <= set(SEVERITIES)
    assert set(PHASES) == {"EXPECTED", "ARRIVED_ANCHOR", "BERTHED", "OPS", "OPS_DONE", "DEPARTED"}
    for marks in (SEVERITIES, PHASES, CASES):
        assert len({mark.icon for mark in marks.values()}) == len(marks), "a colour alone must not tell them apart"


def test_a_box_that_is_still_to_be_worked_lacks_nothing_until_work_has_ended() -> None:
    blockers = [blocker("NOT_LOADED"), blocker("CUSTOMS_RELEASE"), blocker("NOT_DISCHARGED")]
    missing, work = lacking({"ops_end": 0}, blockers)
    assert [row["code"] for row in missing] == ["CUSTOMS_RELEASE"]
    assert [row["code"] for row in work] == ["NOT_LOADED", "NOT_DISCHARGED"]
    assert lacking({"ops_end": 1}, blockers) == (blockers, [])


def test_what_a_box_lacks_is_said_by_the_exception_the_condition_or_the_step() -> None:
    rows = blocker_rows(ZH, [
        blocker("NOT_LOADED"), blocker("SEAL_CHANGED_IN_TRANSIT", why_zh="支线运输途中封条变更", why_en="seal changed"),
        blocker("CUSTOMS_RELEASE"), blocker("SEAL_RECHECK"),
    ])  # fmt: skip
    assert [row["code"] for row in rows][-1] == "NOT_LOADED", "what is only work comes last"
    assert [row["lacks"] for row in rows[:3]] == ["支线运输途中封条变更", "条件", ZH.step("SEAL_RECHECK")]
    assert len({row["_n"] for row in rows}) == 4
    call = {"vessel_name": "BO HAI", "voyage_out": "1E", "cutoff_at": 0}
    assert "CSQU3054383: seal changed (terminal)" in as_text(
        EN, call, [blocker("SEAL_CHANGED_IN_TRANSIT", why_en="seal changed")]
    )


def test_boxes_teu_and_weight_are_summed_by_stage_and_trade() -> None:
    line = {"stage": "LOADED", "supervised": 0, "boxes": 2, "teus": 4.0, "gross_kg": 20_000.0}
    rows = [
        {**line, "trade": "F", "direction": "E"}, {**line, "trade": "F", "direction": "T"},
        {**line, "trade": "D", "direction": "E"},
    ]  # fmt: skip
    assert by_trade(rows) == {("LOADED", "F"): (4, 8.0, 40_000.0), ("LOADED", "D"): (2, 4.0, 20_000.0)}


def test_only_a_box_has_a_page_that_is_named_like_the_subject_of_an_exception() -> None:
    assert subject_path("CSQU3054383") == "/box/CSQU3054383"
    assert subject_path("IMO:9399038") == "" == subject_path("qingdao.gate.v1")
