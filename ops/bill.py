"""A bill or a declaration: which boxes it has, how many of them have arrived, and of how many customs knows it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
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


def sentence(total: Mapping[str, Any], say: Callable[[str, str], str]) -> str:
    """n of m boxes, in words."""
    declared = f" / {say('报关单', 'declaration')} {total['declaration_no']}" if total["declaration_no"] else ""
    here = say(
        f"{total['boxes']} 箱中 {total['arrived']} 箱已到", f"{total['arrived']} of {total['boxes']} boxes have arrived"
    )
    told = say(
        f"须报 {total['due']} 箱，海关已确认 {total['accepted']} 箱",
        f"customs has accepted {total['accepted']} of {total['due']} arrivals that it must be told of",
    )
    refused = f"; {say('退回', 'rejected')} {total['rejected']}" if total["rejected"] else ""
    return f"{total['master_bl']}{declared}: {here}; {told}{refused}"
