"""The dashboards: whole, readable, on metrics and queries that are there, and their SQL on a store with a day in it."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
import yaml

from ops.cli.common import Reader, open_reader
from ops.dashboards.boards import BOARDS, FOLDER, files
from ops.dashboards.grafana import WIDTH, Board, Named, Panel, Prom, Shape
from ops.queries import parameters, query
from schemas.metrics import METRICS
from tests.unit.conftest import ROOT, Filled

PANELS = [(board, panel) for board in BOARDS for panel in board.panels]
NAMED = {target.name: target for _, panel in PANELS for target in panel.targets if isinstance(target, Named)}
#: The simulated day of the test has none of these: its last vessels have sailed.
MAY_BE_EMPTY = ("vessels_in_port", "mixed_vessels", "leg_slack")

every_panel = pytest.mark.parametrize(("board", "panel"), PANELS, ids=[f"{b.uid}-{p.title}" for b, p in PANELS])


def filled_in(sql: str, port: str = "") -> str:
    """As Grafana fills it in: a port, and all time."""
    return (
        sql.replace("${port}", port).replace("$__fromTime", "toDateTime(0)").replace("$__toTime", "toDateTime(4102444800)")
    )


@pytest.fixture(scope="module")
def store(embedded_world: Filled) -> Reader:
    return open_reader(embedded_world.url)


def test_the_folder_holds_the_dashboards_and_nothing_else() -> None:
    assert set(FOLDER.iterdir()) == set(files())


@every_panel
def test_a_panel_is_said_in_two_languages_and_explained(board: Board, panel: Panel) -> None:
    assert re.search(r"[\u4e00-\u9fff]", panel.title) and re.search(r"[A-Za-z]{2}", panel.title)
    assert panel.text.endswith(".")


@every_panel
def test_a_panel_asks_for_metrics_that_are_in_the_list_or_recorded(board: Board, panel: Panel) -> None:
    known = {series for metric in METRICS for series in metric.series}
    rules = yaml.safe_load((ROOT / "deploy/prometheus/rules/recorded.yml").read_text("utf-8"))["groups"][0]["rules"]
    recorded = {rule["record"] for rule in rules}
    for target in panel.targets:
        if isinstance(target, Prom):
            names = re.findall(r"[a-z_]*:?\byigangtong[a-z_0-9:]*", re.sub(r'"[^"]*"', "", target.expression))
            assert names or "up{" in target.expression or "process_" in target.expression
            assert set(names) <= known | recorded


@pytest.mark.parametrize("board", BOARDS, ids=lambda board: board.uid)
def test_no_panel_lies_on_another(board: Board) -> None:
    taken: set[tuple[int, int]] = set()
    document = json.loads(files()[FOLDER / f"{board.uid.removeprefix('yigangtong-')}.json"]())
    for panel in document["panels"]:
        at = panel["gridPos"]
        cells = {(at["x"] + dx, at["y"] + dy) for dx in range(at["w"]) for dy in range(at["h"])}
        assert not cells & taken, panel["title"]
        assert max(x for x, _ in cells) < WIDTH
        taken |= cells
    assert len({panel["id"] for panel in document["panels"]}) == len(document["panels"])


def test_a_named_query_without_a_value_for_a_parameter_is_refused() -> None:
    with pytest.raises(KeyError):
        Named("exceptions_open").sql()


@pytest.mark.parametrize("name", NAMED)
def test_every_query_of_a_panel_is_answered_by_the_store(store: Reader, name: str) -> None:
    target = NAMED[name]
    assert "%(" not in target.sql()
    rows = store.query(filled_in(target.sql()))
    assert rows or name in MAY_BE_EMPTY
    if target.over_time and rows:
        assert {"time", "series"} < rows[0].keys()


@pytest.mark.parametrize("name", [n for n in NAMED if n not in MAY_BE_EMPTY and "port" in parameters(n)])
def test_a_chosen_port_leaves_the_others_out(store: Reader, name: str) -> None:
    rows = store.query(filled_in(NAMED[name].sql(), "rizhao"))
    for row in rows:
        of = {row.get(column) for column in ("port", "from_port", "to_port")} | set(row.get("series", "").split(" "))
        assert "rizhao" in of, row
    assert len(rows) <= len(store.query(filled_in(NAMED[name].sql())))


def total(store: Reader, sql: str) -> int:
    (row,) = store.query(sql)
    return int(row["n"])


def test_boxes_and_vessels_of_the_ports_are_all_counted_once(store: Reader) -> None:
    rows = store.query(query("port_state"), {"port": ""})
    figures: dict[str, Any] = {name: sum(row[name] for row in rows) for name in ("boxes", "held", "at_berth")}
    open_visits = "FROM box_visits_now WHERE toUnixTimestamp(closed_at) = 0"
    assert figures["boxes"] == total(store, f"SELECT count() AS n {open_visits}") > 0
    assert figures["held"] == total(store, f"SELECT count() AS n {open_visits} AND notEmpty(holds)")
    assert len({row["port"] for row in rows}) == len(rows)


def test_each_arrival_case_has_one_place(store: Reader) -> None:
    rows = store.query(query("arrivals_by_state"), {"port": ""})
    cases = sum(row["cases"] for row in rows)
    assert cases == total(store, "SELECT count() AS n FROM arrival_cases_now WHERE state != 'DELETED'") > 0
    assert cases == sum(row[name] for row in rows for name in ("expected", "waiting", "unanswered", "acked", "rejected"))


def test_each_leg_is_counted_in_one_state(store: Reader) -> None:
    rows = store.query(query("legs_by_state"), {"port": ""})
    counted = sum(row[name] for row in rows for name in ("planned", "under_way", "discharged"))
    assert counted == total(store, "SELECT count() AS n FROM transfer_legs_now") > 0


def test_exceptions_are_narrowed_by_their_code_and_gravest_first(store: Reader) -> None:
    rows = store.query(query("exceptions_open"), {"port": "", "code": ""})
    grades = [("critical", "high", "medium", "low", "info").index(row["severity"]) for row in rows]
    assert grades == sorted(grades)
    code = rows[-1]["code"]
    assert {row["code"] for row in store.query(query("exceptions_open"), {"port": "", "code": f"NO_OTHER,{code}"})} == {code}


def test_a_table_needs_a_query_of_the_store_and_lines_a_time() -> None:
    for _, panel in PANELS:
        for target in panel.targets:
            if isinstance(target, Named):
                assert target.over_time == (panel.shape is Shape.LINES)
