"""The answer to a gate over HTTP: memory filled as the feed fills it, scope, contacts, evidence."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from ops.api.app import build
from ops.api.feed import Heard
from ops.api.login import Door
from ops.api.office import Office
from ops.api.people import APPLICANT, OPERATOR, PORT, VIEWER, Person, add_person, load_people
from ops.api.pulse import Pulse
from ops.clearance import texts
from ops.clearance.gate import Gate
from ops.clearance.memory import KEEP_LEFT_MS, Memory
from ops.clearance.texts import Contact, ContactsError, load_contacts
from schemas.codec import decode, encode
from schemas.examples import examples

NOW = 1_772_409_600_000
BOX = "CSQU3054383"
PASSWORD = "a long password"
UPDATE = examples("visit-update")["with-clearance"]


class NoStore:
    """The answer never asks the database."""

    def query(self, sql: str, params: Any = None) -> list[dict[str, Any]]:
        raise AssertionError(sql)


def heard(record: dict[str, Any], kind: str = "visit-update", at: int = NOW) -> Heard:
    read = decode(encode(kind, record))
    return Heard(kind, 0, read.get("container") or read.get("exception_id", ""), read, at, True)


def watermark(at: int = NOW) -> Heard:
    return heard({"kind": "WATERMARK", "container": "", "partition": 0, "watermark": at}, at=at)


def silence(state: str) -> Heard:
    alert = examples("alert")["raised"]
    return heard({**alert, "exception_id": "S1", "code": "SOURCE_SILENT", "subject": "qingdao.gate", "state": state}, "alert")


class Rig:
    def __init__(self, people: Path | None = None, contacts: dict[str, Contact] | None = None) -> None:
        self.memory, self.kept = Memory(), list[dict[str, Any]]()
        gate = Gate(self.memory, None, self.kept.append, contacts=contacts, clock=lambda: NOW / 1000)
        known = load_people(people) if people else None
        office = Office(NoStore(), lambda action: None, known)
        self.client = TestClient(build(office, Door(known, "secret"), Pulse(), gate))
        for each in (heard(UPDATE), watermark()):
            self.memory.hear(each)

    def ask(self, action: str = "gate-out", box: str = BOX, who: str = "", **more: str) -> dict[str, Any]:
        auth = (who, PASSWORD) if who else None
        answer = self.client.get(f"/api/v1/boxes/{box}/clearance", params={"action": action, **more}, auth=auth)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found


@pytest.fixture
def rig() -> Rig:
    return Rig(contacts={"shipper": Contact("1"), "shipper@qingdao": Contact("0532-0000000", "大厅")})


def test_a_gate_is_told_why_whom_to_call_and_where_to_drive(rig: Rig) -> None:
    told = rig.ask()
    assert (told["verdict"], told["code"], told["why"]) == ("DENY", "CUSTOMS_RELEASE", "NOT_DECLARED")
    assert "尚未申报" in told["reason_zh"] and "not declared" in told["reason_en"]
    assert "以海关指令为准" in told["prevails"]
    assert (told["owner"], told["phone"], told["desk"]) == ("shipper", "0532-0000000", "大厅")
    assert (told["port"], told["terminal"], told["lane"]) == ("qingdao", "QQCTU", "")
    assert (told["bills"], told["seals"], told["vessel_id"]) == (["SDIM0001"], ["S1"], "IMO:9399038")
    assert (told["as_of"], told["data_age_s"]) == ("2026-03-02T00:00:00Z", 0)


def test_the_decision_is_kept_as_it_was_given(rig: Rig) -> None:
    told = rig.ask()
    (kept,) = [decode(encode("clearance-decision", record)) for record in rig.kept]
    assert (kept["decision_id"], kept["verdict"], kept["code"]) == (told["decision_id"], "DENY", "CUSTOMS_RELEASE")
    assert (kept["asked_by"], kept["decided_at"], kept["as_of"], kept["data_age_ms"]) == ("local", NOW, NOW, 0)


def test_nothing_moves_by_what_nobody_knows_or_by_old_data_or_while_a_source_is_silent(rig: Rig) -> None:
    assert rig.ask(box="TGHU1234567")["code"] == "UNKNOWN_BOX"
    rig.memory.hear(silence("RAISED"))
    assert (rig.ask()["verdict"], rig.ask()["code"]) == ("REFER", "SOURCES_HEARD")
    rig.memory.hear(silence("RESOLVED"))
    assert rig.ask()["verdict"] == "DENY"
    rig.memory.hear(watermark(NOW - 10_001))
    assert (rig.ask()["verdict"], rig.ask()["code"]) == ("REFER", "STALE")


def test_the_last_update_counts_and_a_tombstone_forgets(rig: Rig) -> None:
    clear = {**UPDATE, "clearance": {**UPDATE["clearance"], "steps": [
        {**UPDATE["clearance"]["steps"][0], "verdict": "MAY", "missing": []}
    ]}}  # fmt: skip
    rig.memory.hear(heard(clear))
    assert rig.ask()["verdict"] == "ALLOW"
    rig.memory.hear(Heard("visit-update", 0, BOX, None, NOW, True))
    assert rig.ask()["verdict"] == "REFER"


def test_a_box_that_left_long_ago_is_forgotten_and_one_that_left_lately_is_not(rig: Rig) -> None:
    visit = {**UPDATE["visits"][0], "closed_at": NOW - KEEP_LEFT_MS - 1}
    rig.memory.hear(heard({**UPDATE, "clearance": None, "visits": [visit]}))
    assert rig.ask()["code"] == "LEFT"
    rig.memory._tidy()
    assert len(rig.memory) == 0
    rig.memory.hear(heard({**UPDATE, "clearance": None, "visits": [{**visit, "closed_at": NOW - 1}]}))
    rig.memory._tidy()
    assert len(rig.memory) == 1


def test_a_person_who_may_not_see_a_box_is_answered_as_if_nobody_knew_it(tmp_path: Path) -> None:
    file = tmp_path / "people.yaml"
    for person in (
        Person("gate-q", OPERATOR, PORT, "qingdao"), Person("gate-w", VIEWER, PORT, "weihai"),
        Person("own", VIEWER, APPLICANT, bills=("SDIM*",)), Person("other", VIEWER, APPLICANT, bills=("X1",)),
    ):  # fmt: skip
        add_person(file, person, PASSWORD)
    rig = Rig(file)
    codes = {who: rig.ask(who=who)["code"] for who in ("gate-q", "gate-w", "own", "other")}
    assert codes == {
        "gate-q": "CUSTOMS_RELEASE", "own": "CUSTOMS_RELEASE", "gate-w": "UNKNOWN_BOX", "other": "UNKNOWN_BOX",
    }  # fmt: skip
    assert rig.client.get(f"/api/v1/boxes/{BOX}/clearance", params={"action": "load"}).status_code == 401


def test_contacts_are_read_and_a_wrong_file_says_what_is_expected(tmp_path: Path) -> None:
    file = tmp_path / "contacts.yaml"
    file.write_text("customs@qingdao: {phone: 0532-1, desk: 查验科}\n", "utf-8")
    assert load_contacts(file) == {"customs@qingdao": Contact("0532-1", "查验科")}
    file.write_text("customs: {fax: 1}\n", "utf-8")
    with pytest.raises(ContactsError, match="phone and desk"):
        load_contacts(file)


def test_the_guide_shows_what_is_answered() -> None:
    guide = (Path(__file__).parents[3] / "docs" / "tower.md").read_text("utf-8")
    (shown,) = re.findall(r"^```json\n(.*?)^```", guide, re.M | re.S)
    told = Rig().ask(port="qingdao")
    expected = json.loads(shown)
    assert {name: told[name] for name in expected} == expected
    (besides,) = re.findall(r"^Besides: (.*?)\.", guide, re.M)
    assert {*expected, *re.findall(r"`(\w+)`", besides)} == set(told)
    (request,) = re.findall(r"^GET (/api/v1/boxes/\S+)$", guide, re.M)
    assert Rig().client.get(request).json()["code"] == "CUSTOMS_RELEASE"


def test_the_guide_names_every_code(tmp_path: Path) -> None:
    guide = (Path(__file__).parents[3] / "docs" / "tower.md").read_text("utf-8")
    codes = set(re.findall(r"`([A-Z_]+)`", guide[guide.index("| code | verdict") :]))
    assert set(texts._OWN) | {"EXPECTED", "CUT_OFF", "SOURCES_HEARD"} == codes - {"DENY", "REFER", "ALLOW"}
    file = tmp_path / "contacts.yaml"
    file.write_text(re.findall(r"^```yaml\n(.*?)^```", guide, re.M | re.S)[0], "utf-8")
    assert load_contacts(file)["customs@qingdao"].phone == "0532-0000000"


# -- what is counted ---------------------------------------------------------------------------------------------------


def test_answers_and_requests_are_counted_by_route_and_not_by_box(rig: Rig) -> None:
    verdict = rig.ask()["verdict"]
    rig.ask(box="OTHER")
    rig.client.get("/api/v1/nothing-here")
    text = rig.client.get("/metrics").text
    assert f'yigangtong_clearance_decisions_total{{action="gate-out",verdict="{verdict}"}}' in text
    route = 'yigangtong_api_requests_total{method="GET",route="/api/v1/boxes/{container}/clearance",status="200"} 2.0'
    assert route in text
    assert 'route="(none)",status="404"} 1.0' in text
    assert BOX not in text and "nothing-here" not in text
    assert "yigangtong_api_feed_age_seconds -1.0" in text
    assert "yigangtong_api_boxes 1.0" in text


def test_metrics_are_for_those_who_may_log_in(tmp_path: Path) -> None:
    people = tmp_path / "people.yaml"
    add_person(people, Person("prometheus", VIEWER, "group"), PASSWORD)
    client = Rig(people).client
    assert client.get("/metrics").status_code == 401
    assert client.get("/metrics", auth=("prometheus", PASSWORD)).status_code == 200
