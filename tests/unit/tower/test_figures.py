"""The tables of figures: every column in words, with its unit, and nothing that is no number."""

from __future__ import annotations

import re

import pytest

from ops import queries
from ops.queries import FIGURES
from ops.tower.figures import LABELS, columns, numbered
from ops.tower.tables import workbook
from ops.tower.words import Words

ZH, EN = Words("zh"), Words("en")


@pytest.mark.parametrize("name", FIGURES)
def test_each_column_has_a_title_in_both_languages(name: str) -> None:
    for zh, en in zip(columns(ZH, name), columns(EN, name), strict=True):
        assert re.search(r"[\u4e00-\u9fff]", zh.title) and re.search(r"[a-z]", en.title)
        assert not re.search(r"[\u4e00-\u9fff]", en.title)
    titles = [column.title for column in columns(ZH, name)]
    assert len(set(titles)) == len(titles)


def test_no_title_is_left_without_its_column() -> None:
    assert {column.name for name in FIGURES for column in queries.head(name).columns} == set(LABELS)


def test_values_are_in_words_with_thousands_and_a_dash_for_nothing() -> None:
    row = {"port": "qingdao", "direction": "IN", "event_type": "GATE_MOVE", "trade": "F", "ef": "E", "moves": 1234,
           "per_hour": 0.25, "net_per_hour": float("nan"), "dwell_p50_hours": None}  # fmt: skip
    text = {c.name: c.text(row) for name in ("moves", "dwell", "quay_rate") for c in columns(ZH, name) if c.name in row}
    assert text["port"].startswith("青岛")
    assert [text[c] for c in ("direction", "event_type", "trade", "ef")] == ["进闸", "闸口", "外贸", "空"]
    assert [text[c] for c in ("moves", "per_hour", "net_per_hour", "dwell_p50_hours")] == ["1,234", "0.2", "—", "—"]
    said = {c.name: c.text({**row, "direction": "T"}) for c in columns(EN, "dwell") if c.name in row}
    assert (said["direction"], said["ef"]) == ("transhipment", "empty")


def test_rows_have_a_key_and_excel_has_figures_as_figures() -> None:
    rows = numbered([{"port": "qingdao", "terminal_code": "A", "calls": 3, "turnaround_hours": float("nan")}])
    assert rows[0]["row"] == 0
    assert workbook(columns(ZH, "call_times"), rows)
