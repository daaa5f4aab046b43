"""The pages at noon of the simulated day, while vessels are worked: each figure is right and leads to what it counts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect

from connectors.kafka.local import LocalKafka
from ops.api.office import Office
from ops.api.people import GROUP, PORT, VIEWER, Person
from ops.cli.common import BEIJING, Reader, open_reader
from ops.tower.pages import handover, overview
from ops.tower.pieces import SEVERITIES
from ops.tower.shell import HOUR_MS
from schemas.reference import load_reference
from tests.unit.conftest import Filled, embedded
from tests.unit.tower.conftest import serving

NOON = int(datetime(2026, 3, 2, 12, 10, tzinfo=BEIJING).timestamp() * 1000)
EVERYBODY = Person("everybody", VIEWER, GROUP)
NO_TIME = "toDateTime(0, 'UTC')"
#: What each figure of the overview counts, said once more in SQL.
MEANS = {
    "boxes": f"box_visits_now WHERE closed_at = {NO_TIME}",
    "blocked": f"box_visits_now WHERE closed_at = {NO_TIME} AND length(blockers) > 0",
    "held": f"box_visits_now WHERE closed_at = {NO_TIME} AND length(holds) > 0",
    "at_berth": "port_calls_now WHERE phase IN ('BERTHED', 'OPS', 'OPS_DONE')",
    "at_anchor": "port_calls_now WHERE phase = 'ARRIVED_ANCHOR'",
    "rejected": "arrival_cases_now WHERE state = 'REJECTED'",
    "waiting": "arrival_cases_now WHERE state = 'WAITING'",
    "sent": "arrival_cases_now WHERE state = 'SENT'",
    "open": f"exceptions_now WHERE ended_at = {NO_TIME}",
    "critical": f"exceptions_now WHERE ended_at = {NO_TIME} AND severity = 'critical'",
}
#: Pages with tables.
TABLES = ("/vessels", "/boxes", "/tonight", "/arrivals", "/exceptions", "/legs", "/kpi", "/quality", "/handover")


@pytest.fixture(scope="module")
def noon(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Filled]:
    """The small world at noon."""
    with embedded(tmp_path_factory.mktemp("noon"), NOON) as filled:
        yield filled


@pytest.fixture(scope="module")
def store(noon: Filled) -> Reader:
    """What the tower reads."""
    return open_reader(noon.url)


@pytest.fixture(scope="module")
def lively(noon: Filled, topics: LocalKafka, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A tower over it."""
    with serving(noon.url, topics.bootstrap, tmp_path_factory.mktemp("lively"), "--simulated") as address:
        yield address


def office(store: Reader) -> Office:
    return Office(store, lambda action: None)


def count(store: Reader, of: str) -> int:
    return int(store.query(f"SELECT count() AS n FROM {of}")[0]["n"])


def opened(page: Page, address: str) -> None:
    page.goto(address)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    page.wait_for_load_state("networkidle")


def listed(page: Page) -> int:
    """Rows that the page's table has; a page that says that there is nothing has none."""
    rows = page.get_by_text(re.compile(r"^[\d,]+ 行$"))
    return int(rows.first.inner_text().split()[0].replace(",", "")) if rows.count() else 0


@pytest.mark.parametrize("figure", MEANS)
def test_a_figure_is_right_at_each_port_and_leads_to_what_it_counts(
    lively: str, page: Page, store: Reader, figure: str
) -> None:
    opened(page, lively)
    true = {slug: count(store, f"{MEANS[figure]} AND port = '{slug}'") for slug in load_reference().seaports}
    shown = {slug: page.locator(f"[data-figure={slug}-{figure}]") for slug in true}
    assert {slug: int(label.inner_text().replace(",", "")) for slug, label in shown.items()} == true
    most = max(true, key=lambda slug: true[slug])
    link = page.locator("a", has=shown[most]).get_attribute("href")
    assert link is not None and parse_qs(urlsplit(link).query)["port"] == [most]
    opened(page, lively + link)
    assert listed(page) == true[most]


def test_the_day_has_something_to_count(store: Reader) -> None:
    nothing = {figure for figure, of in MEANS.items() if not count(store, of)}
    assert nothing <= {"held", "rejected", "waiting", "sent"}, "else the tests of this file compare nothing with nothing"


def test_each_port_says_who_lies_at_its_berths_and_who_waits(lively: str, page: Page, store: Reader) -> None:
    opened(page, lively)
    here = store.query(
        "SELECT call_id, vessel_name, berth_code FROM port_calls_now "
        "WHERE phase IN ('ARRIVED_ANCHOR', 'BERTHED', 'OPS', 'OPS_DONE')"
    )
    shown = page.locator("[data-call]")
    assert {one.get_attribute("data-call") for one in shown.all()} == {call["call_id"] for call in here}
    for call in here:
        said = page.locator(f'[data-call="{call["call_id"]}"]')
        expect(said).to_contain_text(call["vessel_name"])
        expect(said).to_contain_text(call["berth_code"])
    shown.first.get_by_role("link").click()
    expect(page.get_by_text("离港条件")).to_be_visible()


def test_moves_and_the_newest_event_are_those_of_the_last_day(lively: str, page: Page, store: Reader) -> None:
    opened(page, lively)
    now = office(store).latest()
    begin = (now // HOUR_MS - 23) * HOUR_MS
    for slug in load_reference().seaports:
        for kind in ("GATE_MOVE", "QUAY_MOVE"):
            (row,) = store.query(
                f"SELECT sum(n) AS n FROM port_hour_now WHERE port = '{slug}' AND event_type = '{kind}' "
                f"AND toUnixTimestamp(bucket) BETWEEN {begin // 1000} AND {now // 1000}"
            )
            said = page.locator(f"[data-moves={slug}-{kind}]").inner_text()
            assert int(said.split()[-1].replace(",", "")) == int(row["n"])
        (newest,) = store.query(
            f"SELECT max(event_time) AS at FROM events WHERE port = '{slug}' AND classifier = 'ACT' "
            f"AND toUnixTimestamp(event_time) <= {now // 1000}"
        )
        clock = datetime.fromtimestamp(newest["at"] / 1000, BEIJING).strftime("%H:%M")
        expect(page.locator(f"[data-heard={slug}]")).to_contain_text(clock)


def test_a_port_is_silent_only_when_it_lags_behind_the_others() -> None:
    assert not overview.is_silent(NOON, NOON)
    assert not overview.is_silent(NOON - overview.SILENT_MS, NOON)
    assert overview.is_silent(NOON - overview.SILENT_MS - 1, NOON)


def test_a_port_sees_figures_of_its_own_alone(store: Reader) -> None:
    mine = Person("weihai", VIEWER, PORT, "weihai")
    for port in overview.state_of_ports(office(store), mine, office(store).latest()):
        if port.slug != "weihai":
            assert not port.heard_at and not port.moves and not port.vessels
            assert not any(port.figures.get(name) for name in ("at_berth", "at_anchor", "open", "critical"))


@pytest.mark.parametrize("width", [1024, 1280])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_no_column_is_cut_off(lively: str, page: Page, store: Reader, width: int, language: str) -> None:
    page.set_viewport_size({"width": width, "height": 768})
    opened(page, lively + "/gate")
    if language == "en":
        page.get_by_role("button", name="English").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Gate")
    (vessel, *_) = store.query("SELECT vessel_id FROM port_calls_now WHERE phase IN ('OPS', 'OPS_DONE') ORDER BY vessel_id")
    wide: dict[str, Any] = {}
    for path in (*TABLES, f"/vessel/{vessel['vessel_id']}"):
        opened(page, lively + path)
        wide[path] = page.evaluate(
            "() => [...document.querySelectorAll('.q-table__middle, html')].filter(e => e.scrollWidth > e.clientWidth).length"
        )
    assert wide == dict.fromkeys(wide, 0)


def test_counts_narrow_the_inbox_and_widen_it_again(lively: str, page: Page, store: Reader) -> None:
    opened(page, lively + "/exceptions")
    all_open, critical = count(store, MEANS["open"]), count(store, MEANS["critical"])
    assert 0 < critical < all_open
    expect(page.locator("[data-count=critical]")).to_contain_text(f"严重 {critical}")
    page.locator("[data-count=critical]").click()
    expect(page.locator("[data-count=critical]")).to_have_attribute("aria-pressed", "true")
    expect(page.get_by_text(f"{critical} 行")).to_be_visible()
    page.locator("[data-count=critical]").click()
    expect(page.get_by_text(f"{all_open} 行")).to_be_visible()


def test_the_worst_of_a_shift_comes_first(store: Reader) -> None:
    now = office(store).latest()
    rows = handover.exceptions(office(store), EVERYBODY, now - 24 * HOUR_MS, now, still_open=True)
    weights = [list(SEVERITIES).index(row["severity"]) for row in rows]
    assert len(set(weights)) > 2
    assert weights == sorted(weights)
