"""Charts of the pages: one look for all of them, and for each port one colour wherever it is drawn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from nicegui import ui

from ops.tower.shell import clock

#: Colours that people who confuse red and green tell apart (Okabe and Ito, jfly.uni-koeln.de/color).
PORT_COLOURS: Final[Mapping[str, str]] = {"qingdao": "#0072B2", "rizhao": "#D55E00", "yantai": "#009E73", "weihai": "#CC79A7"}
#: Of a trade, and whether customs supervises it.
TRADE_COLOURS: Final[Mapping[tuple[str, bool], str]] = {
    ("F", True): "#0072B2", ("F", False): "#3B8FC4", ("D", False): "#B45309", ("D", True): "#92400E",
}  # fmt: skip
#: Inland ports, and whatever else has no colour of its own.
OTHER: Final = "#64748B"
HOUR_MS: Final = 3_600_000


def colour(port: str) -> str:
    """The colour of a port (its slug)."""
    return PORT_COLOURS.get(port, OTHER)


def chart(options: Mapping[str, Any], classes: str = "w-full h-72") -> ui.echart:
    """A chart with the look of all: it fills its place, and says itself to who cannot see it."""
    look = {"aria": {"enabled": True}, "grid": {"left": 8, "right": 32, "top": 36, "bottom": 8, "containLabel": True}}
    return ui.echart({**look, **options}).classes(classes)


def hours(since: int, until: int) -> list[int]:
    """The beginnings of all hours of a span, ms."""
    return list(range(since - since % HOUR_MS, until + 1, HOUR_MS))


def by_hour(series: Mapping[str, Mapping[int, float]], at: Sequence[int], none: float | None) -> list[dict[str, Any]]:
    """Series as ECharts takes them. ``none`` stands for an hour without a figure: 0 of what is counted, None (a gap) of what
    is measured."""
    return [{"name": name, "data": [values.get(hour, none) for hour in at]} for name, values in series.items()]


def hour_axis(at: Sequence[int]) -> dict[str, Any]:
    """The axis of time below a chart."""
    return {"type": "category", "data": [clock(hour) for hour in at]}
