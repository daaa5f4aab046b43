"""Makes the pictures of the documents anew: ``python -m tests.pictures [NAME ...]``. Each page of the control tower is opened
in a real Chromium on a simulated day that stands still while ships are worked, and what is shown is chosen by the data.

The gate's page answers from a live feed, which a day that stands still has not: its picture is of the demo.
"""

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
from ops import queries
from ops.cli.common import BEIJING, Reader, open_reader
from ops.tower.pages.vessels import path_of
from schemas.topics import load_topics
from tests.unit.conftest import ROOT, embedded
from tests.unit.tower.conftest import serving

PICTURES: Final = ROOT / "docs" / "pictures"
#: The moment at which the day stands still, and how large it is.
MOMENT: Final = datetime(2026, 3, 2, 14, 30, tzinfo=BEIJING)
SCALE: Final = 0.05
#: Charts grow for a second, and tell nobody when they are done.
DRAWN_MS: Final = 2_000
SIZE: Final = {"width": 1280, "height": 860}
#: A call that still takes boxes and for which the most are not ready.
_TONIGHT: Final = """
SELECT call_id FROM (
    SELECT call_id, vessel_id, voyage_out AS voyage FROM port_calls_now
    WHERE cutoff_at > updated_at AND toUnixTimestamp(atd) = 0
) AS calls INNER JOIN (
    SELECT vessel_id, voyage FROM box_visits_now
    WHERE direction = 'E' AND toUnixTimestamp(closed_at) = 0 AND notEmpty(blockers)
) AS boxes USING vessel_id, voyage GROUP BY call_id ORDER BY count() DESC, call_id LIMIT 1"""
#: An export that customs has accepted and that something still holds back.
_BOX: Final = """
SELECT container_no FROM box_visits_now WHERE direction = 'E' AND trade = 'F' AND toUnixTimestamp(closed_at) = 0
    AND state = 'CUSTOMS_RELEASED' AND location LIKE 'AT_TERMINAL%' ORDER BY length(milestones) DESC, container_no LIMIT 1"""


def first(store: Reader, sql: str) -> dict[str, Any]:
    """The first row of a query. Raises IndexError where the day has none."""
    return store.query(sql)[0]


def paths(store: Reader) -> dict[str, str]:
    """Name of a picture -> the page."""
    tonight, box = first(store, _TONIGHT)["call_id"], first(store, _BOX)["container_no"]
    return {
        "overview": "/", "vessel": path_of(shared(store)),
        "tonight": f"/tonight?call={quote(tonight, safe='')}", "box": f"/box/{box}", "arrivals": "/arrivals",
        "exceptions": "/exceptions", "kpi": "/kpi",
    }  # fmt: skip


def shared(store: Reader) -> dict[str, str]:
    """The call with boxes of both trades aboard, at her berth if there is one, and of these the one with the most."""
    calls = store.query(queries.query("mixed_vessels"), {"port": ""})
    busy = max(calls, key=lambda c: (c["mixed"], c["phase"] in ("BERTHED", "OPS"), c["domestic"] + c["foreign_trade"]))
    return {"call_id": busy["call_id"], "vessel_id": busy["call_id"].split("|")[1]}


def take(page: Page, address: str, path: Path) -> None:
    """One picture, when the page has come to rest."""
    page.goto(address)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(DRAWN_MS)
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
                for stem in sys.argv[1:] or found:
                    take(page, tower + found[stem], PICTURES / f"{stem}.png")
                    print(f"{stem}: {found[stem]}", flush=True)
                browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
