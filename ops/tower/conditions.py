"""How a verdict and its conditions look, on every page that explains one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from nicegui import ui

from ops.tower.shell import clock
from ops.tower.words import Words

_COLOURS: Final = {"MAY": "green-9", "MAY_NOT": "red-9", "TO_CHECK": "deep-orange-10", "DONE": "blue-9"}
_SIGNS: Final = {
    "MET": ("check_circle", "green-9", "满足", "met"), "UNMET": ("cancel", "red-9", "不满足", "not met"),
    "UNKNOWN": ("help", "deep-orange-10", "待核实", "to be checked"),
    "NOT_REQUIRED": ("remove_circle_outline", "grey-7", "无需", "not needed"),
}  # fmt: skip


def verdict_badge(say: Words, verdict: str) -> None:
    """The answer in one word."""
    ui.badge(say.verdict(verdict), color=_COLOURS.get(verdict, "grey-8")).classes("text-base p-2")


def condition_line(say: Words, condition: Mapping[str, Any]) -> None:
    """A condition, whether it is met, why not and what to do, and the events that say so."""
    icon, colour, zh, en = _SIGNS[condition["state"]]
    with ui.row().classes("items-start gap-3 no-wrap w-full"):
        ui.icon(icon, color=colour, size="sm").props(f'role=img aria-label="{say(zh, en)}"')
        with ui.column().classes("gap-0"):
            ui.label(say(condition["text_zh"], condition["text_en"]))
            if condition["state"] in ("UNMET", "UNKNOWN"):
                ui.label(_reason(say, condition)).classes("text-slate-700 text-sm")
            for event in condition["evidence"]:
                ui.label(f"{clock(event['event_time'])} {witness(event)}").classes("text-slate-600 text-xs font-mono")


def witness(event: Mapping[str, Any]) -> str:
    """Who said so, in which message."""
    return f"{event['source_party']} {event['source_system']} {event['raw_ref'] or event['event_id']}"


def _reason(say: Words, condition: Mapping[str, Any]) -> str:
    parts = [say(condition["why_zh"], condition["why_en"]), condition["detail"]]
    act = say(condition["action_zh"], condition["action_en"])
    if act:
        parts.append(f"{say.owner(condition['owner'])}: {act}")
    return " · ".join(part for part in parts if part)
