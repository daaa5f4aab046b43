"""What must hold after any run, however unfriendly it was."""

from __future__ import annotations

from collections import Counter
from functools import cache

from schemas.codec import decode
from schemas.topics import load_topics
from streams.runtime.letters import ALERTS
from tests.faults.simulation.run import CALM, Plan, Simulation, hostile
from tests.faults.simulation.tables import CUSTOMS, Rows, difference, visible

SOURCE_TOPICS = {t.name for t in load_topics().source_topics()}


@cache
def in_order(world: int) -> Rows:
    """The tables after one worker took the world's events in order, undisturbed."""
    calm = Simulation(Plan(seed=CALM.seed, world=world, workers=1, disorder=False))
    calm.run()
    return visible(calm.store)


def hostile_run(seed: int) -> None:
    """One hostile run, and all that must hold after it."""
    run = Simulation(hostile(seed))
    run.run()
    check(run)


def check(run: Simulation) -> None:
    """All promises at once; the message of a failure says how to replay it."""
    replay = f"\nSIM_SEED={run.plan.seed} replays it: {run.plan}; deaths {run.deaths}\n"
    found = visible(run.store)
    assert not (unlike := difference(found, in_order(run.plan.world))), replay + unlike
    assert not (lost := unaccounted(run)), replay + f"not one row of intake each: {lost}"
    assert not (silent := undelivered_refusals(run)), replay + f"dead without a dead letter: {silent}"
    assert not (gone := lost_receipts(run)), replay + f"receipts that are not in the history: {gone}"
    assert not (early := told_too_early(run)), replay + f"told that a receipt is missing that came in time: {early}"
    assert not (wrong := wrong_at_customs(run)), replay + wrong
    assert not run.customs.two_contents, replay + f"sent with two contents: {run.customs.two_contents}"


def unaccounted(run: Simulation) -> list[tuple[str, int, int]]:
    """Records of source topics without a row of ``intake``, or with one that says they were nobody's."""
    rows = {(r["topic"], r["kafka_partition"], r["kafka_offset"]) for r in run.store.now("intake")}
    records = {(t, p, r.offset) for (t, p), log in run.logs.all().items() if t in SOURCE_TOPICS for r in log}
    return sorted(records ^ rows)


def undelivered_refusals(run: Simulation) -> list[tuple[str, int, int]]:
    """Records that ``intake`` calls DEAD and no dead letter names."""
    dead = {
        (r["topic"], r["kafka_partition"], r["kafka_offset"]) for r in run.store.now("intake") if r["disposition"] == "DEAD"
    }
    assert dead, "the world holds records that must be refused"
    letters = {
        (letter["topic"], letter["partition"], letter["offset"])
        for (topic, _), log in run.logs.all().items()
        if topic.startswith("dead-letters.")
        for letter in (decode(r.value, "dead-letter") for r in log)
    }
    rows = {(r["topic"], r["kafka_partition"], r["kafka_offset"]) for r in run.store.now("dead_letters")}
    return sorted((dead ^ letters) | (dead ^ rows))


def lost_receipts(run: Simulation) -> list[str]:
    """Receipts of customs that were published and are not in ``events``."""
    known = {r["event_id"] for r in run.store.now("events") if r["source_party"] == CUSTOMS}
    sent = {
        record["event_id"]
        for (topic, _), log in run.logs.all().items()
        if topic.endswith(".release.v1")
        for record in (decode(r.value, "release") for r in log)
        if record["source_party"] == CUSTOMS and record["event_type"] == "RELEASE"
    }
    return sorted(sent - known)


def told_too_early(run: Simulation) -> list[str]:
    """Boxes of which people were told that customs does not answer. In this world it always does, and in time; but of a box
    that comes after its sender has said that all was sent, nobody can know."""
    if run.plan.latecomers:
        return []
    alerts = [decode(r.value, "alert") for (topic, _), log in run.logs.all().items() if topic == ALERTS for r in log]
    return sorted({a["subject"] for a in alerts if a["code"] == "ARR_MISSING"})


def wrong_at_customs(run: Simulation) -> str:
    """Customs must hold one live report for each case that is sent or acknowledged, and no other."""
    held = Counter({case: len(messages) for case, messages in run.customs.held.items() if messages})
    wanted = Counter(
        (r["container_no"], r["house_bl"] or r["bill_no"], r["vessel_id"], r["voyage"], r["terminal_code"])
        for r in run.store.now("arrival_cases")
        if r["message_type"] == "MT3101" and r["state"] in ("SENT", "ACKED")
    )
    return "" if held == wanted else f"customs holds {held - wanted} too much and lacks {wanted - held}"
