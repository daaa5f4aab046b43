"""Charts of the pages: one look for all of them, and for each port one colour wherever it is drawn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from nicegui import ui

from ops.tower.shell import HOUR_MS, clock

#: Colours that people who confuse red and green tell apart (Okabe and Ito, jfly.uni-koeln.de/color).
PORT_COLOURS: Final[Mapping[str, str]] = {"qingdao": "#0072B2", "rizhao": "#D55E00", "yantai": "#009E73", "weihai": "#CC79A7"}
TRADE_COLOURS: Final[Mapping[str, str]] = {"F": "#0072B2", "D": "#B45309"}
#: Inland ports, and whatever else has no colour of its own.
OTHER: Final = "#64748B"
_GRID: Final = {"left": 8, "right": 24, "top": 40, "bottom": 8, "containLabel": True}


def colour(port: str) -> str:
    """The colour of a port (its slug)."""
    return PORT_COLOURS.get(port, OTHER)


def chart(options: Mapping[str, Any], classes: str = "w-full h-72") -> ui.echart:
    """A chart with the look of all: it fills its place, and says itself to who cannot see it."""
    return ui.echart({"aria": {"enabled": True}, "animation": False, "grid": _GRID, **options}).classes(classes)


def hours(since: int, until: int) -> list[int]:
    """The beginnings of all hours of a span, ms."""
    return list(range(since - since % HOUR_MS, until + 1, HOUR_MS))


def at_hours(values: Mapping[int, float], at: Sequence[int], none: float | None) -> list[float | None]:
    """A figure hour by hour. ``none`` stands for an hour without one: 0 of what is counted, None of what is measured."""
    return [values.get(hour, none) for hour in at]


def hour_axis(at: Sequence[int]) -> dict[str, Any]:
    """The axis of time below a chart."""
    return {"type": "category", "data": [clock(hour) for hour in at], "axisLabel": {"hideOverlap": True}}


def value_axis(unit: str) -> dict[str, Any]:
    """The axis of a figure, its unit above it."""
    name = {"name": unit, "nameTextStyle": {"align": "left"}, "nameGap": 12} if unit else {}
    return {"type": "value", **name}
