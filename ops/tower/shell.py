"""What all pages share: who asks, the frame with its menu and search, reading the store off the loop, and staying live."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, NamedTuple, ParamSpec, TypeVar
from urllib.parse import quote

from fastapi import Request
from nicegui import app as nicegui_app
from nicegui import ui

from ops.api.audit import asked_by
from ops.api.login import Door
from ops.api.office import Office
from ops.api.people import Person
from ops.api.problems import ANSWERED, answer_words
from ops.api.pulse import Pulse
from ops.clearance.gate import Gate
from ops.cli.common import BEIJING
from ops.tower.words import LANGUAGES, Words

P = ParamSpec("P")
R = TypeVar("R")
#: How often a page looks whether something changed, and how old it may grow when nothing is heard, seconds.
LOOK_S: Final = 1.0
OLDEST_S: Final = 30.0
#: A page rests so many times as long as it took to be refreshed: on a large store one that is open does not keep it busy.
REST: Final = 4
HOUR_MS: Final = 3_600_000
#: How long a page may take to be made, seconds: on a busy machine it comes late, not as an error. NiceGUI's own limit is 3.
PATIENCE_S: Final = 30.0


class Entry(NamedTuple):
    """A line of the menu."""

    path: str
    icon: str
    zh: str
    en: str


MENU: list[Entry] = []
#: The key / leads to the search at once, so that what is typed next lands there.
_SLASH: Final = """<script>document.addEventListener("keydown", event => {
  if (event.key !== "/" || /^(INPUT|TEXTAREA)$/.test(document.activeElement.tagName)) return;
  event.preventDefault();
  document.getElementById("search").focus();
});</script>"""
BLANK: Final = "—"


@dataclass(frozen=True)
class Tower:
    """What the pages are made of."""

    office: Office
    door: Door
    pulse: Pulse
    gate: Gate | None = None


class Visitor(NamedTuple):
    """Who looks at a page, and in which language. Ask the office by :meth:`ask`: it answers in a thread."""

    tower: Tower
    person: Person
    say: Words

    async def ask(self, question: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Put a blocking question to the store."""
        return await asyncio.to_thread(question, *args, **kwargs)


def page(tower: Tower, path: str, entry: Entry | None = None) -> Callable[[Callable[..., Awaitable[None]]], None]:
    """A page inside the frame: ``async def body(visitor, **path parameters)``. ``entry`` puts it into the menu."""
    if entry is not None:
        MENU.append(entry)

    def register(body: Callable[..., Awaitable[None]]) -> None:
        @ui.page(path, response_timeout=PATIENCE_S)
        async def framed(request: Request) -> None:
            person = tower.door.person(request)
            asked_by(request, person)
            if person is None:
                ui.navigate.to(f"/login?next={quote(request.url.path)}")
                return
            visitor = Visitor(tower, person, Words(nicegui_app.storage.user.get("language", "zh")))
            frame(visitor, request.url.path)
            try:
                await body(visitor, **request.path_params, **request.query_params)
            except ANSWERED as error:
                ui.label(visitor.say(*answer_words(error))).props("role=alert").classes("text-red-800 text-lg")

    return register


def frame(visitor: Visitor, path: str) -> None:
    """Header, menu and search; what follows is the page's main part."""
    say = visitor.say
    ui.colors(primary="#1e40af")
    ui.page_title(say("一港通控制塔", "Yigangtong control tower"))
    drawer = ui.left_drawer(bordered=True).classes("bg-slate-50 p-2").props("width=200")  # on a narrow screen it waits aside
    with ui.header(elevated=False).classes("items-center gap-3 bg-slate-900 px-4 py-2"):
        menu = ui.button(icon="menu", on_click=drawer.toggle).props("flat dense color=white")
        menu.props(f'aria-label="{say("菜单", "menu")}"')
        ui.link(say("一港通", "Yigangtong"), "/").classes("text-white text-lg font-bold no-underline whitespace-nowrap")
        search = ui.input(placeholder=say("箱号、提单、船名（按 / 键）", "box, bill or vessel (press /)"))
        search.props(f'dense outlined dark clearable aria-label="{say("搜索", "search")}" for=search')
        search.classes("grow max-w-xl").on("keydown.enter", lambda: ui.navigate.to(f"/search?q={quote(search.value or '')}"))
        ui.space()
        other = "en" if say.language == "zh" else "zh"
        ui.button(LANGUAGES[other], on_click=lambda: _speak(other)).props("flat dense no-caps color=white")
        ui.label(visitor.person.name).classes("text-slate-300 text-sm")
    with drawer, ui.element("nav").props(f'aria-label="{say("页面", "pages")}"').classes("w-full"):
        for entry in MENU:
            look = "bg-blue-100 text-blue-900" if path == entry.path else "text-slate-800"
            with (
                ui.link(target=entry.path).classes("no-underline block w-full"),
                ui.row().classes(f"items-center gap-3 px-3 py-2 rounded w-full {look}"),
            ):
                ui.icon(entry.icon, size="sm").props("aria-hidden=true")
                ui.label(say(entry.zh, entry.en))
    ui.add_body_html(_SLASH)


def heading(text: str, note: str = "") -> None:
    """The page's title, and what it is about."""
    with ui.column().classes("gap-0"):
        ui.label(text).classes("text-2xl font-semibold").props('role=heading aria-level="1"')
        if note:
            ui.label(note).classes("text-slate-600")


def opening(visitor: Visitor, entry: Entry, zh: str, en: str) -> None:
    """The heading of a page of the menu."""
    say = visitor.say
    heading(say(entry.zh, entry.en), say(zh, en))


def title(text: str) -> None:
    """The title of a part of a page."""
    ui.label(text).classes("text-lg font-semibold").props('role=heading aria-level="2"')


def live(visitor: Visitor, refresh: Callable[[], Awaitable[Any]], busy: Callable[[], bool] = lambda: False) -> None:
    """Refresh the page when something changed, at most once in LOOK_S and after a REST, and from time to time anyhow; not
    while the visitor is ``busy`` with what it shows."""
    seen, age, rested = visitor.tower.pulse.count, 0.0, 0.0

    async def look() -> None:
        nonlocal seen, age, rested
        age += LOOK_S
        count, now = visitor.tower.pulse.count, time.monotonic()
        if (count != seen or age >= OLDEST_S) and now >= rested and not busy():
            seen, age = count, 0.0
            try:
                await refresh()
            except ANSWERED as error:
                ui.notify(visitor.say(*answer_words(error)), type="warning")
            done = time.monotonic()
            rested = done + REST * (done - now)

    ui.timer(LOOK_S, look)


def clock(ms: int) -> str:
    """A time for people: Beijing time to the minute."""
    return datetime.fromtimestamp(ms / 1000, BEIJING).strftime("%m-%d %H:%M") if ms else BLANK


def _speak(language: str) -> None:
    nicegui_app.storage.user["language"] = language
    ui.navigate.reload()
