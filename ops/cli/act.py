"""``yigangtong act``: what an officer does about evidence, reports to customs and exceptions, with name and reason."""

from __future__ import annotations

import re
import time
from typing import Annotated, Final

import typer

from ops.actions import Action, Officer
from ops.cli.common import DEFAULT_BOOTSTRAP, DEFAULT_READER, BootstrapOption, StoreOption, open_reader

act_app = typer.Typer(
    help="Act on evidence, reports and exceptions 人工处置. Each action is published with name and reason.",
    no_args_is_help=True,
)
#: Four letters and seven digits, the check digit right or not.
_CONTAINER: Final = re.compile(r"[A-Z]{4}\d{7}")
By = Annotated[str, typer.Option("--by", help="who acts 操作人")]
Reason = Annotated[str, typer.Option("--reason", help="why, in your own words 原因; of a comment the comment")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="only show what it would do 仅预览")]
Subject = Annotated[str, typer.Argument(help="container, master bill or vessel id")]
Event = Annotated[str, typer.Argument(help="event id or message reference, as `trace` shows it")]
Box = Annotated[str, typer.Argument(help="container number")]
Message = Annotated[str, typer.Argument(help="message id; needed where the box has several reports")]
Exception_ = Annotated[str, typer.Argument(metavar="EXCEPTION", help="exception id, or its code where there is one only")]


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    app.add_typer(act_app, name="act")


@act_app.command("void")
def void(
    subject: Subject, event: Event, by: By, reason: Reason, store: StoreOption = DEFAULT_READER,
    bootstrap: BootstrapOption = DEFAULT_BOOTSTRAP, dry_run: DryRun = False,
) -> None:  # fmt: skip
    """Void an event 作废: no version of it counts, until it is taken back.

    Example: yigangtong act void CSQU3054383 00100004711 --by "officer-1" --reason "误报，箱仍在堆场"
    """
    from ops import actions

    _do(actions.void(open_reader(store), _subject(subject), event, _officer(by, reason)), bootstrap, dry_run)


@act_app.command("unvoid")
def unvoid(
    subject: Subject, event: Event, by: By, reason: Reason, store: StoreOption = DEFAULT_READER,
    bootstrap: BootstrapOption = DEFAULT_BOOTSTRAP, dry_run: DryRun = False,
) -> None:  # fmt: skip
    """Take it back that an event was voided 恢复: it counts again.

    Example: yigangtong act unvoid CSQU3054383 00100004711 --by "officer-1" --reason "经核实属实"
    """
    from ops import actions

    _do(actions.unvoid(open_reader(store), _subject(subject), event, _officer(by, reason)), bootstrap, dry_run)


@act_app.command("resubmit")
def resubmit(
    box: Box, by: By, reason: Reason, message: Message = "", store: StoreOption = DEFAULT_READER,
    bootstrap: BootstrapOption = DEFAULT_BOOTSTRAP, dry_run: DryRun = False,
) -> None:  # fmt: skip
    """Report an arrival to customs anew 重报: after a rejection, a deletion, or without an answer.

    Example: yigangtong act resubmit CSQU3054383 --by "officer-1" --reason "舱单已更正"
    """
    from ops import actions

    _do(actions.resubmit(open_reader(store), _subject(box), message, _officer(by, reason)), bootstrap, dry_run)


@act_app.command("delete")
def delete(
    box: Box, by: By, reason: Reason, message: Message = "", store: StoreOption = DEFAULT_READER,
    bootstrap: BootstrapOption = DEFAULT_BOOTSTRAP, dry_run: DryRun = False,
) -> None:  # fmt: skip
    """Delete an arrival report at customs 删除: it is not made anew until you resubmit it.

    Example: yigangtong act delete CSQU3054383 --by "officer-1" --reason "退关"
    """
    from ops import actions

    _do(actions.delete(open_reader(store), _subject(box), message, _officer(by, reason)), bootstrap, dry_run)


@act_app.command("ack")
def ack(
    subject: Subject, exception: Exception_, by: By, reason: Reason, store: StoreOption = DEFAULT_READER,
    bootstrap: BootstrapOption = DEFAULT_BOOTSTRAP, dry_run: DryRun = False,
) -> None:  # fmt: skip
    """Acknowledge an exception 确认: others see that you know of it.

    Example: yigangtong act ack CSQU3054383 ARR_MISSING --by "officer-1" --reason "已电话询问海关"
    """
    from ops import actions

    made = actions.remark(open_reader(store), "ACKNOWLEDGE", _subject(subject), exception, _officer(by, reason))
    _do(made, bootstrap, dry_run)


@act_app.command("assign")
def assign(
    subject: Subject, exception: Exception_, by: By, reason: Reason,
    to: Annotated[str, typer.Option("--to", help="whom it is assigned to 指派给")], store: StoreOption = DEFAULT_READER,
    bootstrap: BootstrapOption = DEFAULT_BOOTSTRAP, dry_run: DryRun = False,
) -> None:  # fmt: skip
    """Assign an exception to somebody 指派; the last assignment counts.

    Example: yigangtong act assign CSQU3054383 ARR_MISSING --to "officer-2" --by "officer-1" --reason "请夜班跟进"
    """
    from ops import actions

    made = actions.remark(open_reader(store), "ASSIGN", _subject(subject), exception, _officer(by, reason), to)
    _do(made, bootstrap, dry_run)


@act_app.command("comment")
def comment(
    subject: Subject, exception: Exception_, by: By, reason: Reason, store: StoreOption = DEFAULT_READER,
    bootstrap: BootstrapOption = DEFAULT_BOOTSTRAP, dry_run: DryRun = False,
) -> None:  # fmt: skip
    """Comment on an exception 备注.

    Example: yigangtong act comment CSQU3054383 ARR_MISSING --by "officer-1" --reason "海关系统维护至 14:00"
    """
    from ops import actions

    made = actions.remark(open_reader(store), "COMMENT", _subject(subject), exception, _officer(by, reason))
    _do(made, bootstrap, dry_run)


def _subject(text: str) -> str:
    """A container number as it is keyed; a bill or a vessel id stays as it is."""
    from schemas.identifiers import normalise_container

    box = normalise_container(text)
    return box if _CONTAINER.fullmatch(box) else text.strip()


def _officer(by: str, reason: str) -> Officer:
    return Officer(by, reason, time.time_ns() // 1_000_000)


def _do(action: Action, bootstrap: str, dry_run: bool) -> None:
    from connectors.kafka.producer import Publisher
    from ops.actions import TOPIC
    from schemas.codec import encode

    print(action.does)
    print(f"  {action.record['operator']}: {action.record['comment']}")
    print(f"预期 expect: {action.expect}")
    if dry_run:
        print("未发布 not published (--dry-run)")
        return
    with Publisher(bootstrap) as publisher:
        publisher.publish(TOPIC, action.key, encode("operator-action", action.record))
    print(f"已发布 published: {action.record['event_id']}")
