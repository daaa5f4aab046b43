"""A bill or a declaration: which boxes it has, how many of them have arrived, and of how many customs knows it."""

from __future__ import annotations

from typing import Any

from ops.queries import query
from ops.trace import Queryable


def boxes_of(store: Queryable, number: str) -> dict[str, Any]:
    """``totals`` for each master bill and declaration of a number (a master bill, a house bill or a declaration), and the
    ``boxes`` that they count; both empty for a number that no manifest in force names. Times in ms."""
    params = {"number": number.strip().upper()}
    boxes = store.query(query("bill_boxes"), params)
    for box in boxes:
        box["arrived_at"] = box.pop("arrived_s") * 1000
    return {"number": params["number"], "totals": store.query(query("bill_arrivals"), params), "boxes": boxes}
