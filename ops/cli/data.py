"""Commands that ask about the whole: query, reconcile, verify."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Final

import typer
from rich import print as say
from rich.markup import escape
from rich.table import Table

from ops import queries
from ops.cli.common import DEFAULT_BOOTSTRAP, DEFAULT_READER, BootstrapOption, StoreOption, moment, open_reader
from ops.totals import Total
from ops.verify import Report

#: What a named query looks back when no time is given.
_WEEK_MS: Final = 7 * 24 * 3_600_000


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    app.command("query")(query)
    app.command("reconcile")(reconcile)
    app.command("verify")(verify)


def query(
    sql: Annotated[str, typer.Argument(help="a SELECT; left out with --list or --name")] = "",
    name: Annotated[str, typer.Option("--name", help="a named query instead, see --list")] = "",
    param: Annotated[list[str] | None, typer.Option("--param", "-p", help="NAME=VALUE of a named query, repeatable")] = None,
    listed: Annotated[bool, typer.Option("--list", help="the named queries, what they answer and want")] = False,
    store: StoreOption = DEFAULT_READER,
    as_json: Annotated[bool, typer.Option("--json", help="JSON lines")] = False,
) -> None:
    """Ask ClickHouse; times are shown as ms since 1970, UTC.

    A named query is one definition for commands, pages and dashboards. Its times since and until are written as for --as-of;
    left out they are the last seven days.

    Example: yigangtong query "SELECT state, count() AS n FROM box_visits_now GROUP BY state"

    Example: yigangtong query --name leg_slack -p to_port=qingdao
    """
    if sum((bool(sql), bool(name), listed)) != 1 or (param and not name):
        raise typer.BadParameter("give one of: a SELECT, --name NAME (with --param NAME=VALUE), or --list")
    if listed:
        _list_queries(as_json)
        return
    text, params = _named(name, param or []) if name else (sql, {})
    rows = open_reader(store).query(text, params)
    if as_json:
        for row in rows:
            print(json.dumps(row, ensure_ascii=False, default=str))
    if not rows:
        typer.echo(_nothing(params), err=as_json)
    if as_json or not rows:
        return
    table = Table(*(escape(column) for column in rows[0]))
    for row in rows:
        table.add_row(*(escape(str(v)) for v in row.values()))  # [..] in the data is no markup
    say(table)


def _nothing(params: dict[str, object]) -> str:
    """That no row was found, and in which span was looked: a simulated day lies outside of the last seven days."""
    if not params.keys() & set(queries.TIMES):
        return "no rows 无数据"
    since, until = (f"{params[at]:%Y-%m-%dT%H:%M:%SZ}" if at in params else "" for at in queries.TIMES)
    return (
        f"no rows from {since} to {until}; for another span give -p since=… -p until=…\n"
        f"{since} 至 {until} 无数据；可用 -p since=… -p until=… 指定时段"
    )


def _list_queries(as_json: bool) -> None:
    rows = [
        {"name": each, "answers": queries.head(each).en, "answers_zh": queries.head(each).zh,
         "parameters": sorted(queries.parameters(each)) if queries.askable(each) else [],
         "asked_by": "query" if queries.askable(each) else "vessel"}
        for each in queries.names()
    ]  # fmt: skip
    if as_json:
        for row in rows:
            print(json.dumps(row, ensure_ascii=False))
        return
    table = Table("name 名称", "answers 回答", "parameters 参数")
    for row in rows:
        by_call = "(yigangtong vessel, explain --call)"
        wanted = " ".join(row["parameters"]) if row["asked_by"] == "query" else by_call
        table.add_row(str(row["name"]), escape(f"{row['answers_zh']}\n{row['answers']}"), wanted)
    say(table)


def _named(name: str, param: list[str]) -> tuple[str, dict[str, object]]:
    """Text and parameters of a named query. Raises BadParameter."""
    try:
        if not queries.askable(name):
            raise typer.BadParameter(f"{name!r} is about a vessel's call: ask it with `yigangtong vessel` or `explain --call`")
        pairs = [each.partition("=") for each in param]
        if wrong := [key for key, sign, _ in pairs if not sign]:
            raise typer.BadParameter(f"--param {wrong[0]}: write NAME=VALUE, e.g. -p port=qingdao")
        said = {key: value for key, _, value in pairs}
        now = time.time_ns() // 1_000_000
        times = {"since": now - _WEEK_MS, "until": now}
        times.update({key: moment(said.pop(key)) for key in queries.TIMES if key in said and key in queries.parameters(name)})
        return queries.query(name), queries.given(name, said, times)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error


def reconcile(
    store: StoreOption = DEFAULT_READER, bootstrap: BootstrapOption = DEFAULT_BOOTSTRAP,
    as_json: bool = typer.Option(False, "--json", help="a JSON line per topic and partition, then one per daily total"),
) -> None:  # fmt: skip
    """Is every record of every source topic accounted for in intake, and did all come that the senders say they recorded?
    Exit code 1 when something is missing.

    accepted + duplicate + dead + forwarded + control = records in Kafka, per topic and partition. And per port, kind, sender
    and day of recording (Beijing): versions of events that the sender's daily total names = accepted + forwarded.

    Example: yigangtong reconcile --bootstrap 127.0.0.1:9092
    """
    from ops.reconcile import DISPOSITIONS
    from ops.reconcile import reconcile as compare
    from ops.totals import compare_totals

    reader = open_reader(store)
    lines = compare(reader, bootstrap)
    totals = compare_totals(reader)
    if as_json:
        for line in lines:
            print(json.dumps({**line._asdict(), "missing": line.missing}, ensure_ascii=False))
        for total in totals:
            print(json.dumps({**total._asdict(), "missing": total.missing}, ensure_ascii=False))
    else:
        table = Table("topic", "partition", "in Kafka", *(d.lower() for d in DISPOSITIONS), "missing", "first gap")
        for line in lines:
            if line.in_kafka:
                counts = [str(line.counts.get(d, 0)) for d in DISPOSITIONS]
                gap = f"{line.hole} {'(not read yet 未读)' if line.behind else '(lost 丢失)'}" if line.missing else ""
                table.add_row(line.topic, str(line.partition), str(line.in_kafka), *counts, str(line.missing), gap)
        say(table)
    missing = sum(line.missing for line in lines)
    if not as_json:
        say("every record is accounted for 全部记录均有去向" if not missing else f"{missing} records are missing 缺失")
        _show_totals(totals)
    raise typer.Exit(1 if missing or any(total.missing > 0 for total in totals) else 0)


def _show_totals(totals: list[Total]) -> None:
    """The daily totals that do not agree, and what to do about each."""
    wrong = [total for total in totals if total.missing]
    if not totals:
        say("no sender has told a daily total yet 尚无日总数")
        return
    say(f"{len(totals) - len(wrong)} of {len(totals)} daily totals agree 日总数一致 {len(totals) - len(wrong)}/{len(totals)}")
    for t in wrong:
        print(f"{t.day} {t.port} {t.of_kind} {t.sender}: told 申报 {t.told}, came in 收到 {t.known}. {_advice(t)}")


def _advice(total: Total) -> str:
    if total.missing < 0:
        return "More came in than were told: ask the sender to count again 多于申报，请发送方核对"
    if total.refused:
        return (
            f"Missing {total.missing}; {total.refused} records of that topic were refused that day: see dead_letters, have "
            f"them corrected and sent again 缺 {total.missing}，当日拒收 {total.refused}：查 dead_letters，更正后重发"
        )
    return (
        f"Missing {total.missing}: ask the sender to send that day again, copies do no harm "
        f"缺 {total.missing}：请发送方重发当日数据，重复无妨"
    )


def verify(
    truth: Annotated[Path, typer.Option(help="truth.jsonl of a simulated world")], store: StoreOption = DEFAULT_READER,
    as_json: bool = typer.Option(False, "--json", help="everything as JSON"),
) -> None:  # fmt: skip
    """Does the platform show what the simulator planned? Exit code 1 when it does not.

    Example: yigangtong verify --truth var/demo/truth.jsonl
    """
    from ops.verify import compare

    report = compare(_lines(truth), open_reader(store))
    if as_json:
        print(json.dumps(report.to_dict(), ensure_ascii=False, indent=1))
    else:
        _show(report)
    raise typer.Exit(0 if report.equal else 1)


def _lines(file: Path) -> Iterator[dict[str, Any]]:
    with file.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            try:
                if line.strip():
                    yield json.loads(line)
            except ValueError as error:
                raise typer.BadParameter(f"{file}, line {number}: not JSON ({error}); is it a truth.jsonl?") from error


def _show(report: Report) -> None:
    table = Table("真值 truth", "符合 matched", "缺失 missed", "误报 false")
    for name, count in report.kinds.items():
        table.add_row(name, str(count.matched), str(count.missed), str(count.false))
    say(table)
    for name, count in report.kinds.items():
        for difference in count.differences:
            print(f"{name} {difference.key}: expected {difference.expected}, found {difference.found}")
    say("the truth is matched 与真值完全一致" if report.equal else "the truth is NOT matched 与真值不一致")
