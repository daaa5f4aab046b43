"""The inner loop of the agents, as it is imported (compiled where there is a compiler) and as its source reads."""

from __future__ import annotations

import importlib.util
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from streams.agents import assemble as imported
from streams.domain.evidence import GATE, Evidence, version_of

SOURCE = Path(imported.__file__).parent / "assemble.py"


def interpreted() -> ModuleType:
    loader = SourceFileLoader("assemble_interpreted", str(SOURCE))
    spec = importlib.util.spec_from_loader(loader.name, loader)
    assert spec is not None
    module = importlib.util.module_from_spec(spec)
    loader.exec_module(module)
    return module


@pytest.fixture(params=["imported", "interpreted"])
def way(request: pytest.FixtureRequest) -> Any:
    return imported if request.param == "imported" else interpreted()


def attributes(row: int) -> tuple[Any, ...]:
    """A value for each attribute of evidence, each different from all others."""
    numbers = {3: 1000 + row, 4: GATE, 8: 2000 + row, 9: 3000 + row, 37: 40 + row, 41: 50 + row, 42: 60 + row}
    return tuple(0.5 + row if place == 26 else numbers.get(place, f"{place}-{row}") for place in range(44))


def test_each_column_becomes_its_attribute(way: Any) -> None:
    table = [attributes(row) for row in range(4)]
    columns = [list(column) for column in zip(*table, strict=True)]
    assert [e.to_tuple() for e in way.assemble([0, 3, 1], *columns)] == [table[0], table[3], table[1]]


def test_identities_and_versions(way: Any) -> None:
    assert way.identities(["P", "Q"], ["S", "T"], ["E1", ""]) == ["P|S|E1", ""]
    given = [(1_772_409_600_000, 0xDEADBEEF, True), (0, 1, False)]
    assert way.versions(*map(list, zip(*given, strict=True))) == [version_of(*each) for each in given]


def test_what_one_event_tells_several_books_is_one_item_with_their_keys(way: Any) -> None:
    one, other = Evidence(*attributes(1)), Evidence(*attributes(2))
    told = way.told([one.readdressed("B", "X"), one.readdressed("B", "Y"), other, one.readdressed("C", "X")])
    assert [(values[0], values[1]) for values in told] == [("B", ["X", "Y"]), (other.book, [other.key]), ("C", ["X"])]
    assert [values[2:] for values in told] == [attributes(n)[2:] for n in (1, 2, 1)]


def test_a_retraction_is_not_taken_for_the_event_that_it_withdraws(way: Any) -> None:
    event = Evidence(*attributes(1))
    assert len(way.told([event, event.retraction(event.book, "X", event.version)])) == 2


def test_readdressed_items_differ_in_their_key_only(way: Any) -> None:
    items = way.readdressed(attributes(1), ["X", "Y"])
    assert [e.to_tuple() for e in items] == [(attributes(1)[0], key, *attributes(1)[2:]) for key in ("X", "Y")]


def test_an_older_writers_item_takes_the_defaults(way: Any) -> None:
    (item,) = way.readdressed(attributes(1)[:20], ["X"])
    assert (item.trade, item.ef, item.packages, item.goods) == (attributes(1)[19], "", 0, "")
