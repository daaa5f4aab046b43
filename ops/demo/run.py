"""The demo from start to end: publish a day, watch, compare with the truth, report."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path
from typing import Any, Final

from rich.console import Console
from rich.live import Live
from rich.table import Table

from connectors.clickhouse.http_client import HttpReader
from connectors.kafka.login import KafkaLogin
from connectors.kafka.producer import Publisher
from ops.demo.farewell import suggestions
from ops.demo.feed import Feed
from ops.demo.gauges import Gauges
from ops.demo.stage import PORTS, ROOT, TOWER_PORT, DemoFailed, Stage, check_ports, fresh_folder, stage, tower
from ops.simulate import World
from ops.verify import OUTSIDE, Report, compare

__all__ = ["DemoFailed", "run_demo"]

#: Events per second that are published: a day in about a minute, with live figures to look at.
RATE: Final = 2500.0
#: How long the platform may take to come to rest after the last event.
SETTLE_S: Final = 120.0
#: Minutes between a source's heartbeats; in a day of less than this scale they would be most of what is sent.
HEARTBEAT: Final = 5
SMALL: Final = 0.2
SELDOM: Final = 30
LATENCY: Final = "yigangtong_event_queryable_seconds"
COUNTED: Final = (
    "intake", "events", "box_visits", "consignments", "port_calls", "transfer_legs", "arrival_cases", "exceptions",
    "operator_actions",
)  # fmt: skip


def run_demo(*, seed: int, scale: float, once: bool) -> int:
    """Run the demo; 0 when the truth is matched. Raises DemoFailed, KafkaProblem or StoreError when it cannot run."""
    console = Console()
    for name in KafkaLogin.model_fields:  # they are of another Kafka: the demo starts its own, without TLS and login
        os.environ.pop(f"YGT_{name.upper()}", None)
    ports = [int(os.environ.get(name, str(port))) for name, port in PORTS.items()]
    check_ports(ports)  # before the folder is emptied: it may be that of a demo that runs
    root = fresh_folder(ROOT)
    console.print(f"一港通 Yigangtong: simulating a day of Qingdao, Rizhao, Yantai and Weihai (seed {seed}) …")
    world = World(seed=seed, scale=scale, heartbeat=HEARTBEAT if scale >= SMALL else SELDOM)
    truth = _write(root / "truth.jsonl", world.truth())
    plan = _write(root / "customs.jsonl", world.customs_plan())
    console.print("starting Kafka, customs and a worker with ClickHouse in it …")
    with stage(root, plan, *ports) as running:
        reader = HttpReader(running.store)
        began = time.monotonic()
        feed = _publish(console, running, world)
        published_s = time.monotonic() - began
        report = _settle(console, running, truth, reader)
        settled_s = time.monotonic() - began
        summary = _summary(running, reader, feed, report, seed, published_s, settled_s)
        summary["samples"] = _samples(feed, running, truth)
        (root / "report.json").write_text(json.dumps(summary, ensure_ascii=False, indent=1))
        _tell(console, summary, report, running)
        if not once:
            _stay_up(console, running, reader)
    return 0 if report.equal else 1


def _stay_up(console: Console, running: Stage, reader: HttpReader) -> None:
    port = int(os.environ.get("YGT_TOWER_PORT", str(TOWER_PORT)))
    with tower(running, port) as address:
        console.print(f"\nThe platform stays up. Control tower 控制塔: {address}")
        console.print("In another terminal 另开终端试试:")
        for what, command in suggestions(reader, running.store, running.bootstrap):
            console.print(f"\n  {what}", style="bold", markup=False)
            console.print(f"  {command}", style="cyan", soft_wrap=True, markup=False, highlight=False)
        console.print("\nCtrl-C ends everything. 按 Ctrl-C 结束。")
        _stay(running)


def _write(path: Path, lines: list[dict[str, Any]]) -> Path:
    with path.open("w", encoding="utf-8") as out:
        out.writelines(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
    return path


def _publish(console: Console, running: Stage, world: World) -> Feed:
    with Live(console=console, refresh_per_second=4, transient=True) as live:
        watcher = _Watcher(running, live)
        feed = Feed(Publisher(running.bootstrap), running.root / "inbox", RATE)
        watcher.feed = feed
        feed.run(world.deliveries(), watcher.look)
    return feed


class _Watcher:
    """Live figures, once a second."""

    def __init__(self, running: Stage, live: Live) -> None:
        self._running = running
        self._live = live
        self._began = time.monotonic()
        self._next = 0.0
        self.feed: Feed | None = None

    def look(self) -> None:
        now = time.monotonic()
        if now < self._next:
            return
        self._next = now + 1.0
        self._running.check()
        gauges = Gauges(self._running.metrics())
        sent = self.feed.events if self.feed else 0
        read = gauges.total("yigangtong_records_total")
        table = Table.grid(padding=(0, 2))
        for zh, en, value in (
            ("已发布", "published", f"{sent:,}"),
            ("速率", "events/s", f"{sent / max(0.001, now - self._began):,.0f}"),
            ("积压", "not yet read", f"{max(0, sent - read):,.0f}"),
            ("运抵已确认", "arrivals confirmed", f"{gauges.total('yigangtong_arrival_cases', state='ACKED'):,.0f}"),
            ("未结异常", "open exceptions", f"{gauges.total('yigangtong_open_exceptions'):,.0f}"),
        ):
            table.add_row(zh, en, value)
        self._live.update(table)


def _settle(console: Console, running: Stage, truth: Path, reader: HttpReader) -> Report:
    """Wait until every event is in and the logical time is the final one, then until the rows show the truth."""
    lines = [json.loads(line) for line in truth.read_text(encoding="utf-8").splitlines()]
    deadline = time.monotonic() + SETTLE_S
    with console.status("all published; the platform comes to rest …"):
        while True:
            running.check()
            report = compare(lines, reader)
            if report.equal or time.monotonic() > deadline:
                return report
            time.sleep(1.0)


def _summary(
    running: Stage, reader: HttpReader, feed: Feed, report: Report, seed: int, published_s: float, settled_s: float
) -> dict[str, Any]:  # fmt: skip
    gauges = Gauges(running.metrics())
    p50, p95, p99 = gauges.quantiles(LATENCY, (0.5, 0.95, 0.99))
    rows = {t: int(reader.query(f"SELECT count() AS n FROM {t}" + ("" if t == "intake" else "_now"))[0]["n"]) for t in COUNTED}
    dispositions = reader.query("SELECT disposition, count() AS n FROM intake FINAL GROUP BY disposition ORDER BY n DESC")
    return {
        "seed": seed,
        "events_in": feed.events,
        "files_in": feed.files,
        "refused": feed.refused[:20],
        "intake": {r["disposition"]: int(r["n"]) for r in dispositions},
        "rows_out": rows,
        "truth": report.to_dict(),
        "rates": {
            "published_events_per_s": round(feed.events / published_s),
            "settled_events_per_s": round(feed.events / settled_s),
            "seconds_to_publish": round(published_s, 1),
            "seconds_until_truth": round(settled_s, 1),
        },
        "event_to_queryable_s": {"p50": round(p50, 3), "p95": round(p95, 3), "p99": round(p99, 3)},
    }


def _samples(feed: Feed, running: Stage, truth: Path) -> dict[str, Any]:
    """The real EDI messages, where they are at hand: after the comparison, as they are no part of the simulated day. The
    truth is told that their boxes are not to be judged."""
    folder = Path(os.environ.get("YGT_SAMPLES", "../shared/samples")) / "edi"
    refused = len(feed.refused)
    read: dict[str, int] = {}
    boxes: set[str] = set()
    for path in sorted([*folder.glob("co*.edi"), *folder.glob("JT_CO*.txt")]) if folder.is_dir() else ():
        events = feed.publish_file(path, "qingdao")
        read[path.name] = len(events)
        boxes |= {e.record["container_no"] for e in events}
    feed.flush()
    with truth.open("a", encoding="utf-8") as out:
        out.writelines(json.dumps({"kind": OUTSIDE, "container_no": box}) + "\n" for box in sorted(boxes))
    return {"events": read, "refused": feed.refused[refused:]}


def _tell(console: Console, summary: dict[str, Any], report: Report, running: Stage) -> None:
    table = Table("真值 truth", "符合 matched", "缺失 missed", "误报 false", title="derived against planned")
    for name, count in report.kinds.items():
        table.add_row(name, str(count.matched), str(count.missed), str(count.false))
    console.print(table)
    for name, count in report.kinds.items():
        for difference in count.differences[:3]:
            console.print(f"  {name} {difference.key}: expected {difference.expected}, found {difference.found}", style="red")
    latency = summary["event_to_queryable_s"]
    console.print(
        f"{summary['events_in']:,} events and {summary['files_in']} files in, {sum(summary['rows_out'].values()):,} rows out; "
        f"event → queryable p50 {latency['p50']} s, p95 {latency['p95']} s, p99 {latency['p99']} s"
    )
    verdict = "the truth is matched 与真值完全一致" if report.equal else "the truth is NOT matched 与真值不一致"
    console.print(f"{verdict}; report: {running.root / 'report.json'}", style="green" if report.equal else "red")


def _stay(running: Stage) -> None:
    try:
        while True:
            running.check()
            time.sleep(1.0)
    except KeyboardInterrupt:
        pass
