"""Each page opens on real data without a console error, can be read by everybody, and does what an officer does with it."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from axe_playwright_python.sync_playwright import Axe
from confluent_kafka import Consumer
from openpyxl import load_workbook
from playwright.sync_api import Page, expect

from connectors.kafka.local import LocalKafka
from ops.api.people import OPERATOR, PORT, Person, add_person
from ops.cli.common import open_reader
from schemas.codec import decode
from tests.unit.conftest import Filled
from tests.unit.tower.conftest import serving

PAGES = {
    "/": "总览", "/vessels": "船舶", "/boxes": "在港箱", "/tonight": "今晚清单", "/arrivals": "运抵确认",
    "/exceptions": "异常收件箱", "/legs": "港间转运", "/gate": "闸口放行", "/kpi": "指标",
    "/quality": "数据质量", "/handover": "交接班",
}  # fmt: skip
PASSWORD = "a long password"
OPEN = "SELECT count() AS n FROM exceptions_now WHERE ended_at = toDateTime(0, 'UTC')"


def of(world: Filled, sql: str) -> Any:
    """The first value that a query gives."""
    return next(iter(open_reader(world.url).query(sql)[0].values()))


def shown(page: Page, address: str, heading: str) -> None:
    page.goto(address)
    expect(page.get_by_role("heading", level=1)).to_have_text(heading)
    expect(page.get_by_role("navigation")).to_be_visible()


@pytest.mark.parametrize("path", PAGES)
def test_a_page_opens_and_everybody_can_read_it(tower: str, page: Page, path: str) -> None:
    shown(page, tower + path, PAGES[path])
    found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa"]}).response["violations"]
    grave = {v["id"]: [n["html"][:120] for n in v["nodes"][:3]] for v in found if v["impact"] in ("critical", "serious")}
    assert grave == {}, json.dumps(grave, ensure_ascii=False, indent=1)


def test_each_figure_is_a_table_of_its_own(tower: str, page: Page) -> None:
    shown(page, tower + "/kpi", PAGES["/kpi"])
    expect(page.get_by_role("columnheader", name="在港全程 (小时)")).to_be_visible()
    page.get_by_label("指标").click()
    page.get_by_role("option", name="港间转运用时与装卸核销率").click()
    expect(page.get_by_role("columnheader", name="核销率 (%)")).to_be_visible()
    expect(page.get_by_role("cell", name="威海").first).to_be_visible()


def test_search_leads_to_the_box_and_its_evidence(tower: str, page: Page, embedded_world: Filled) -> None:
    box = of(embedded_world, "SELECT container_no FROM box_visits_now WHERE notEmpty(blockers) ORDER BY container_no LIMIT 1")
    shown(page, tower + "/", PAGES["/"])
    page.keyboard.press("/")
    page.keyboard.type(box)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(box)
    expect(page.get_by_text("证据", exact=True)).to_be_visible()
    reference = of(embedded_world, f"SELECT event_id FROM events_now WHERE container_no = '{box}' ORDER BY event_time LIMIT 1")
    expect(page.get_by_text(reference).first).to_be_visible()


def test_a_box_that_nobody_knows_is_told_with_what_to_do(tower: str, page: Page) -> None:
    shown(page, tower + "/box/ABCU1234567", "ABCU1234567")
    expect(page.get_by_text("请核对箱号")).to_be_visible()


def test_a_vessel_shows_who_shares_it_and_what_blocks_it(tower: str, page: Page, embedded_world: Filled) -> None:
    vessel = of(embedded_world, "SELECT vessel_id FROM port_calls_now WHERE phase = 'DEPARTED' ORDER BY vessel_id LIMIT 1")
    page.goto(f"{tower}/vessel/{quote(vessel, safe='')}")
    for part in ("内外贸同船：构成", "离港条件", "冲突", "单船核对"):
        expect(page.get_by_role("heading", name=part)).to_be_visible()


def test_everything_is_said_in_english_too(tower: str, page: Page) -> None:
    shown(page, tower + "/exceptions", PAGES["/exceptions"])
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Exceptions")
    page.goto(tower + "/arrivals")
    expect(page.get_by_role("heading", level=1)).to_have_text("Arrivals")


def test_a_gate_is_never_let_through_a_box_that_nobody_knows(tower: str, page: Page) -> None:
    shown(page, tower + "/gate", PAGES["/gate"])
    page.get_by_label("箱号").fill("ABCU1234567")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").first).to_contain_text("转人工")
    expect(page.get_by_role("status").first).to_contain_text("以海关指令为准")
    expect(page.get_by_text("决定编号")).to_be_visible()


def test_what_is_shown_can_be_taken_along_as_excel(tower: str, page: Page, embedded_world: Filled) -> None:
    shown(page, tower + "/exceptions", PAGES["/exceptions"])
    with page.expect_download() as download:
        page.get_by_role("button", name="Excel").click()
    path = download.value.path()
    sheet = load_workbook(io.BytesIO(Path(path).read_bytes())).active
    assert sheet is not None
    assert sheet.max_row - 1 == of(embedded_world, OPEN)


def test_acknowledging_an_exception_is_kept_as_an_event(
    tower: str, page: Page, topics: LocalKafka, embedded_world: Filled
) -> None:
    shown(page, tower + "/exceptions", PAGES["/exceptions"])
    page.locator("tbody .q-checkbox").first.click()
    page.get_by_role("button", name="确认").click()
    page.get_by_label("操作人").fill("officer-1")
    page.get_by_label("原因").fill("已电话询问海关")
    page.get_by_role("dialog").get_by_role("button", name="确认").click()
    expect(page.get_by_text("已记录 1 条")).to_be_visible()
    consumer = Consumer({"bootstrap.servers": topics.bootstrap, "group.id": "see", "auto.offset.reset": "earliest"})
    consumer.subscribe(["operator-actions.v1"])
    message = consumer.poll(20)
    consumer.close()
    assert message is not None
    record = decode(message.value(), "operator-action")
    assert (record["action"], record["operator"], record["comment"]) == ("ACKNOWLEDGE", "officer-1", "已电话询问海关")
    known = of(embedded_world, f"SELECT count() AS n FROM exceptions_now WHERE exception_id = '{record['target_id']}'")
    assert known == 1


def test_people_log_in_and_see_what_is_theirs(
    page: Page, embedded_world: Filled, topics: LocalKafka, tmp_path: Path
) -> None:
    people = tmp_path / "people.yaml"
    add_person(people, Person("weihai-1", OPERATOR, PORT, "weihai"), PASSWORD)
    with serving(embedded_world.url, topics.bootstrap, tmp_path, "--auth", "--people", str(people)) as address:
        page.goto(address + "/exceptions")
        page.get_by_label("用户名").fill("weihai-1")
        page.get_by_label("密码").fill(PASSWORD)
        page.get_by_role("button", name="登录").click()
        expect(page.get_by_role("heading", level=1)).to_have_text(PAGES["/exceptions"])
        mine = of(embedded_world, f"{OPEN} AND port = 'weihai'")
        expect(page.get_by_text(f"{mine} 行")).to_be_visible()
        cookie = next(c for c in page.context.cookies() if c["name"] == "yigangtong")
        assert cookie["httpOnly"]
        assert cookie["sameSite"] == "Strict"
