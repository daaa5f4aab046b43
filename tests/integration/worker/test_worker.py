"""The Faust side against a real broker, with a counting engine."""

from __future__ import annotations

import asyncio
import contextlib

from aiokafka import AIOKafkaProducer

from .conftest import PARTITIONS, Cluster, until
from .counting import CountingEngine


def all_records(ends: dict[tuple[str, int], int]) -> set[tuple[str, int, int]]:
    return {(topic, partition, offset) for (topic, partition), end in ends.items() for offset in range(end)}


async def produce_everywhere(cluster: Cluster, count: int) -> None:
    for names in cluster.topics.values():
        for name in names:
            await cluster.produce(name, count)


async def test_every_record_is_ingested_once_and_committed(cluster: Cluster) -> None:
    worker = await cluster.worker()
    await produce_everywhere(cluster, 500)
    await until(lambda: len(worker.engine.inserted) >= 1500, "all records inserted")
    ends = await cluster.offsets("end")
    assert sorted(worker.engine.inserted) == sorted(all_records(ends))
    await worker.stop()
    assert await cluster.offsets("committed") == ends


async def test_nothing_is_committed_while_the_store_is_down(cluster: Cluster) -> None:
    worker = await cluster.worker()
    worker.engine.store_down = True
    await produce_everywhere(cluster, 100)
    await until(lambda: sum(map(len, worker.engine.state.values())) == 300, "all records in the state")
    barriers = worker.engine.barriers
    await until(lambda: worker.engine.barriers > barriers + 1, "a commit was tried")
    assert await cluster.offsets("committed") == {}
    worker.engine.store_down = False
    ends = await cluster.offsets("end")
    await until(lambda: len(worker.engine.inserted) == 300, "all records inserted")
    barriers = worker.engine.barriers
    await until(lambda: worker.engine.barriers > barriers + 1, "committed")
    assert await cluster.offsets("committed") == ends


async def test_a_restarted_worker_has_its_state_and_reads_nothing_twice(cluster: Cluster) -> None:
    first = await cluster.worker()
    await produce_everywhere(cluster, 200)
    await until(lambda: len(first.engine.inserted) == 600, "all records inserted")
    await first.stop()
    state = {p: set(s) for p, s in first.engine.state.items() if s}
    second = await cluster.worker()
    await cluster.recovered(second)
    assert {p: s for p, s in second.engine.state.items() if s} == state
    assert second.engine.recoveries == 1
    await cluster.produce(cluster.topics["release"][0], 50)
    await until(lambda: len(second.engine.inserted) >= 50, "the new records")
    assert {topic for topic, _, _ in second.engine.inserted} == {cluster.topics["release"][0]}


async def test_the_engine_learns_partitions_and_log_ends_before_its_state(cluster: Cluster) -> None:
    await cluster.produce(cluster.topics["gate"][0], 40, partition=2)
    worker = await cluster.worker()
    await cluster.recovered(worker)
    partitions, ends = worker.engine.assignments[0]
    assert partitions == set(range(PARTITIONS))
    assert ends[cluster.topics["gate"][0], 2] == 40
    assert len(ends) == 3 * PARTITIONS


async def test_a_second_worker_takes_over_half_and_nothing_is_lost(cluster: Cluster) -> None:
    first = await cluster.worker()
    await cluster.recovered(first)
    stop = asyncio.Event()

    async def load() -> None:
        while not stop.is_set():
            await produce_everywhere(cluster, 50)

    producing = asyncio.create_task(load())
    second = await cluster.worker()
    await until(lambda: second.app.recovered and first.app.recovered and second.engine.inserted, "both at work")
    stop.set()
    await producing
    ends = await cluster.offsets("end")
    await until(lambda: {*first.engine.inserted, *second.engine.inserted} == all_records(ends), "nothing missing")

    def halves() -> tuple[set[int], set[int]]:
        return first.engine.assignments[-1][0], second.engine.assignments[-1][0]

    def held() -> dict[int, set[tuple[str, int]]]:
        return {p: set(w.engine.state[p]) for w, half in zip((first, second), halves(), strict=True) for p in half}

    # what the first one inserted but could not commit in time, the second one reads again: not lost, but a moment later
    expected = {p: {(t, o) for t, q, o in all_records(ends) if q == p} for p in range(PARTITIONS)}
    await until(lambda: held() == expected, "each record is in the state of its partition's owner")
    one, other = halves()
    assert len(one) == len(other) == PARTITIONS // 2 and not one & other


async def test_partitions_are_let_go_only_after_barrier_and_commit(cluster: Cluster) -> None:
    committed_at_revoke: list[set[str]] = []

    class Watching(CountingEngine):
        def revoke(self, partitions: set[int]) -> None:
            open_offsets = worker.app.consumer.ledger.committable() if worker else {}
            committed_at_revoke.append({t for t, _ in open_offsets})
            super().revoke(partitions)

    worker = None
    worker = await cluster.worker(Watching(), broker_commit_interval=600.0)  # only a rebalance commits
    await cluster.recovered(worker)
    await produce_everywhere(cluster, 100)
    await until(lambda: len(worker.engine.inserted) == 300, "all records inserted")
    ends = await cluster.offsets("end")
    committed_at_revoke.clear()
    second = await cluster.worker()
    await cluster.recovered(worker, second)
    assert await cluster.offsets("committed") == ends
    assert len(worker.engine.inserted) + len(second.engine.inserted) == 300  # nothing is read twice


async def test_an_unsafe_barrier_commits_nothing(cluster: Cluster) -> None:
    worker = await cluster.worker()
    worker.engine.safe = False
    await produce_everywhere(cluster, 10)
    await until(lambda: len(worker.engine.inserted) == 30, "all records inserted")
    barriers = worker.engine.barriers
    await until(lambda: worker.engine.barriers > barriers + 1, "a commit was tried")
    assert await cluster.offsets("committed") == {}


async def test_log_ends_are_reported_for_idle_partitions(cluster: Cluster) -> None:
    worker = await cluster.worker()
    await until(lambda: len(worker.engine.ends) == 3 * PARTITIONS, "an end for every source partition")
    before = dict(worker.engine.ends)
    await until(lambda: all(at > before[tp] for tp, at in worker.engine.ends.items()), "the ends move on")


async def test_no_log_end_is_reported_while_a_batch_waits_for_its_agent(cluster: Cluster) -> None:
    worker = await cluster.worker()
    topic = cluster.topics["gate"][0]
    await until(lambda: len(worker.engine.ends) == 3 * PARTITIONS, "an end for every source partition")
    async with worker.engine.gate:  # the agent now waits inside ingest
        await cluster.produce(topic, 5, partition=1)
        await until(lambda: worker.app.consumer.in_hand > 0, "the batch is with its agent")
        worker.engine.ends.clear()
        await until(lambda: (topic, 2) in worker.engine.ends, "an end of an idle partition")
        assert (topic, 1) not in worker.engine.ends
    await until(lambda: (topic, 1) in worker.engine.ends, "the end is reported once the batch is in")


async def test_a_raising_engine_ends_the_worker_and_commits_nothing(cluster: Cluster) -> None:
    worker = await cluster.worker()
    await cluster.recovered(worker)

    def fail(records: object) -> None:
        raise RuntimeError("defect")

    worker.engine.before_ingest = fail
    await cluster.produce(cluster.topics["gate"][0], 20)
    await until(lambda: worker.app.crashed, "the worker has crashed")
    await worker.stop()
    assert await cluster.offsets("committed") == {}


async def test_a_failing_restore_ends_the_worker(cluster: Cluster) -> None:
    first = await cluster.worker()
    await produce_everywhere(cluster, 20)
    await until(lambda: len(first.engine.inserted) == 60, "all records inserted")
    await first.stop()

    class Broken(CountingEngine):
        def restore(self, partition: int, records: object) -> None:
            raise RuntimeError("corrupt state")

    starting = asyncio.create_task(cluster.worker(Broken()))
    await until(lambda: len(cluster.workers) == 2 and cluster.workers[1].app.crashed, "the worker has crashed")
    assert not cluster.workers[1].app.recovered
    starting.cancel()
    with contextlib.suppress(asyncio.CancelledError, Exception):
        await starting


async def test_a_worker_without_partitions_stays_in_the_group(cluster: Cluster) -> None:
    workers = [await cluster.worker(broker_max_poll_interval=3.0) for _ in range(PARTITIONS + 1)]
    await until(lambda: all(w.app.recovered for w in workers) and sum(
        len(w.engine.assignments[-1][0]) for w in workers) == PARTITIONS, "five workers share four partitions")
    generations = {w.app.consumer_generation_id for w in workers}
    loop = asyncio.get_running_loop()
    end = loop.time() + 6.0  # twice the poll interval: an idle client that does not poll has left by then
    await until(lambda: loop.time() > end, "two poll intervals")
    assert {w.app.consumer_generation_id for w in workers} == generations and len(generations) == 1


async def test_recovery_ends_when_the_last_offset_holds_no_record(cluster: Cluster) -> None:
    producer = AIOKafkaProducer(bootstrap_servers=cluster.bootstrap, transactional_id=cluster.group)
    await producer.start()
    async with producer.transaction():
        for i in range(50):
            await producer.send(cluster.changelog, b"1", key=b'["t",%d]' % i, partition=0)
    await producer.stop()
    worker = await cluster.worker()
    await until(lambda: worker.app.recovered, "recovered", timeout=15)
    assert worker.engine.state[0] == {("t", i) for i in range(50)}


async def test_nothing_is_skipped_when_the_first_read_follows_a_recovery(cluster: Cluster) -> None:
    """A fetch that runs while recovery pauses its last changelog partition must not take, and lose, source records."""
    state = [(b'["t",%d]' % i, b"1") for i in range(20_000)]
    for partition in range(PARTITIONS):
        sends = [await cluster.producer.send(cluster.changelog, v, key=k, partition=partition) for k, v in state]
        await asyncio.gather(*sends)
    await produce_everywhere(cluster, 5000)
    worker = await cluster.worker()
    await until(lambda: len(worker.engine.inserted) >= 15_000, "all records inserted")
    assert worker.engine.restored == 20_000 * PARTITIONS
    assert sorted(worker.engine.inserted) == sorted(all_records(await cluster.offsets("end")))


async def test_a_long_store_outage_costs_neither_membership_nor_records(cluster: Cluster) -> None:
    worker = await cluster.worker(stream_buffer_maxsize=2, broker_max_poll_records=50, broker_max_poll_interval=2.0)
    await cluster.recovered(worker)
    loop = asyncio.get_running_loop()
    async with worker.engine.gate:  # every agent waits inside ingest, every queue fills up
        await produce_everywhere(cluster, 2000)
        end = loop.time() + 5.0  # more than twice the poll interval
        await until(lambda: loop.time() > end, "the outage")
    ends = await cluster.offsets("end")
    await until(lambda: len(worker.engine.inserted) >= 6000, "all records inserted")
    assert sorted(worker.engine.inserted) == sorted(all_records(ends))
    assert len(worker.engine.assignments) == 1


async def test_a_worker_is_certain_of_its_partitions_while_the_coordinator_hears_it_and_no_longer(cluster: Cluster) -> None:
    worker = await cluster.worker()
    await cluster.recovered(worker)
    assert worker.app.is_member()
    joined = worker.app.consumer._thread.membership._confirmed  # type: ignore[attr-defined]
    await until(lambda: worker.app.consumer._thread.membership._confirmed > joined, "a heartbeat counts")  # type: ignore[attr-defined]
    coordinator = worker.app.consumer._thread._consumer._coordinator  # type: ignore[attr-defined]
    silent = asyncio.Event()

    async def unanswered() -> bool:
        silent.set()
        return False

    coordinator._do_heartbeat = unanswered
    await asyncio.wait_for(silent.wait(), 10)
    await until(lambda: not worker.app.is_member(), "its session has passed without an answer")
    del coordinator._do_heartbeat
    await until(worker.app.is_member, "it is let in again")


async def test_the_engine_is_told_where_the_logs_end_also_while_it_is_behind(cluster: Cluster) -> None:
    worker = await cluster.worker()
    await cluster.recovered(worker)
    worker.engine.store_down = True
    await cluster.produce(cluster.topics["gate"][0], 40, partition=2)
    await until(lambda: worker.engine.log_ends.get((cluster.topics["gate"][0], 2)) == (40, 40), "position and log end")
