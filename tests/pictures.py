"""Makes the pictures of the documents anew: ``python -m tests.pictures``. Each page of the control tower is opened in a real
Chromium on a simulated day that stands still while ships are worked, and what is shown is chosen by the data."""

from __future__ import annotations

import shutil
import sys
import tempfile
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from playwright.sync_api import Page, expect, sync_playwright

from connectors.kafka.local import local_kafka
from connectors.kafka.topics import create_topics
from ops.cli.common import BEIJING, Reader, open_reader
from schemas.topics import load_topics
from tests.unit.conftest import ROOT, embedded
from tests.unit.tower.conftest import serving

PICTURES: Final = ROOT / "docs" / "pictures"
#: The moment at which the day stands still, and how large it is.
MOMENT: Final = datetime(2026, 3, 2, 14, 30, tzinfo=BEIJING)
SCALE: Final = 0.1
SIZE: Final = {"width": 1280, "height": 860}
#: A call of a ship that is at her berth and carries both trades, the most boxes first.
_SHIP: Final = """
SELECT call_id, any(vessel_id) AS vessel FROM (
    SELECT call_id, vessel_id FROM port_calls_now WHERE phase IN ('BERTHED', 'OPS')
) AS calls INNER JOIN (
    SELECT if(call_id != '', call_id, inbound_call_id) AS call_id, trade FROM box_visits_now
) AS boxes USING call_id GROUP BY call_id ORDER BY uniqExact(trade) DESC, count() DESC, call_id LIMIT 1"""
#: A call that takes boxes tonight and for which the most boxes are not ready.
_TONIGHT: Final = """
SELECT call_id FROM box_visits_now WHERE direction = 'E' AND toUnixTimestamp(closed_at) = 0 AND notEmpty(blockers)
    AND call_id != '' GROUP BY call_id ORDER BY count() DESC, call_id LIMIT 1"""
#: An export that customs has accepted and that something still holds back.
_BOX: Final = """
SELECT container_no FROM box_visits_now WHERE direction = 'E' AND trade = 'F' AND toUnixTimestamp(closed_at) = 0
    AND state = 'CUSTOMS_RELEASED' AND location LIKE 'AT_TERMINAL%' ORDER BY length(milestones) DESC, container_no LIMIT 1"""


def first(store: Reader, sql: str) -> dict[str, Any]:
    """The first row of a query. Raises IndexError where the day has none."""
    return store.query(sql)[0]


def paths(store: Reader) -> dict[str, str]:
    """Name of a picture -> the page."""
    ship, box = first(store, _SHIP), first(store, _BOX)["container_no"]
    tonight = first(store, _TONIGHT)["call_id"]
    return {
        "overview": "/", "vessel": f"/vessel/{quote(ship['vessel'], safe='')}?call={quote(ship['call_id'], safe='')}",
        "tonight": f"/tonight?call={quote(tonight, safe='')}", "box": f"/box/{box}", "arrivals": "/arrivals",
        "exceptions": "/exceptions", "kpi": "/kpi", "gate": f"/gate?box={box}",
    }  # fmt: skip


def take(page: Page, address: str, path: Path, box: str) -> None:
    """One picture, when the page has come to rest."""
    page.goto(address)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    if path.stem == "gate":
        page.get_by_label("箱号", exact=True).fill(box)
        page.get_by_role("button", name="查询").click()
        expect(page.get_by_text("以海关指令为准").last).to_be_visible()
    page.wait_for_load_state("networkidle")
    page.evaluate("() => Promise.all(document.getAnimations().map(each => each.finished))")
    page.screenshot(path=path)


def main() -> int:
    """0 when all pictures were taken."""
    chromium = shutil.which("chromium")
    if chromium is None:
        print("there is no Chromium: run `make setup`", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory(prefix="ygt-pictures-") as name, sync_playwright() as playwright:
        folder = Path(name)
        until = int(MOMENT.timestamp() * 1000)
        with local_kafka(folder / "kafka") as broker, embedded(folder, until, SCALE) as world:
            create_topics(broker.bootstrap, load_topics())
            found = paths(open_reader(world.url))
            with serving(world.url, broker.bootstrap, folder) as tower:
                browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
                page = browser.new_context(viewport=SIZE, device_scale_factor=1).new_page()
                for stem, path in found.items():
                    take(page, tower + path, PICTURES / f"{stem}.png", found["box"].rsplit("/", 1)[1])
                    print(f"{stem}: {path}", flush=True)
                browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
