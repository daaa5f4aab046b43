"""Makes the pictures of the documents anew: ``python -m tests.pictures``. Each page of the control tower is opened in Chromium
on a simulated day that stands still while vessels are worked at all four ports; what is shown is chosen by the data."""

from __future__ import annotations

import pickle
import shutil
import sys
import tempfile
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from playwright.sync_api import Page, expect, sync_playwright

from connectors.kafka.local import local_kafka
from connectors.kafka.producer import Publisher
from connectors.kafka.topics import create_topics
from ops.api.filters import CallFilter
from ops.api.lists import CALLS
from ops.api.office import Office
from ops.api.people import GROUP, OPERATOR, Person
from ops.cli.common import BEIJING, Reader, open_reader
from ops.tower.pages.tonight import by_cutoff, lacking
from ops.tower.pages.vessels import path_of
from schemas.codec import encode
from schemas.topics import load_topics
from tests.unit.conftest import ROOT, embedded
from tests.unit.tower.conftest import serving

PICTURES: Final = ROOT / "docs" / "pictures"
#: The moment at which the day stands still, and how large it is.
MOMENT: Final = datetime(2026, 3, 2, 12, 10, tzinfo=BEIJING)
SCALE: Final = 0.1
WIDTH: Final = 1280
#: A picture is as high as its page, between these.
HEIGHTS: Final = (760, 1340)
#: Pages of long tables are cut below this.
CUT: Final = 900
_UPDATES: Final = "visit-updates.v1"
_PARTITIONS: Final = 4
#: An export that customs has accepted and that something still holds back.
_BOX: Final = """
SELECT container_no FROM box_visits_now WHERE direction = 'E' AND trade = 'F' AND toUnixTimestamp(closed_at) = 0
    AND state = 'CUSTOMS_RELEASED' AND location LIKE 'AT_TERMINAL%' ORDER BY length(milestones) DESC, container_no LIMIT 1"""
#: An import that stands at a terminal and that customs has not released.
_IMPORT: Final = """
SELECT container_no, port FROM box_visits_now WHERE direction = 'I' AND toUnixTimestamp(closed_at) = 0
    AND has(blockers, 'IMPORT_CUSTOMS_RELEASE') ORDER BY notEmpty(holds) DESC, opened_at DESC, container_no LIMIT 1"""


def calls(store: Reader) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """A vessel that is worked and carries both trades, the most boxes first; and of those whose cut-off is ahead the one whose
    boxes lack the most."""
    office, person = Office(store, lambda action: None), Person("pictures", OPERATOR, GROUP)
    rows, _ = office.rows(person, CALLS, CallFilter(limit=1000, open=True))
    now = office.latest()
    found = {row["call_id"]: office.readiness(person, row["vessel_id"], row["call_id"]) for row in rows}

    def shared(row: Mapping[str, Any]) -> tuple[bool, int, float]:
        composition = found[row["call_id"]]["composition"]
        return row["phase"] == "OPS", len({part["trade"] for part in composition}), sum(part["boxes"] for part in composition)

    def waits(row: Mapping[str, Any]) -> tuple[int, int]:
        missing, _ = lacking(row, found[row["call_id"]]["blockers"])
        return len({blocker["owner"] for blocker in missing}), len(missing)

    ahead = [row for row in by_cutoff(rows, now) if row["cutoff_at"] > now]
    return max(rows, key=shared), max(ahead, key=waits)


def paths(store: Reader) -> dict[str, str]:
    """Name of a picture -> the page. Raises IndexError or ValueError where the day has no such thing."""
    vessel, tonight = calls(store)
    box, held = store.query(_BOX)[0], store.query(_IMPORT)[0]
    return {
        "overview": "/", "vessel": path_of(vessel), "tonight": f"/tonight?call={quote(tonight['call_id'], safe='')}",
        "box": f"/box/{box['container_no']}", "arrivals": "/arrivals", "exceptions": "/exceptions", "legs": "/legs",
        "kpi": "/kpi?days=1", "gate": f"/gate?box={held['container_no']}&action=gate-out&port={held['port']}",
    }  # fmt: skip


def tell_gate(bootstrap: str, updates: Mapping[str, bytes], at: int) -> None:
    """What a worker would have told the gate by then (ms). It counts as fresh for ten seconds."""
    with Publisher(bootstrap) as out:
        for box, update in updates.items():
            out.publish(_UPDATES, box, update)
        for partition in range(_PARTITIONS):
            record = {"kind": "WATERMARK", "container": "", "partition": partition, "watermark": at}
            out.publish(_UPDATES, "WATERMARK", encode("visit-update", record), partition)


def take(page: Page, address: str, path: Path) -> None:
    """One picture, when the page has come to rest."""
    page.set_viewport_size({"width": WIDTH, "height": HEIGHTS[0]})
    page.goto(address)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    page.wait_for_load_state("networkidle")
    lowest, highest = HEIGHTS if path.stem in ("overview", "vessel", "kpi") else (HEIGHTS[0], CUT)
    height = page.evaluate("document.documentElement.scrollHeight")
    page.set_viewport_size({"width": WIDTH, "height": max(lowest, min(height, highest))})
    page.evaluate("() => Promise.all(document.getAnimations().map(each => each.finished))")
    page.screenshot(path=path)


def take_all(tower: str, found: Mapping[str, str], folder: Path, before: Callable[[], object]) -> None:
    """All pictures, into a folder, each after what must be done ``before``."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_context(device_scale_factor=1).new_page()
        for name, path in found.items():
            before()
            take(page, tower + path, folder / f"{name}.png")
            print(f"{name}: {path}", flush=True)
        browser.close()


def main() -> int:
    """0 when all pictures were taken."""
    if shutil.which("chromium") is None:
        print("there is no Chromium: run `make setup`", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory(prefix="ygt-pictures-") as name:
        folder = Path(name)
        until = int(MOMENT.timestamp() * 1000)
        with local_kafka(folder / "kafka") as broker, embedded(folder, until, SCALE) as world:
            create_topics(broker.bootstrap, load_topics())
            tell_gate(broker.bootstrap, pickle.loads((folder / "store.updates").read_bytes()), until)
            found = paths(open_reader(world.url))
            with serving(world.url, broker.bootstrap, folder, "--simulated") as tower:
                take_all(tower, found, PICTURES, lambda: tell_gate(broker.bootstrap, {}, until))
    return 0


if __name__ == "__main__":
    sys.exit(main())
