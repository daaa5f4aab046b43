"""The control tower's pages put beside the API, in one app on one port."""

from __future__ import annotations

from typing import Final

from fastapi import FastAPI
from nicegui import ui

from ops.api.app import build
from ops.api.audit import Audit
from ops.api.login import Door
from ops.api.office import Office
from ops.api.pulse import Pulse
from ops.clearance.gate import Gate
from ops.tower import login
from ops.tower.pages import (
    arrivals,
    bill,
    box,
    boxes,
    exceptions,
    gate_screen,
    handover,
    kpi,
    legs,
    overview,
    quality,
    search,
    tonight,
    vessels,
)
from ops.tower.shell import Tower

#: In the order of the menu.
PAGES: Final = (
    overview, vessels, tonight, boxes, arrivals, exceptions, legs, gate_screen, kpi, quality, handover, search, box, bill,
)  # fmt: skip


def tower_app(office: Office, door: Door, pulse: Pulse, gate: Gate | None = None, audit: Audit | None = None) -> FastAPI:
    """API and pages. One for each process: the pages belong to the process."""
    app = build(office, door, pulse, gate, audit)
    app.include_router(login.router)
    tower = Tower(office, door, pulse, gate)
    for module in PAGES:
        module.add_to(tower)
    ui.run_with(
        app, title="一港通 Yigangtong", language="zh-CN", storage_secret=door.secret, show_welcome_message=False, favicon="⚓",
    )  # fmt: skip
    return app
