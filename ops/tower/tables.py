"""Tables of the pages: sortable, filtered as one types, a row leads somewhere, and Excel or text to take along."""

from __future__ import annotations

import io
import math
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple

from nicegui import ui
from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from ops.cli.common import BEIJING
from ops.tower.pieces import Mark
from ops.tower.shell import Visitor, clock

Row = dict[str, Any]
#: Rows that a page of a table shows at first.
ROWS: Final = 25
#: Rows that are seen without filter and pages.
HANDFUL: Final = 5
_EXCEL: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
#: A cell that a spreadsheet would take for a formula is written as text: what ports send is data.
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


#: Where a column is hidden: Tailwind's and Quasar's classes.
_ROOM: Final = {"": "", "desk": "max-xl:hidden", "wide": "gt-md"}
#: A cell with its mark, and the first cell of a row that leads somewhere.
_MARKED: Final = (
    '<q-td :props="props"><q-icon v-if="props.row._mark_{0}" :name="props.row._mark_{0}.icon" '
    ':color="props.row._mark_{0}.colour" size="xs" aria-hidden="true" class="q-mr-xs" />{{{{ props.value }}}}</q-td>'
)
_LEADS: Final = (
    '<q-td :props="props"><a v-if="props.row._to" :href="props.row._to" class="text-blue-800 underline">{{ props.value }}</a>'
    "<template v-else>{{ props.value }}</template></q-td>"
)


class Column(NamedTuple):
    """A column: the field of a row, its title, how it is shown, and whether it is a time in ms or sorts as a number.

    ``mark``: how its value looks. ``is_long``: a text that may take several lines. ``room``: the screen that it needs to be
    shown, "" any, "desk" from 1280 px, "wide" from 1440 px; it is in Excel anyhow.
    """

    name: str
    title: str
    shown: Callable[[Any], str] | None = None
    is_time: bool = False
    is_number: bool = False
    mark: Callable[[Any], Mark | None] | None = None
    is_long: bool = False
    room: str = ""

    def text(self, row: Row) -> str:
        """The cell for people."""
        value = row.get(self.name)
        if self.is_time:
            return clock(int(value or 0))
        if self.shown is not None:
            return self.shown(value)
        if isinstance(value, list):
            return ", ".join(map(str, value))
        return "" if value is None else str(value)


def table(
    visitor: Visitor, columns: Sequence[Column], rows: Sequence[Row], key: str, name: str,
    goes_to: Callable[[Row], str] | None = None, page_rows: int = ROWS,
) -> ui.table:  # fmt: skip
    """A table of rows with unique ``key``. ``goes_to``: where the first cell of a row leads. ``name``: of the Excel file.
    ``page_rows``: on a page; a table that has no more than a handful gets neither filter nor pages."""
    say = visitor.say
    shown = [
        {c.name: c.text(row) for c in columns}
        | {f"_{c.name}": row.get(c.name) for c in columns if c.is_time or c.is_number}
        | {f"_mark_{c.name}": _mark(c, row) for c in columns if c.mark}
        | {"_key": str(row[key]), "_to": goes_to(row) if goes_to else ""}
        for row in rows
    ]
    heads = [
        {
            "name": c.name, "label": c.title, "field": c.name, "sortable": True, "align": "right" if c.is_number else "left",
            "classes": _look(c), "headerClasses": f"whitespace-normal break-keep {_ROOM[c.room]}",
            **({":sort": f"(a, b, x, y) => x._{c.name} - y._{c.name}"} if c.is_time or c.is_number else {}),
        }
        for c in columns
    ]  # fmt: skip
    is_small = len(rows) <= HANDFUL
    with ui.row().classes("items-center gap-2 w-full"):
        narrow = ui.input(label=say("筛选", "filter")).props("dense outlined clearable")
        narrow.set_visibility(not is_small)
        ui.label(say(f"{len(rows):,} 行", f"{len(rows):,} rows")).classes("text-slate-600")
        ui.space()
        excel = ui.button("Excel", icon="download").props("outline dense no-caps")
        excel.on_click(lambda: ui.download(workbook(columns, rows), f"{name}.xlsx", _EXCEL))
    made = ui.table(rows=shown, columns=heads, row_key="_key", pagination=page_rows)
    made.classes("w-full").props("flat bordered dense")
    made.props(f'rows-per-page-label="{say("每页行数：", "rows per page:")}"')
    if is_small:
        made.props("hide-pagination")
    made.bind_filter_from(narrow, "value")
    for c in columns:
        if c.mark:
            made.add_slot(f"body-cell-{c.name}", _MARKED.format(c.name))
    if goes_to is not None:
        made.add_slot(f"body-cell-{columns[0].name}", _LEADS)
    return made


def _mark(column: Column, row: Row) -> dict[str, str] | None:
    mark = column.mark(row.get(column.name)) if column.mark else None
    return mark._asdict() if mark else None


def _look(column: Column) -> str:
    """Long texts break, short ones do not; what is less needed waits for a wider screen."""
    breaks = "whitespace-normal min-w-20 [overflow-wrap:anywhere]" if column.is_long else "whitespace-nowrap"
    return f"{breaks} {_ROOM[column.room]}"


def workbook(columns: Sequence[Column], rows: Sequence[Row]) -> bytes:
    """The rows as an Excel file: a bold head that stays, times as Excel's own in Beijing time, text as text."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append([column.title for column in columns])
    for row in rows:
        sheet.append([_cell(column, row) for column in columns])
    for number, column in enumerate(columns, 1):
        sheet.cell(1, number).font = Font(bold=True)
        widest = max([len(column.title) * 2, *(len(column.text(row)) for row in rows[:200])])
        sheet.column_dimensions[get_column_letter(number)].width = min(widest + 2, 60)
        if column.is_time:
            for (cell,) in sheet.iter_rows(2, sheet.max_row, number, number):
                cell.number_format = "yyyy-mm-dd hh:mm:ss"
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = sheet.dimensions
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _cell(column: Column, row: Row) -> str | int | float | datetime | None:
    value = row.get(column.name)
    if column.is_time:
        return datetime.fromtimestamp(value / 1000, UTC).astimezone(BEIJING).replace(tzinfo=None) if value else None
    if isinstance(value, (int, float)) and (column.shown is None or column.is_number):
        return value if math.isfinite(value) else None
    text = column.text(row)
    return f"'{text}" if text.startswith(_FORMULA) else text
