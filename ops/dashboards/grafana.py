"""Panels on PromQL and on the named queries, and the boards that hold them, as Grafana reads them.

What a panel says and asks is ours; Grafana's format is that of its own library, `grafana-foundation-sdk`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Final

from grafana_foundation_sdk.builders import common, dashboard, prometheus, stat, table, timeseries
from grafana_foundation_sdk.cog.builder import Builder
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.cog.variants import Dataquery
from grafana_foundation_sdk.models.common import BigValueColorMode, LegendDisplayMode, LegendPlacement, TooltipDisplayMode
from grafana_foundation_sdk.models.dashboard import DataSourceRef, GridPos, Threshold, ThresholdsMode, VariableOption
from grafana_foundation_sdk.models.dashboard import Panel as PanelModel

from ops.queries import parameters, query
from schemas.reference import load_reference

PROMETHEUS: Final = DataSourceRef("prometheus", "prometheus")
CLICKHOUSE: Final = DataSourceRef("grafana-clickhouse-datasource", "clickhouse")
#: Grafana's grid is this wide.
WIDTH: Final = 24
#: What fills the usual parameters of a named query: the dashboard's variable and its span of time; '' = all.
USUAL: Final[Mapping[str, str]] = {
    "port": "'${port}'", "since": "$__fromTime", "until": "$__toTime", "terminal": "''", "trade": "''", "direction": "''",
}  # fmt: skip


class Shape(Enum):
    """How a panel shows its figures."""

    STAT = "stat"
    LINES = "timeseries"
    TABLE = "table"


def _drawn(shape: Shape) -> stat.Panel | timeseries.Panel | table.Panel:
    """A panel that says nothing yet."""
    match shape:
        case Shape.STAT:
            latest = common.ReduceDataOptions().values(False).calcs(["lastNotNull"])
            return stat.Panel().color_mode(BigValueColorMode.VALUE).reduce_options(latest)
        case Shape.LINES:
            below = common.VizLegendOptions().show_legend(True).display_mode(LegendDisplayMode.LIST)
            all_at_once = common.VizTooltipOptions().mode(TooltipDisplayMode.MULTI)
            return timeseries.Panel().legend(below.placement(LegendPlacement.BOTTOM)).tooltip(all_at_once).fill_opacity(10)
        case Shape.TABLE:
            return table.Panel()


@dataclass(frozen=True)
class Prom:
    """A PromQL expression and the name of its series, in Grafana's ``{{label}}``."""

    expression: str
    legend: str = ""

    def target(self, ref: str) -> Builder[Dataquery]:
        """As Grafana asks it."""
        asked = prometheus.Dataquery().ref_id(ref).datasource(PROMETHEUS).expr(self.expression)
        return asked.legend_format(self.legend)


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

    def target(self, ref: str) -> Builder[Dataquery]:
        """As Grafana asks it."""
        return _ClickHouse(ref, self.sql(), self.over_time)


class _ClickHouse(Dataquery, Builder[Dataquery]):
    """A query of the data source for ClickHouse, a plugin of which the library knows nothing.

    https://grafana.com/grafana/plugins/grafana-clickhouse-datasource/
    """

    def __init__(self, ref: str, sql: str, over_time: bool) -> None:
        self._ref, self._sql, self._over_time = ref, sql, over_time

    def build(self) -> Dataquery:
        """It needs no building."""
        return self

    def to_json(self) -> dict[str, object]:
        """``format`` 0 is a series over time, 1 a table."""
        return {
            "refId": self._ref, "datasource": CLICKHOUSE, "editorType": "sql", "rawSql": self._sql,
            "format": 0 if self._over_time else 1, "queryType": "timeseries" if self._over_time else "table",
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

    def at(self, number: int, x: int, y: int) -> Builder[PanelModel]:
        """In its place in the grid."""
        steps = [Threshold(value, colour) for value, colour in self.steps]
        panel = _drawn(self.shape)
        panel.id(number).title(self.title).description(self.text).grid_pos(GridPos(h=self.height, w=self.width, x=x, y=y))
        panel.datasource(PROMETHEUS if isinstance(self.targets[0], Prom) else CLICKHOUSE).unit(self.unit)
        panel.thresholds(dashboard.ThresholdsConfig().mode(ThresholdsMode.ABSOLUTE).steps(steps))
        for i, target in enumerate(self.targets):
            panel.with_target(target.target(chr(ord("A") + i)))
        return panel


@dataclass(frozen=True)
class Board:
    """``uid`` is the file's name too; ``span`` what is shown at first. ``by_port`` adds the choice of a port."""

    uid: str
    title: str
    panels: Sequence[Panel]
    span: str = "now-30m"
    by_port: bool = False

    def json(self) -> str:
        """The whole document."""
        board = dashboard.Dashboard(self.title).uid(self.uid).tags(["yigangtong"]).timezone("Asia/Shanghai").readonly()
        board.time(self.span, "now").refresh("5s").version(1)
        if self.by_port:
            board.with_variable(_ports())
        for number, (panel, x, y) in enumerate(self._placed(), 1):
            board.with_panel(panel.at(number, x, y))
        return JSONEncoder(ensure_ascii=False, indent=1).encode(board.build()) + "\n"

    def _placed(self) -> Iterator[tuple[Panel, int, int]]:
        """From left to right; a panel that does not fit begins a new row."""
        x = y = high = 0
        for panel in self.panels:
            if x + panel.width > WIDTH:
                x, y, high = 0, y + high, 0
            yield panel, x, y
            x, high = x + panel.width, max(high, panel.height)


def _ports() -> dashboard.CustomVariable:
    """The variable ``port``: empty stands for all, as in the named queries."""
    ports = [port for port in load_reference().ports.values() if port.role == "SEAPORT"]
    choices = [("全部 all", ""), *((f"{port.zh} {port.slug}", port.slug) for port in ports)]
    options = [VariableOption(selected=not value, text=text, value=value) for text, value in choices]
    asked = dashboard.CustomVariable("port").label("港口 port").values(",".join(f"{text} : {value}" for text, value in choices))
    return asked.options(options).current(options[0]).multi(False).include_all(False)
