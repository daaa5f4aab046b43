"""Reports as XML, there and back: what fits is the same afterwards, what does not is refused by path, value and rule."""

from __future__ import annotations

from typing import Any

import pytest

from connectors.customs.document import DocumentProblem
from connectors.customs.messages import Messages
from connectors.customs.sites import Sites
from tests.unit.customs.office import PROFILE, SITES, feeder, record

MESSAGES = Messages(PROFILE, SITES)
DAY_MS = 86_400_000


def of(kind: str) -> dict[str, Any]:
    return record(message_type=kind, house="HBL1", size_type="20GP", ef="E")


@pytest.mark.parametrize("kind", ["MT3101", "MT3102", "MT5101"])
@pytest.mark.parametrize("function", ["2", "3"])
def test_what_a_report_says_is_read_back(kind: str, function: str) -> None:
    told = {**of(kind), "function": function}
    said = MESSAGES.read(MESSAGES.write(told))
    same = {"message_id", "message_type", "function", "container", "bill", "house", "vessel_id", "voyage", "district",
            "size_type", "ef", "sent_at"}  # fmt: skip
    assert {name: said[name] for name in same} == {name: told[name] for name in same}
    assert (said["vessel_name"], said["place_code"]) == ("MSC BETTINA", "CNWEITEST01/4204")
    assert said["sender_id"] == "4204TESTSITE1"
    assert 0 <= told["arrived_at"] - said["arrived_at"] < DAY_MS  # customs is told the day


def test_a_feeder_report_fills_the_feeder_field_set_only() -> None:
    content = MESSAGES.write(feeder(house="HBL1"))
    said = MESSAGES.read(content)
    assert said.keys() == {
        "sender_id", "message_id", "function", "message_type", "district", "sent_at", "route_flag",
        "domestic_vessel_name", "domestic_voyage", "bill", "house", "container",
    }  # fmt: skip
    assert (said["route_flag"], said["domestic_vessel_name"], said["domestic_voyage"]) == ("支线", "鲁支1", "F118E")
    for absent in (b"BorderTransportMeans", b"UnloadingLocation", b"FullnessCode"):
        assert absent not in content


def test_the_document_is_as_the_field_list_says() -> None:
    text = MESSAGES.write(record(arrived_at=1_794_931_200_000)).decode()  # 2026-11-18 00:00 in Beijing, the 17th in UTC
    for line in (
        "<FunctionCode>2</FunctionCode>", "<MessageType>MT3101</MessageType>", "<SendTime>20261118190700123</SendTime>",
        "<Version>1.0</Version>", "<DeclarationOfficeID>4204</DeclarationOfficeID>", "<ID>UN9399038</ID>",
        "<ID>CNWEITEST01/4204</ID>", "<ArrivalDate>20261118</ArrivalDate>", "<FullnessCode>5</FullnessCode>",
    ):  # fmt: skip
        assert text.count(line) == 1, line
    assert text.count("<Consignment>") == text.count("<TransportEquipment>") == 1
    assert "unverified 未经核实" in text


def test_equal_reports_are_equal_bytes() -> None:
    assert MESSAGES.write(record(version=7)) == MESSAGES.write(record(version=8, evidence=[]))


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"district": "42"}, r"Head/ReceiverID: district is '42'; expected exactly 4 digits"),
        ({"district": "42A4"}, r"ReceiverID: district is '42A4'; expected digits only"),
        ({"voyage": ""}, r"BorderTransportMeans/JourneyID: voyage is empty"),
        ({"voyage": "X" * 18}, r"JourneyID: voyage is 'X{18}'; expected at most 17"),
        ({"bill": "A\nB"}, r"TransportContractDocument/ID: bill is 'A\\nB'; expected printable"),
        ({"vessel_id": "CNSHIP:P202400002"}, r"BorderTransportMeans/ID: vessel_id is 'CNSHIP:P202400002'; expected a vessel"),
        ({"function": "5"}, r"FunctionCode: function is '5'; expected 2 \(add\) or 3 \(delete\)"),
        ({"ef": "X"}, r"FullnessCode: ef is 'X'; expected one of E, F"),
        ({"arrived_at": 0}, r"ArrivalDate: arrived_at is 0; expected a time"),
        ({"message_id": "../M1"}, r"Head/MessageID: message_id is '../M1'"),
        ({"message_type": "MT9101"}, r"message type is 'MT9101'; mt-draft \(unverified 未经核实\) has MT3101"),
    ],
)
def test_a_value_that_does_not_fit_is_named_with_path_value_and_rule(changes: dict[str, Any], says: str) -> None:
    with pytest.raises(DocumentProblem, match=says):
        MESSAGES.write(record(**changes))


def test_a_place_without_a_registered_site_number_is_refused_and_says_what_to_do() -> None:
    with pytest.raises(DocumentProblem, match=r"UnloadingLocation/ID: place_code is 'CNWEI/4204'.*sites file"):
        Messages(PROFILE, Sites()).write(record())


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("<TypeCode>1</TypeCode>", "<TypeCode>2</TypeCode>", r"TypeCode is '2'; expected 1"),
        ("<TypeCode>1</TypeCode>", "", r"TypeCode is missing"),
        ("<TypeCode>1</TypeCode>", "<TypeCode>1</TypeCode><TypeCode>1</TypeCode>", r"TypeCode stands there twice"),
        ("<TypeCode>1</TypeCode>", "<TypeCode>1</TypeCode><Extra>1</Extra>", r"Extra is '1'; expected no such element"),
        ("UN9399038", "XX9399038", r"BorderTransportMeans/ID is 'XX9399038'; expected \"UN\" and seven digits"),
        ("20261118190700123", "20261318190700123", r"SendTime is '20261318190700123'; expected a time YYYY"),
        ("20261118190700123", "2026-11-18", r"SendTime is '2026-11-18'; expected digits only"),
        ("<FullnessCode>5", "<FullnessCode>7", r"FullnessCode is '7'; expected one of 4, 5"),
        ("<SenderID>4204TESTSITE1", "<SenderID>4204TESTSITE9", r"another element says '4204TESTSITE1'"),
        ("MT3101", "MT4101", r"this is 'MT4101'; mt-draft"),
        ("</MFTMessage>", "", r"not well-formed"),
    ],
)
def test_reading_is_as_strict_as_writing(old: str, new: str, says: str) -> None:
    text = MESSAGES.write(record()).decode()
    assert old in text
    with pytest.raises(DocumentProblem, match=says):
        MESSAGES.read(text.replace(old, new).encode())


def test_the_other_side_learns_the_terminal_from_the_place_and_for_a_feeder_from_the_only_site_of_the_office() -> None:
    assert MESSAGES.report(MESSAGES.write(record())).case == ("CSQU3054383", "QDBL0000001", "IMO:9399038", "2103W", "00001",
                                                              "MT3101")  # fmt: skip
    said = MESSAGES.report(MESSAGES.write(feeder()))
    assert (said.vessel_id, said.voyage, said.port, said.terminal_code) == ("NAME:鲁支1", "F118E", "qingdao", "QQCTU")
