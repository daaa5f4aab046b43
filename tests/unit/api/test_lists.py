"""Lists: typed rows, whole over their pages, narrowed as asked."""

from __future__ import annotations

from typing import Any

import pytest

from ops.api.filters import ExceptionFilter, Page
from ops.api.lists import EXCEPTIONS
from ops.api.people import LOCAL
from schemas.details import in_words
from tests.unit.api.conftest import Desk

TABLES = {
    "boxes": "box_visits", "calls": "port_calls", "legs": "transfer_legs", "arrivals": "arrival_cases",
    "exceptions": "exceptions",
}  # fmt: skip


def whole(desk: Desk, name: str, **narrowed: Any) -> list[dict[str, Any]]:
    """All pages."""
    rows: list[dict[str, Any]] = []
    offset: int | None = 0
    while offset is not None:
        answer = desk.client.get(f"/api/v1/{name}", params={"limit": 7, "offset": offset, **narrowed})
        assert answer.status_code == 200, answer.text
        rows += answer.json()["items"]
        offset = answer.json()["next_offset"]
    return rows


@pytest.mark.parametrize("name", TABLES)
def test_pages_together_hold_every_row_once(local: Desk, name: str) -> None:
    (there,) = local.office.store.query(f"SELECT count() AS n FROM {TABLES[name]}_now")
    rows = whole(local, name)
    if name == "exceptions":  # those that have ended are shown when asked for
        rows += whole(local, name, open=False)
    assert len(rows) == there["n"] > 0
    assert len({str(sorted(row.items())) for row in rows}) == len(rows)


def test_a_filter_keeps_what_it_says_and_nothing_else(local: Desk) -> None:
    everything = whole(local, "boxes")
    for narrowed, holds in (
        ({"port": "qingdao"}, lambda box: box["port"] == "qingdao"),
        ({"open": True}, lambda box: box["closed_at"] is None),
        ({"open": False}, lambda box: box["closed_at"] is not None),
        ({"blocked": True}, lambda box: box["blockers"] != []),
        ({"blocker": "EXPORT_CUSTOMS_RELEASE"}, lambda box: "EXPORT_CUSTOMS_RELEASE" in box["blockers"]),
    ):
        found = whole(local, "boxes", **narrowed)
        assert found == [box for box in everything if holds(box)], narrowed
        assert 0 < len(found) < len(everything), f"{narrowed} shows nothing"


def test_what_is_misspelt_is_told_and_not_ignored(local: Desk) -> None:
    answer = local.client.get("/api/v1/boxes", params={"prot": "qingdao"})
    assert answer.status_code == 422
    assert "prot" in answer.text


def test_exceptions_come_with_words_the_worst_first(local: Desk) -> None:
    rows = whole(local, "exceptions")
    ranks = [("critical", "high", "medium", "low", "info").index(row["severity"]) for row in rows]
    assert ranks == sorted(ranks)
    assert all(row["text_zh"] and row["text_en"] for row in rows)
    assert all(row["action_zh"] and row["action_en"] for row in rows if row["severity"] in ("critical", "high"))


def test_times_are_utc_and_null_where_nothing_has_happened(local: Desk) -> None:
    (first,) = local.client.get("/api/v1/exceptions", params={"limit": 1}).json()["items"]
    (row,), _ = local.office.rows(LOCAL, EXCEPTIONS, ExceptionFilter(limit=1))
    assert first["ended_at"] is None
    assert first["raised_at"].endswith("Z")
    assert row["raised_at"] > 1_700_000_000_000


def test_a_page_has_bounds() -> None:
    for wrong in ({"limit": 0}, {"limit": 1001}, {"offset": -1}):
        with pytest.raises(ValueError, match=r"limit|offset"):
            Page(**wrong)


def test_the_detail_of_an_exception_is_said_in_both_languages(local: Desk) -> None:
    rows = local.client.get("/api/v1/exceptions", params={"limit": 50}).json()["items"]
    assert rows and all((row["detail_zh"], row["detail_en"]) == in_words(row["detail"]) for row in rows)
