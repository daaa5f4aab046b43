"""What a search found: boxes, bills and vessels; a single hit is opened at once."""

from __future__ import annotations

from typing import Final
from urllib.parse import quote

from nicegui import ui

from ops.tower.shell import Tower, Visitor, heading, page

PATHS: Final = {"box": "/box/", "bill": "/bill/", "vessel": "/vessel/"}
_KINDS: Final = {"box": ("箱", "box"), "bill": ("提单", "bill"), "vessel": ("船", "vessel")}


def add_to(tower: Tower) -> None:
    """Register the page."""

    @page(tower, "/search")
    async def search(visitor: Visitor, q: str = "") -> None:
        say = visitor.say
        hits = await visitor.ask(visitor.tower.office.search, visitor.person, q)
        if len(hits) == 1:
            ui.navigate.to(PATHS[hits[0]["kind"]] + quote(hits[0]["key"], safe=""))
            return
        heading(say("搜索", "Search"), q)
        if not hits:
            ui.label(
                say(
                    "没有找到。请输入箱号、提单号的开头至少两个字符，或船名。",
                    "Nothing found. Type at least two characters of the beginning of a box or bill number, or a vessel's name.",
                )
            )
        for hit in hits:
            with ui.row().classes("items-center gap-3"):
                ui.badge(say(*_KINDS[hit["kind"]]))
                ui.link(hit["label"], PATHS[hit["kind"]] + quote(hit["key"], safe="")).classes("text-blue-800")
