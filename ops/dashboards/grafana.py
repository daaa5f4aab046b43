"""A small part of Grafana's dashboard format, typed: panels in rows, PromQL and named SQL queries, one variable for the port.

The JSON is what Grafana 12 reads (schema version 39). https://grafana.com/docs/grafana/latest/dashboards/build-dashboards/
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

from ops.queries import parameters, query
from schemas.reference import load_reference

PROMETHEUS: Final = {"type": "prometheus", "uid": "prometheus"}
CLICKHOUSE: Final = {"type": "grafana-clickhouse-datasource", "uid": "clickhouse"}
#: Grafana's grid is this wide.
WIDTH: Final = 24
#: What fills the usual parameters of a named query: the dashboard's variable and its span of time; '' = all.
USUAL: Final[Mapping[str, str]] = {
    "port": "'${port}'", "since": "$__fromTime", "until": "$__toTime", "terminal": "''", "trade": "''", "direction": "''",
}  # fmt: skip


class Shape(StrEnum):
    """How a panel shows its figures."""

    STAT = "stat"
    LINES = "timeseries"
    TABLE = "table"
    BARS = "barchart"


@dataclass(frozen=True)
class Prom:
    """A PromQL expression and the name of its series, in Grafana's ``{{label}}``."""

    expression: str
    legend: str = ""

    def json(self, ref: str) -> dict[str, Any]:
        """As a target."""
        return {"refId": ref, "datasource": PROMETHEUS, "expr": self.expression, "legendFormat": self.legend}


@dataclass(frozen=True)
class Named:
    """A named query of `ops.queries`; ``given`` are SQL texts for parameters beyond the usual ones."""

    name: str
    given: Mapping[str, str] = field(default_factory=dict)
    over_time: bool = False

    def sql(self) -> str:
        """The query with its parameters filled in. Raises KeyError for one that nobody gives."""
        text, values = query(self.name), {**USUAL, **self.given}
        for name in parameters(self.name):
            text = text.replace(f"%({name})s", values[name])
        return text.strip()

    def json(self, ref: str) -> dict[str, Any]:
        """As a target."""
        return {
            "refId": ref, "datasource": CLICKHOUSE, "editorType": "sql", "rawSql": self.sql(),
            "format": 0 if self.over_time else 1, "queryType": "timeseries" if self.over_time else "table",
        }  # fmt: skip


@dataclass(frozen=True)
class Panel:
    """``title`` in Chinese and English. ``steps``: from which value on which colour. ``quiet``: a healthy platform, on which
    nothing happens, has nothing to show here."""

    title: str
    text: str
    shape: Shape
    targets: Sequence[Prom | Named]
    unit: str = "short"
    width: int = 12
    height: int = 8
    steps: Sequence[tuple[float | None, str]] = ((None, "blue"),)
    quiet: bool = False

    def json(self, number: int, x: int, y: int) -> dict[str, Any]:
        """At a place in the grid."""
        steps = [{"color": colour, "value": value} for value, colour in self.steps]
        return {
            "id": number, "title": self.title, "description": self.text, "type": self.shape.value,
            "gridPos": {"x": x, "y": y, "w": self.width, "h": self.height},
            "datasource": PROMETHEUS if isinstance(self.targets[0], Prom) else CLICKHOUSE,
            "fieldConfig": {
                "defaults": {"unit": self.unit, "thresholds": {"mode": "absolute", "steps": steps}},
                "overrides": [],
            },
            "targets": [target.json(chr(ord("A") + i)) for i, target in enumerate(self.targets)],
            "options": {"reduceOptions": {"calcs": ["lastNotNull"]}, "colorMode": "value"} if self.shape is Shape.STAT else {},
        }  # fmt: skip


@dataclass(frozen=True)
class Dashboard:
    """``uid`` is the file's name too; ``span`` what is shown at first. ``by_port`` adds the choice of a port."""

    uid: str
    title: str
    panels: Sequence[Panel]
    span: str = "now-30m"
    by_port: bool = False

    def json(self) -> dict[str, Any]:
        """The whole document."""
        return {
            "uid": self.uid, "title": self.title, "tags": ["yigangtong"], "timezone": "Asia/Shanghai", "schemaVersion": 39,
            "version": 1, "refresh": "5s", "time": {"from": self.span, "to": "now"}, "editable": False,
            "templating": {"list": [_ports()] if self.by_port else []},
            "panels": [panel.json(i, x, y) for i, (panel, x, y) in enumerate(self._placed(), 1)],
        }  # fmt: skip

    def _placed(self) -> Iterator[tuple[Panel, int, int]]:
        """From left to right; a panel that does not fit begins a new row."""
        x = y = high = 0
        for panel in self.panels:
            if x + panel.width > WIDTH:
                x, y, high = 0, y + high, 0
            yield panel, x, y
            x, high = x + panel.width, max(high, panel.height)


def _ports() -> dict[str, Any]:
    """The variable ``port``: empty stands for all, as in the named queries."""
    ports = [(port.zh, port.slug) for port in load_reference().ports.values() if port.role == "SEAPORT"]
    options = [{"text": "全部 all", "value": "", "selected": True}]
    options += [{"text": f"{zh} {slug}", "value": slug, "selected": False} for zh, slug in ports]
    return {
        "name": "port", "label": "港口 port", "type": "custom", "multi": False, "includeAll": False, "current": options[0],
        "options": options, "query": ",".join(f"{o['text']} : {o['value']}" for o in options),
    }  # fmt: skip
