"""What every way of carrying messages promises: folders, and topics of a real Kafka."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple
from uuid import uuid4

import pytest
from kafka.admin import KafkaAdminClient

from connectors.customs.kafka_post import KafkaSource, KafkaTarget
from connectors.customs.post import FolderPost, Letter, Source, Target
from connectors.kafka.errors import KafkaProblem
from connectors.kafka.local import LocalKafka, local_kafka
from connectors.kafka.producer import Publisher


class Way(NamedTuple):
    """One way there: ``source`` starts a reader anew, as after a crash; ``topic`` is where letters must be addressed to."""

    target: Target
    source: Callable[[], Source]
    topic: str


@pytest.fixture(scope="session")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalKafka]:
    try:
        with local_kafka(tmp_path_factory.mktemp("kafka")) as running:
            yield running
    except KafkaProblem as problem:
        pytest.skip(str(problem))


@pytest.fixture(params=["folder", pytest.param("kafka", marks=pytest.mark.integration)])
def way(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Way]:
    if request.param == "folder":
        yield Way(FolderPost.of_platform(tmp_path), lambda: FolderPost.of_customs(tmp_path), "")
        return
    bootstrap = request.getfixturevalue("broker").bootstrap
    topic = f"letters-{uuid4().hex[:8]}"
    admin = KafkaAdminClient(bootstrap_servers=bootstrap)
    admin.create_topics({topic: {"num_partitions": 1, "replication_factor": 1}}, wait_for_metadata=True)
    admin.close()
    started: list[KafkaSource] = []

    def source() -> KafkaSource:
        while started:
            started.pop().close()
        started.append(KafkaSource(bootstrap, topic, topic))
        return started[0]

    yield Way(KafkaTarget(Publisher(bootstrap)), source, topic)
    for each in started:
        each.close()


def letters(way: Way, *names: str) -> list[Letter]:
    return [Letter(f"{name}.xml", name.encode(), way.topic, "one key") for name in names]


def taken(source: Source, count: int) -> list[Letter]:
    """The next letters, and not one more."""
    found: list[Letter] = []
    end = time.monotonic() + 30
    while len(found) < count:
        assert time.monotonic() < end, found
        found += source.take()
    assert source.take() == [] and len(found) == count
    return found


def contents(found: list[Letter]) -> list[bytes]:
    return [letter.content for letter in found]


def test_letters_arrive_whole_and_in_order(way: Way) -> None:
    source = way.source()
    big = Letter("big.xml", b"x" * 500_000, way.topic, "one key")
    way.target.put([*letters(way, "a"), big, *letters(way, "b")])
    assert sorted(contents(taken(source, 3)), key=len) == [b"a", b"b", big.content]


def test_nothing_to_put_and_nothing_to_take(way: Way) -> None:
    way.target.put([])
    assert way.source().take() == []


def test_a_letter_is_taken_once_and_again_after_a_crash_until_it_is_settled(way: Way) -> None:
    way.target.put(letters(way, "a", "b"))
    first = taken(way.source(), 2)
    second = way.source()
    again = taken(second, 2)
    assert again == first
    second.settle(again)
    third = way.source()
    way.target.put(letters(way, "c"))
    assert contents(taken(third, 1)) == [b"c"]


def test_one_settled_before_another_that_came_earlier_does_not_take_that_one_along(way: Way) -> None:
    way.target.put(letters(way, "a", "b"))
    source = way.source()
    b = max(taken(source, 2), key=lambda letter: letter.content)
    source.settle([b], "cannot be read")
    source = way.source()
    found = {letter.content: letter for letter in taken_until(source, b"a")}
    source.settle(list(found.values()))
    way.target.put(letters(way, "c"))
    assert contents(taken(way.source(), 1)) == [b"c"]


def taken_until(source: Source, content: bytes) -> list[Letter]:
    """All that comes, at least this one; a topic may bring along what was settled behind it."""
    found: list[Letter] = []
    end = time.monotonic() + 30
    while content not in contents(found):
        assert time.monotonic() < end, found
        found += source.take()
    return [*found, *source.take()]


def test_settling_twice_does_no_harm(way: Way) -> None:
    way.target.put(letters(way, "a"))
    source = way.source()
    found = taken(source, 1)
    source.settle(found)
    source.settle(found)
    way.target.put(letters(way, "b"))
    assert contents(taken(source, 1)) == [b"b"]


# -- what only folders promise -----------------------------------------------------------------------------------------


def test_half_a_file_is_never_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    writer, reader = FolderPost.of_platform(tmp_path), FolderPost.of_customs(tmp_path)
    monkeypatch.setattr("os.fsync", lambda _: (_ for _ in ()).throw(OSError(28, "No space left on device")))
    with pytest.raises(OSError, match="No space"):
        writer.put([Letter("a.xml", b"whole")])
    assert reader.take() == []


def test_a_name_cannot_lead_out_of_the_folder_or_hide_the_file(tmp_path: Path) -> None:
    FolderPost.of_platform(tmp_path / "box").put([Letter("../../evil.xml", b"1"), Letter(".hidden", b"2")])
    assert sorted(file.name for file in (tmp_path / "box" / "out").iterdir()) == ["_._.._evil.xml", "_hidden"]
    assert len(FolderPost.of_customs(tmp_path / "box").take()) == 2


def test_settled_files_keep_their_content_and_a_problem_its_reason(tmp_path: Path) -> None:
    writer, reader = FolderPost.of_platform(tmp_path), FolderPost.of_customs(tmp_path)
    for content in (b"1", b"2"):
        writer.put([Letter("a.xml", content)])
        reader.settle(reader.take())
    writer.put([Letter("b.xml", b"3")])
    reader.settle(reader.take(), "not ours")
    kept = {f.relative_to(tmp_path / "customs").as_posix(): f.read_text() for f in (tmp_path / "customs").rglob("*.*")}
    assert kept == {"done/a.xml": "1", "done/a.xml.2": "2", "failed/b.xml": "3", "failed/b.xml.reason.txt": "not ours\n"}
