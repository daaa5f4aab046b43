"""``bill``: n of m boxes have arrived, as a person reads it (`tests/contracts/store/test_bill_arrivals.py` counts)."""

from __future__ import annotations

import json

from ops.cli.common import open_reader
from tests.unit.cli.conftest import Ask, Filled


def test_n_of_m_is_said_in_words_and_the_boxes_with_it(embedded_world: Filled, ask: Ask) -> None:
    reader = open_reader(embedded_world.url)
    row = reader.query(
        "SELECT master_bl, uniqExact(container_no) AS n FROM consignments_now GROUP BY master_bl ORDER BY n DESC LIMIT 1"
    )[0]
    told = ask("bill", row["master_bl"], "--store", embedded_world.url, "--json")
    found = json.loads(told.out)
    assert told.code == 0
    assert sum(t["boxes"] for t in found["totals"]) == len(found["boxes"]) == row["n"]
    boxes = found["totals"][0]["boxes"]
    for lang, words in (("zh", f"{boxes} 箱中"), ("en", f"of {boxes} boxes have arrived"), ("", "boxes have arrived")):
        said = ask("bill", row["master_bl"], "--store", embedded_world.url, "--lang", lang).out
        assert words in said
        assert all(box["container_no"] in said for box in found["boxes"])


def test_a_number_that_nobody_named_is_one_clear_line(embedded_world: Filled, ask: Ask) -> None:
    told = ask("bill", "NOBODYS1", "--store", embedded_world.url, "--lang", "en")
    assert (told.code, told.out) == (1, "NOBODYS1: no manifest in force names this bill or declaration. Check its number\n")
