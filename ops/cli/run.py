"""Commands that run something: worker, topics, migrations, simulator, demo."""

from __future__ import annotations

import json
from math import inf
from pathlib import Path
from typing import Annotated, Any

import typer
from rich import print as say

from ops.cli.common import DEFAULT_BOOTSTRAP, BootstrapOption, sql_store

topics_app = typer.Typer(help="Kafka's topics, as schemas/topics.yaml lists them.", no_args_is_help=True)
migrate_app = typer.Typer(help="ClickHouse's tables: numbered, reversible migrations.", no_args_is_help=True)
PartitionsOption = Annotated[int, typer.Option(envvar="YGT_PARTITIONS", help="partitions of every keyed topic")]
MigrateStore = Annotated[str, typer.Option("--store", envvar="YGT_STORE_URL", help="chdb:///path or clickhouse://…")]


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    app.command("worker")(worker)
    app.add_typer(topics_app, name="topics")
    app.add_typer(migrate_app, name="migrate")
    app.command("simulate")(simulate)
    app.command("demo")(demo)


def worker() -> None:
    """Run one worker until it is stopped. Settings come from the environment (YGT_…).

    Example: YGT_BOOTSTRAP=127.0.0.1:9092 YGT_STORE_URL=chdb://var/store yigangtong worker
    """
    from streams.app import run_worker
    from streams.settings import Settings

    raise typer.Exit(run_worker(Settings()))


@topics_app.command("create")
def topics_create(
    bootstrap: BootstrapOption = DEFAULT_BOOTSTRAP, partitions: PartitionsOption = 4,
    replicas: Annotated[int, typer.Option(min=1, help="brokers that keep each record; 3 where there are 3")] = 1,
) -> None:  # fmt: skip
    """Create the topics that are missing. Example: yigangtong topics create --bootstrap 127.0.0.1:9092"""
    from connectors.kafka.topics import create_topics
    from schemas.topics import load_topics

    new = create_topics(bootstrap, load_topics().with_partitions(partitions).with_replicas(replicas), replicas)
    say(f"{len(new)} topics created" if new else "all topics are there")


@topics_app.command("list")
def topics_list() -> None:
    """Show the list: who writes, who reads, what for. Example: yigangtong topics list"""
    from rich.table import Column, Table

    from schemas.topics import load_topics

    table = Table(Column("topic", no_wrap=True), "key", "writers", "readers", "what for", box=None)
    for topic in load_topics():
        told = f"{topic.zh} {topic.en}"
        table.add_row(topic.name, topic.key, ", ".join(topic.writers), ", ".join(topic.readers), told)
    say(table)


@topics_app.command("check")
def topics_check(bootstrap: BootstrapOption = DEFAULT_BOOTSTRAP, partitions: PartitionsOption = 4) -> None:
    """Is every topic there, with the right partitions? Example: yigangtong topics check"""
    from connectors.kafka.topics import check_topics
    from schemas.topics import load_topics

    check_topics(bootstrap, load_topics().with_partitions(partitions))
    say("all topics are as the list says")


@topics_app.command("rewind")
def topics_rewind(
    bootstrap: BootstrapOption = DEFAULT_BOOTSTRAP,
    group: Annotated[str, typer.Option(envvar="YGT_GROUP", help="consumer group of the workers")] = "yigangtong",
    danger: bool = typer.Option(False, "--allow-danger", help="do it; all books are read and derived anew"),
) -> None:
    """After the loss of ClickHouse: have the stopped workers read all topics from the beginning, and forget their books.

    What Kafka does not hold any more is not derived again. Example: yigangtong topics rewind --allow-danger
    """
    from connectors.kafka.topics import rewind
    from schemas.topics import load_topics

    if not danger:
        say(f"would delete the offsets of the group {group} and empty books-changelog: --allow-danger does it 仅预览")
        return
    rewind(bootstrap, group, load_topics())
    say("done 已完成: start the workers with YGT_MODE=backfill, so that nobody is told again (docs/operations.md)")


@topics_app.command("access")
def topics_access(
    principal: Annotated[list[str] | None, typer.Option(help="only this one, repeatable; see topics list")] = None,
    strimzi: Annotated[str, typer.Option(metavar="CLUSTER", help="KafkaUsers for this Strimzi cluster instead")] = "",
    bootstrap: BootstrapOption = DEFAULT_BOOTSTRAP,
) -> None:
    """Print Kafka's access lists: who may write and read what, and as which consumer group.

    Example: yigangtong topics access --principal port.qingdao --bootstrap kafka:9092
    """
    from connectors.kafka.access import commands, grants, kafka_users, principals
    from schemas.topics import load_topics

    topics = load_topics().all
    try:
        found = [grant for name in principal or principals(topics) for grant in grants(topics, name)]
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error
    print(kafka_users(found, strimzi) if strimzi else commands(found, bootstrap))


@migrate_app.command("list")
def migrate_list(store: MigrateStore) -> None:
    """Which migrations are applied. Example: yigangtong migrate list --store chdb://var/store"""
    from connectors.clickhouse import migrate

    for step in migrate.status(sql_store(store)):
        mark = "applied" if step.applied else "open"
        say(f"{step.number:04d} {step.name}  {mark}{' (changed since!)' if step.changed else ''}")


@migrate_app.command("apply")
def migrate_apply(store: MigrateStore, dry_run: bool = typer.Option(False, "--dry-run", help="only show")) -> None:
    """Apply what is open. Example: yigangtong migrate apply --store chdb://var/store --dry-run"""
    from connectors.clickhouse import migrate

    statements = migrate.apply(sql_store(store), dry_run=dry_run)
    print("\n".join(statements) if dry_run else f"{len(statements)} statements run")


@migrate_app.command("reverse")
def migrate_reverse(
    store: MigrateStore, dry_run: bool = typer.Option(False, "--dry-run", help="only show"),
    danger: bool = typer.Option(False, "--allow-danger", help="also when it destroys data"),
) -> None:  # fmt: skip
    """Take the last migration back. Example: yigangtong migrate reverse --store chdb://var/store --dry-run"""
    from connectors.clickhouse import migrate

    statements = migrate.reverse(sql_store(store), dry_run=dry_run, allow_danger=danger)
    print("\n".join(statements) if dry_run else f"{len(statements)} statements run")


def simulate(
    seed: int = typer.Option(1, help="the same seed gives the same world"),
    days: int = typer.Option(1, help="days of traffic"),
    scale: float = typer.Option(1.0, help="1.0 = a full day of the four ports"),
    speed: float = typer.Option(0.0, help="factor of real time, 0 = as fast as possible"),
    disorder: float = typer.Option(20.0, help="mean delay of delivery in seconds"),
    duplicates: float = typer.Option(0.02, help="share of deliveries that come twice"),
    late: float = typer.Option(0.01, help="share that comes hours late"),
    to: str = typer.Option("dir", help="kafka or dir"),
    out: Path = typer.Option(Path("var/world"), help="folder; with kafka for the files, truth and customs plan"),
    bootstrap: BootstrapOption = DEFAULT_BOOTSTRAP,
) -> None:
    """Make a coherent world of the four ports, and its truth apart from it.

    Example: yigangtong simulate --seed 7 --scale 0.1 --to dir --out var/world
    """
    from connectors.kafka.login import for_librdkafka
    from connectors.kafka.producer import Publisher
    from ops.demo.feed import Feed
    from ops.simulate import World, to_dir, to_kafka

    world = World(seed=seed, days=days, scale=scale, disorder=disorder, duplicates=duplicates, late=late)
    if to == "dir":
        say(f"{to_dir.write(world, out)} events in {out}")
        return
    if to != "kafka":
        raise typer.BadParameter("--to takes kafka or dir")
    _write_lines(out / "truth.jsonl", world.truth())
    _write_lines(out / "customs.jsonl", world.customs_plan())
    with Publisher(bootstrap) as publisher:
        feed = Feed(publisher, out / "inbox", inf)
        sent = to_kafka.publish(world, bootstrap, speed, on_file=feed.take_file, login=for_librdkafka(bootstrap))
    say(f"{sent} events published; truth.jsonl and customs.jsonl are in {out}")


def _write_lines(file: Path, lines: list[dict[str, Any]]) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("w", encoding="utf-8") as out:
        out.writelines(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)


def demo(
    once: bool = typer.Option(False, "--once", help="end by itself; 0 only when the truth is matched"),
    seed: int = typer.Option(1, help="seed of the simulated day"),
    scale: float = typer.Option(1.0, help="1.0 = a full day"),
) -> None:
    """A simulated day of the four ports on real Kafka, Faust and ClickHouse. Example: yigangtong demo --once --seed 3"""
    from ops.demo import run_demo

    raise typer.Exit(run_demo(seed=seed, scale=scale, once=once))
