"""Access lists are what the topic list says, and nothing more."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest
import yaml

from connectors.kafka.access import commands, grants, kafka_users, principals
from ops.cli.main import main
from schemas.topics import load_topics

TOPICS = load_topics().all
ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize("principal", principals(TOPICS))
def test_each_may_do_what_the_list_says_and_nothing_else(principal: str) -> None:
    found = {g.name: set(g.operations) for g in grants(TOPICS, principal) if g.resource == "topic"}
    for topic in TOPICS:
        operations = found.get(topic.name, set())
        assert ("Write" in operations) is (principal in topic.writers), topic.name
        assert ("Read" in operations) is (principal in topic.readers), topic.name


def test_a_port_writes_its_own_topics_and_reads_no_other_ports() -> None:
    for grant in grants(TOPICS, "port.qingdao"):
        assert "Write" not in grant.operations or grant.name.startswith("qingdao."), grant
        assert not grant.name.startswith(("rizhao.", "yantai.", "weihai.")), grant


def test_groups_of_the_platform_share_a_beginning_and_those_of_others_bear_their_name() -> None:
    groups = {g.principal: g.name for p in principals(TOPICS) for g in grants(TOPICS, p) if g.resource == "group"}
    assert groups["worker"] == groups["ops"] == groups["connector.customs"] == "yigangtong"
    assert groups["subscriber"] == "subscriber"


@pytest.mark.parametrize("principal", ["tower", "notify"])
def test_a_part_that_is_reached_from_outside_cannot_move_the_workers_offsets(principal: str) -> None:
    (group,) = [g.name for g in grants(TOPICS, principal) if g.resource == "group"]
    assert not "yigangtong".startswith(group)
    source = (ROOT / {"tower": "ops/api/feed.py", "notify": "ops/cli/notify.py"}[principal]).read_text("utf-8")
    assert f'"{group}"' in source, "the group that it reads as"


@pytest.mark.parametrize("principal", ["gateway", "canary"])
def test_what_only_sends_reads_nothing(principal: str) -> None:
    assert {operation for g in grants(TOPICS, principal) for operation in g.operations} == {"Write", "Describe"}


def test_every_grant_is_a_line_that_says_whom_what_and_where() -> None:
    found = grants(TOPICS, "worker")
    lines = commands(found, "kafka:9092").splitlines()
    assert len(lines) == len(found)
    begin = r"kafka-acls\.sh --bootstrap-server kafka:9092 --add --allow-principal User:worker"
    what = r"( --operation \w+)+ --(topic|group) \S+( --resource-pattern-type prefixed)?"
    assert all(re.fullmatch(begin + what, each) for each in lines)
    assert lines[-1].endswith("--group yigangtong --resource-pattern-type prefixed")


def test_a_strimzi_user_has_the_same_grants() -> None:
    found = [g for p in ("port.rizhao", "worker") for g in grants(TOPICS, p)]
    users = list(yaml.safe_load_all(kafka_users(found, "harbour")))
    assert [user["metadata"]["name"] for user in users] == ["port.rizhao", "worker"]
    assert {user["metadata"]["labels"]["strimzi.io/cluster"] for user in users} == {"harbour"}
    told = [
        (user["metadata"]["name"], acl["resource"]["type"], acl["resource"]["name"], tuple(acl["operations"]))
        for user in users for acl in user["spec"]["authorization"]["acls"]
    ]  # fmt: skip
    assert told == [tuple(grant) for grant in found]


def test_a_name_that_the_list_does_not_have_is_one_clear_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["yigangtong", "topics", "access", "--principal", "port.dalian"])
    with pytest.raises(SystemExit) as ended:
        main()
    said = capsys.readouterr()
    assert ended.value.code == 2
    assert "names no 'port.dalian'; it names canary" in said.err and said.err.count("\n") == 1
