"""The policy on topics and schemas: each rule here is one that a careless edit would break."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from schemas import codec, registry, rules
from schemas.errors import EncodeError, SchemaError
from schemas.examples import ENCODE, HERE, Counterexample, counterexamples, examples
from schemas.reference import load_reference
from schemas.topics import Topic, load_topics
from schemas.validate import validate

TOPICS = load_topics()
NAMES = TOPICS.by_name()
EACH_TOPIC = pytest.mark.parametrize("topic", TOPICS.all, ids=lambda t: t.name)
EXAMPLES = [(kind, name, record) for kind in registry.kinds() for name, record in examples(kind).items()]
COUNTEREXAMPLES = [(kind, name, c) for kind in registry.kinds() for name, c in counterexamples(kind).items()]


def test_the_list_holds_every_topic_of_the_design() -> None:
    ports = ("qingdao", "rizhao", "yantai", "weihai")
    kinds = ("manifest", "gate", "berth", "release", "control")
    outputs = ("arrival-reports.v1", "visit-updates.v1", "alerts.v1", "clearance-decisions.v1")
    shared = ("facts.v1", "operator-actions.v1", *outputs)
    dead = [f"dead-letters.{kind}.v1" for kind in (*kinds, "facts", "operator-action", "arrival-report")]
    assert set(NAMES) == {f"{p}.{k}.v1" for p in ports for k in kinds} | {*shared, *dead, "books-changelog"}


@EACH_TOPIC
def test_every_topic_has_an_owner_a_key_writers_readers_and_both_descriptions(topic: Topic) -> None:
    assert all((topic.owner, topic.key, topic.writers, topic.readers, topic.zh, topic.en))


@EACH_TOPIC
def test_every_topic_has_a_published_schema_with_examples(topic: Topic) -> None:
    if topic.role == "changelog":
        assert topic.kind == ""
        return
    assert topic.kind in registry.kinds()
    assert examples(topic.kind)


def test_no_schema_is_unused() -> None:
    assert {t.kind for t in TOPICS if t.kind} == set(registry.kinds())


def test_no_example_belongs_to_an_unknown_kind() -> None:
    for base in ("examples", "counterexamples"):
        folders = {path.name for path in (HERE / base).iterdir()}
        assert folders == set(registry.kinds()), base
        assert {path.suffix for path in (HERE / base).rglob("*") if path.is_file()} == {".json"}


@EACH_TOPIC
def test_all_topics_have_the_same_number_of_partitions(topic: Topic) -> None:
    assert topic.partitions == 4
    assert TOPICS.with_partitions(12).by_name()[topic.name].partitions == 12


@pytest.mark.parametrize(("replicas", "in_sync"), [(1, "1"), (2, "1"), (3, "2")])
@EACH_TOPIC
def test_one_copy_may_be_away_and_no_more(topic: Topic, replicas: int, in_sync: str) -> None:
    copied = TOPICS.with_replicas(replicas).by_name()[topic.name]
    assert copied.config == {**topic.config, "min.insync.replicas": in_sync}


@EACH_TOPIC
def test_event_time_is_in_the_envelope_so_the_log_keeps_append_time(topic: Topic) -> None:
    assert topic.config["message.timestamp.type"] == "LogAppendTime"
    assert topic.config["cleanup.policy"] == ("compact" if topic.compacted else "delete")
    assert topic.config["retention.ms"] == str(topic.retention_ms)


@EACH_TOPIC
def test_what_a_worker_reads_has_a_dead_letter_topic_as_large_and_as_long(topic: Topic) -> None:
    if "worker" not in topic.readers or topic.role == "changelog":
        return
    dead = TOPICS.dead_letters(topic.kind)
    assert dead.partitions >= topic.partitions
    assert dead.retention_ms >= topic.retention_ms
    assert dead.max_bytes >= topic.max_bytes + 100_000  # it holds the record whole, and the reason


def test_forwarding_a_record_never_makes_it_too_large() -> None:
    assert NAMES["facts.v1"].max_bytes >= max(t.max_bytes for t in TOPICS.source_topics()) + 100_000


@EACH_TOPIC
def test_a_port_writes_only_its_own_topics(topic: Topic) -> None:
    ports = {w for w in topic.writers if w.startswith("port.")}
    assert ports == ({f"port.{topic.port}"} if topic.port else set())
    assert topic.port in ("", *load_reference().seaports)


def test_only_workers_write_internal_topics_and_dead_letters() -> None:
    for topic in TOPICS:
        if topic.role in ("internal", "dead-letter", "changelog", "output"):
            # what gates are answered is the tower's to write, and nobody derives anything from it
            writer = "tower" if topic.name == "clearance-decisions.v1" else "worker"
            assert topic.writers == (writer,), topic.name


def test_source_topics_are_those_that_intake_accounts_for() -> None:
    assert len(TOPICS.source_topics()) == 21
    assert {t.name for t in TOPICS.source_topics("gate")} == {f"{p}.gate.v1" for p in load_reference().seaports}
    assert {"facts.v1", "arrival-reports.v1"} <= {t.name for t in TOPICS.read_by("worker")}


def test_an_unknown_kind_has_no_dead_letter_topic_and_no_topic_may_have_no_partition() -> None:
    with pytest.raises(SchemaError, match="no dead-letter topic"):
        TOPICS.dead_letters("weather")
    with pytest.raises(SchemaError, match="at least 1"):
        TOPICS.with_partitions(0)
    with pytest.raises(SchemaError, match="at least 1"):
        TOPICS.with_replicas(0)


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        ("- {name: a.v1, role: source}", "a.v1 lacks a proper en, key, owner"),
        ("- {name: a.v1, role: cellar, owner: o, writers: [], readers: [], key: k, retention_days: 1, zh: z, en: e}",
         "roles are source"),
        ("- &t {name: a.v1, role: source, owner: o, writers: [], readers: [], key: k, retention_days: 1, zh: z,"
         + " en: e}\n  - *t", "a.v1 stands twice"),
    ],
)  # fmt: skip
def test_an_incomplete_list_is_refused_with_the_topic_named(tmp_path: Path, entry: str, words: str) -> None:
    file = tmp_path / "topics.yaml"
    file.write_text(f'partitions: 4\nconfig: {{max.message.bytes: "1"}}\ntopics:\n  {entry}\n', "utf-8")
    with pytest.raises(SchemaError, match=words):
        load_topics(file)


@pytest.mark.parametrize(("kind", "name", "record"), EXAMPLES, ids=lambda v: v if isinstance(v, str) else "")
def test_every_example_is_valid_and_survives_the_wire(kind: str, name: str, record: dict[str, object]) -> None:
    assert validate(kind, record) == []
    decoded = codec.decode(codec.encode(kind, record), kind)
    assert {field: decoded[field] for field in record if field != "visits"} == {
        field: value for field, value in record.items() if field != "visits"
    }


@pytest.mark.parametrize(("kind", "name", "counter"), COUNTEREXAMPLES, ids=lambda v: v if isinstance(v, str) else "")
def test_every_counterexample_is_refused_for_the_reason_it_states(
    kind: str, name: str, counter: Counterexample
) -> None:
    if counter.code == ENCODE:
        with pytest.raises(EncodeError) as refused:
            codec.encode(kind, counter.record)
        assert refused.value.field == counter.field
    else:
        problem = validate(kind, codec.decode(codec.encode(kind, counter.record)))[0]
        assert (problem.code, problem.field) == (counter.code, counter.field)


def test_there_is_an_example_of_every_variant_in_the_model() -> None:
    def seen(kind: str, field: str) -> set[object]:
        return {record.get(field) for record in examples(kind).values()}

    def documented(kind: str, field: str) -> set[str]:
        doc = next(f["doc"] for f in registry.latest(kind).declared["fields"] if f["name"] == field)
        return set(re.findall(r"\b[A-Z_]{2,}\b", doc)) - {"VGM", "DCSA"}

    for kind, field in [
        ("manifest", "manifest_kind"), ("gate", "purpose"), ("gate", "mode"), ("berth", "service"), ("berth", "phase"),
        ("berth", "call_event"), ("release", "stage"), ("release", "action"), ("release", "authority"),
        ("facts", "kind"), ("operator-action", "action"),
    ]:  # fmt: skip
        assert documented(kind, field) <= seen(kind, field), (kind, field)
    assert {"DISC", "LOAD", "SHIF"} <= seen("berth", "move")
    for kind, types in rules.NEEDED.items():
        assert set(types) == seen(kind, "event_type"), kind
