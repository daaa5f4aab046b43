"""A profile is data: replaced without code, and refused with the place of what is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from connectors.customs.messages import Messages
from connectors.customs.profile import DRAFT, ProfileProblem, load_profile, parse_profile
from connectors.customs.sites import SitesProblem, load_sites
from tests.unit.customs.office import SITES, record

TEXT = DRAFT.read_text(encoding="utf-8")


def test_the_draft_calls_itself_unverified() -> None:
    profile = load_profile()
    assert not profile.verified
    assert "unverified" in profile.title
    assert TEXT.startswith("# UNVERIFIED")


def test_another_profile_changes_what_is_written_and_read_without_code() -> None:
    other = parse_profile(
        TEXT.replace("verified: false", "verified: true").replace("UnloadingLocation/ID", "PlaceOfUnloading/Code")
    )
    messages = Messages(other, SITES)
    content = messages.write(record())
    assert b"<Code>CNWEITEST01/4204</Code>" in content
    assert b"unverified" not in content
    assert messages.read(content)["place_code"] == "CNWEITEST01/4204"


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("type: an..64", "type: text", r"MT3101 feeder variant.*Head/MessageID: type 'text'; expected n4"),
        ("field: voyage", "field: colour", r"JourneyID: field 'colour'; expected one of"),
        ("need: C", "need: maybe", r"need is M or C"),
        ("format: imo", "format: lloyd", r"format 'lloyd'; expected date, time or imo"),
        (", format: date", "", r"arrived_at is a time: give format"),
        ("constant: '1', type: n1", "constant: '12', type: n1", r"TypeCode: a constant or code does not fit"),
        ("field: voyage,", "field: voyage, constant: X,", r"give a field or a constant"),
        ("pattern: '[23]'", "pattern: '[23'", r"FunctionCode: pattern '\[23' is no regular expression"),
        ("JourneyID, field: voyage", "TypeCode, field: voyage", r"this path stands there twice"),
        ("mark: S", "mark: S, colour: red", r"unknown field `colour`"),
        ("'03': REJECT", "'03': PERHAPS", r"means 'PERHAPS'; expected one of TAKEN, ACK, REJECT"),
        ("kind: BUSINESS", "kind: FAILED", r"receipts need one table for each of"),
        ("field: ref_message_id", "field: receipt_id", r"a receipt needs ref_message_id"),
        ("verified: false", "", r"verified"),
        (TEXT, "- just a list", r"not a profile"),
        (TEXT, "a: [", r"profile: "),
    ],
)
def test_a_wrong_profile_is_refused_with_table_path_and_rule(old: str, new: str, says: str) -> None:
    assert old in TEXT
    with pytest.raises(ProfileProblem, match=says):
        parse_profile(TEXT.replace(old, new))


def test_sites_are_read_from_a_table(tmp_path: Path) -> None:
    file = tmp_path / "sites.csv"
    file.write_text("port,terminal,place_code,sender_id\nweihai,00001,CNWEITEST01/4204,4204TESTSITE1\n")
    site = load_sites(file).of_terminal("weihai", "00001")
    assert site is not None and (site.place_code, site.district) == ("CNWEITEST01/4204", "4204")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("port;terminal\n", "the first line must be port,terminal,place_code,sender_id"),
        ("port,terminal,place_code,sender_id\nweihai,00001,,X\n", "line 2: expected"),
        ("port,terminal,place_code,sender_id\na,1,P/1,X\na,1,P/2,X\n", "stands there twice"),
    ],
)
def test_a_wrong_sites_file_is_refused(tmp_path: Path, text: str, says: str) -> None:
    file = tmp_path / "sites.csv"
    file.write_text(text)
    with pytest.raises(SitesProblem, match=says):
        load_sites(file)
