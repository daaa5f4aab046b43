"""Small pieces that pages share: how a state looks, counts that narrow a list, a fact with its name, and what an empty part
means."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, NamedTuple

from nicegui import ui

from ops.tower.words import Words


class Mark(NamedTuple):
    """How a state looks: an icon and a colour of Quasar's, always beside the word that says it."""

    icon: str
    colour: str


PLAIN: Final = Mark("", "blue-grey-8")
SEVERITIES: Final[Mapping[str, Mark]] = {
    "critical": Mark("dangerous", "red-9"), "high": Mark("warning", "deep-orange-10"),
    "medium": Mark("error_outline", "brown-7"),
    "low": Mark("info", "blue-grey-8"), "info": Mark("notes", "grey-8"),
}  # fmt: skip
PHASES: Final[Mapping[str, Mark]] = {
    "OPS": Mark("precision_manufacturing", "green-9"), "BERTHED": Mark("directions_boat", "blue-9"),
    "OPS_DONE": Mark("task_alt", "blue-9"), "ARRIVED_ANCHOR": Mark("anchor", "deep-orange-10"),
    "EXPECTED": Mark("schedule", "blue-grey-8"), "DEPARTED": Mark("sailing", "grey-8"),
}  # fmt: skip
#: Arrival reports by state.
CASES: Final[Mapping[str, Mark]] = {
    "REJECTED": Mark("cancel", "red-9"), "WAITING": Mark("hourglass_empty", "deep-orange-10"),
    "SENT": Mark("schedule_send", "blue-9"), "TRIGGERED": Mark("bolt", "blue-9"), "CHECKED": Mark("rule", "blue-9"),
    "NEED": Mark("pending", "grey-8"), "ACKED": Mark("check_circle", "green-9"), "DELETED": Mark("delete", "grey-8"),
}  # fmt: skip


def counts(
    label: str, found: Mapping[str, int], words: Callable[[str], str], marks: Mapping[str, Mark],
    chosen: str | None, choose: Callable[[str | None], object],
) -> None:  # fmt: skip
    """How many there are of each, as buttons that narrow the list to one of them, and widen it again."""
    if not found:
        return
    with ui.row().classes("items-center gap-2").props(f'role=group aria-label="{label}"'):
        ui.label(label).classes("text-slate-600 text-sm")
        for code, n in found.items():
            mark = marks.get(code, PLAIN)
            pressed = code == chosen
            button = ui.button(
                f"{words(code)} {n:,}", icon=mark.icon or None, color=mark.colour,
                on_click=lambda code=code, pressed=pressed: choose(None if pressed else code),
            )  # fmt: skip
            button.props(f'{"unelevated" if pressed else "outline"} dense no-caps aria-pressed={str(pressed).lower()}')
            button.classes("px-2").props(f'data-count="{code}"')


def fact(name: str, value: str, look: str = "") -> None:
    """A value below its name."""
    with ui.column().classes("gap-0"):
        ui.label(name).classes("text-slate-600 text-sm")
        ui.label(value).classes(f"break-all {look}")


def nothing(say: Words, zh: str, en: str, good: bool = False) -> None:
    """What it means that there is nothing here. ``good``: nobody has to do anything."""
    with ui.row().classes("items-center gap-3 p-4 rounded bg-slate-50 w-full no-wrap"):
        icon, colour = ("check_circle", "green-9") if good else ("inbox", "grey-7")
        ui.icon(icon, color=colour, size="sm").props("aria-hidden=true")
        ui.label(say(zh, en)).classes("text-slate-700")
