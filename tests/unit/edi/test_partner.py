"""Partner profiles: who sends what, when, and clear words for a profile that makes no sense."""

from __future__ import annotations

from pathlib import Path

import pytest

from connectors.edi import PartnerError, Partners, Profile, collect, load_partners, read
from schemas.reference import load_reference
from tests.unit.edi.building import GATE_BOX, interchange, message, text


def write(folder: Path, body: str) -> Path:
    path = folder / "partners.yaml"
    path.write_text(body, encoding="utf-8")
    return path


def test_the_profiles_of_the_project_name_ports_and_terminals_of_the_reference_data() -> None:
    reference = load_reference()
    partners = load_partners()
    for sender in ("YTPORT", "WHPORT", "QQCTU"):
        profile = partners.find(sender, 0)
        assert profile is not None
        assert (profile.port, profile.terminal) in reference.terminals
        assert profile.offset_min == 480


def test_an_unknown_sender_is_refused_unless_the_port_is_named() -> None:
    data = interchange(message(GATE_BOX), sender="NOBODY")
    (error,) = collect(read(data)).errors
    assert (error.code, error.value, error.message) == ("UNKNOWN_SENDER", "NOBODY", "1")
    (event,) = collect(read(data, port="yantai")).events
    assert (event.port, event.record["source_party"], event.record["source_system"]) == ("yantai", "NOBODY", "EDI")
    assert event.record["quality_flags"] == ["SENDER_NOT_LISTED"]


def test_a_known_sender_keeps_its_port_whatever_port_is_named() -> None:
    (event,) = collect(read(interchange(message(GATE_BOX)), port="qingdao")).events
    assert event.port == "yantai"


def test_a_port_that_is_none_of_the_platforms_is_a_clear_error() -> None:
    with pytest.raises(PartnerError, match="'shanghai'; expected one of qingdao, rizhao, yantai, weihai"):
        collect(read(b"x", port="shanghai"))


def test_a_bare_message_goes_by_its_message_sender() -> None:
    (event,) = collect(read(text(message(GATE_BOX)))).events
    assert event.record["source_party"] == "YPCT"


def test_the_profile_in_force_at_the_documents_time_counts(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        """
partners:
  - {sender: YTPORT, party: OLD, port: yantai, valid_until: 2026-11-24}
  - {sender: YTPORT, party: NEW, port: yantai, valid_from: 2026-11-24}
""",
    )
    partners = load_partners(path)
    for made, party in (("261123:2359", "OLD"), ("261124:0000", "NEW")):
        (event,) = collect(read(interchange(message(GATE_BOX, made=""), made=made), partners=partners)).events
        assert event.record["source_party"] == party


def test_a_sender_whose_profile_has_ended_is_refused_with_the_reason() -> None:
    partners = Partners([Profile("YTPORT", "YPCT", "yantai", valid_until=1)])
    (error,) = collect(read(interchange(message(GATE_BOX)), partners=partners)).errors
    assert error.code == "UNKNOWN_SENDER" and "in force" in error.en


def test_the_charset_of_the_sender_counts_where_the_bytes_are_not_utf_8() -> None:
    data = interchange(message([*GATE_BOX[:-1], "TDT+1++3+31++++Á1234"])).decode().encode("latin-1")
    partners = Partners([Profile("YTPORT", "YPCT", "yantai", charset="latin-1")])
    (event,) = collect(read(data, partners=partners)).events
    assert event.record["truck_plate"] == "Á1234"


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ("{party: X, port: yantai}", "needs a sender"),
        ("{sender: A, port: yantai}", "partner A: party must be given"),
        ("{sender: A, party: X, port: busan}", "partner A: port is 'busan'; expected one of qingdao"),
        ("{sender: A, party: X, port: yantai, colour: red}", "unknown key colour"),
        ("{sender: A, party: X, port: yantai, time_zone: Beijing}", "expected an offset such as [+]08:00"),
        ("{sender: A, party: X, port: yantai, valid_from: soon}", "valid_from is 'soon'; expected a date"),
        ("{sender: A, party: X, port: yantai, charset: runes}", "runes"),
        ("{sender: A, party: X, port: yantai}\n  - {sender: A, party: Y, port: yantai}", "two profiles are in force"),
    ],
)  # fmt: skip
def test_a_profile_that_makes_no_sense_says_where_and_what(tmp_path: Path, entry: str, said: str) -> None:
    with pytest.raises(PartnerError, match=said):
        load_partners(write(tmp_path, f"partners:\n  - {entry}\n"))


@pytest.mark.parametrize("body", ["partners: [", "other: 1", "- x"])
def test_a_file_that_holds_no_profiles_is_a_clear_error(tmp_path: Path, body: str) -> None:
    with pytest.raises(PartnerError, match=r"partners\.yaml"):
        load_partners(write(tmp_path, body))
