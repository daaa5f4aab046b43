"""The message tables hold together: every rule reads elements that exist, every field is one of its event."""

from __future__ import annotations

import pytest

from connectors.edi.tables import COMPANIONS, Table, code_lists, tables
from connectors.edi.templates import TableError, element_id, parse, place_of, read_yaml
from connectors.edi.values import MADE_OF, MAKERS
from schemas.registry import latest
from schemas.rules import NEEDED

TABLES = tables()
every_table = pytest.mark.parametrize("table", TABLES.values(), ids=list(TABLES))


@every_table
def test_every_field_of_an_event_is_in_its_schema_and_has_a_rule(table: Table) -> None:
    raw = {rule.field for rule in (*table.head_rules, *table.box_rules, *table.item_rules)}
    for target in table.becomes:
        assert set(target.fields) <= set(latest(target.kind).fields), target
        for field in target.fields:
            assert set(MADE_OF.get(field, (field,))) & raw, (target.event, field)
        assert {name for names in target.time.values() for name in names} <= raw


@every_table
def test_an_event_can_have_all_that_the_platform_asks_of_its_type(table: Table) -> None:
    for target in table.becomes:
        subject, more = NEEDED[target.kind][target.event]
        given = {*target.fields, *target.constants, "vessel_id", "container_no", "move"}
        assert set(subject + more) <= given, target.event


@every_table
def test_what_is_read_is_used(table: Table) -> None:
    if not table.becomes:
        return  # an answer to us, read by code
    used = {
        "document_code", "document", "function", "about", "prepared", "sender", "vessel_no", "vessel_list", "vessel_name",
        "voyage", "port_call_id", "equipment", "container_no", "status", "locode", "terminal", "handling", table.here,
    }  # fmt: skip
    for target in table.becomes:
        used |= {raw for field in target.fields for raw in MADE_OF.get(field, (field,))}
        used |= {name for names in target.time.values() for name in names}
        used |= {raw for choice in target.prefer.values() for names in choice.values() for raw in names}
    for rule in (*table.head_rules, *table.box_rules, *table.item_rules):
        known = rule.field in used or rule.field in COMPANIONS or rule.field.startswith("!")
        assert known or rule.text in _common(), (table.message, rule.text)


def _common() -> set[str]:
    return {entry for part in read_yaml("common").values() for entry in part if isinstance(entry, str)}


@every_table
def test_every_table_says_what_it_is_in_both_languages_and_by_which_source(table: Table) -> None:
    assert table.en and table.zh and table.source
    assert all(ord(char) < 128 for char in table.en)


#: Tag -> its qualifiers: element, list.
QUALIFIED = {
    "DTM": ((1, "2005"),), "LOC": ((1, "3227"),), "RFF": ((1, "1153"),), "NAD": ((1, "3035"),), "FTX": ((1, "4451"),),
    "TDT": ((1, "8051"),), "MEA": ((1, "6311"), (2, "6313")),
}  # fmt: skip


def test_every_qualifier_of_a_rule_has_a_meaning_and_every_meaning_a_rule() -> None:
    used: dict[str, set[str]] = {}
    for table in TABLES.values():
        for rule in (*table.head_rules, *table.box_rules, *table.item_rules):
            for element, number in QUALIFIED.get(rule.tag, ()):
                for at, part, allowed in rule.needs:
                    if (at, part) == (element, 0):
                        used.setdefault(number, set()).update(allowed - {""})
    assert used == {number: set(meanings) for number, meanings in read_yaml("qualifiers").items()}


def test_every_code_list_has_a_source() -> None:
    assert all(entry.source for entry in code_lists().values())


def test_every_maker_is_of_a_field_of_some_event() -> None:
    known = {field for kind in ("gate", "berth", "manifest", "release") for field in latest(kind).fields}
    assert set(MAKERS) <= known


@pytest.mark.parametrize(
    ("text", "said"),
    [("XYZ+1+{a}", "XYZ is not in segments.yaml"), ("LOC+9", "names no field"), ("LOC+9+{a}:::::{b}", "no component 6")],
)  # fmt: skip
def test_a_rule_that_cannot_hold_is_refused_with_its_words(text: str, said: str) -> None:
    with pytest.raises(TableError, match=said):
        parse(text)


@pytest.mark.parametrize(
    ("tag", "element", "part", "name"),
    [("EQD", 2, 0, "EQD C237/8260"), ("DTM", 1, 1, "DTM C507/2380"), ("UNT", 2, 0, "UNT 0062"), ("LOC", 3, 0, "LOC C519/3223")],
)  # fmt: skip
def test_a_place_in_a_segment_has_a_name_by_which_it_is_found(tag: str, element: int, part: int, name: str) -> None:
    assert element_id(tag, element, part) == name
    assert place_of(name) == (element, part + 1 if "/" in name else 0)
