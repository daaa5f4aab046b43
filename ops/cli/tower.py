"""Commands about the control tower: serve, person."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ops.cli.common import DEFAULT_BOOTSTRAP, DEFAULT_READER, BootstrapOption, StoreOption

tower_app = typer.Typer(help="The control tower: web pages and a JSON API for operations.", no_args_is_help=True)
PeopleOption = Annotated[Path, typer.Option("--people", envvar="YGT_PEOPLE", help="file of people (hashed passwords only)")]
DEFAULT_PEOPLE = Path("var/people.yaml")
DEFAULT_AUDIT = Path("var/audit.jsonl")


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    app.add_typer(tower_app, name="tower")


@tower_app.command("serve")
def serve(
    store: StoreOption = DEFAULT_READER,
    bootstrap: BootstrapOption = DEFAULT_BOOTSTRAP,
    host: Annotated[str, typer.Option(help="where to listen; beyond loopback only with --auth, behind TLS")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="0 = any free port")] = 8090,
    auth: Annotated[bool, typer.Option("--auth", help="people must log in, by the file --people")] = False,
    people: PeopleOption = DEFAULT_PEOPLE,
    simulated: Annotated[bool, typer.Option("--simulated", help="the workers run in mode simulated (the demo)")] = False,
    contacts: Annotated[Path | None, typer.Option(help="YAML: who is called, by owner or owner@port")] = None,
    header: Annotated[str, typer.Option("--auth-header", help="header in which a reverse proxy names the person")] = "",
    audit: Annotated[Path | None, typer.Option(help="file: who asked what; with --auth var/audit.jsonl")] = None,
) -> None:
    """Serve pages and API on one port until Ctrl-C.

    Example: yigangtong tower serve --store http://127.0.0.1:8123
    """
    from ops.tower.serve import run

    if not auth and host not in ("127.0.0.1", "::1", "localhost"):
        raise typer.BadParameter(f"--host {host} lets others in: give --auth too, so that they log in 对外开放须加 --auth")
    if header and not auth:
        raise typer.BadParameter("--auth-header needs --auth")
    kept = audit or (DEFAULT_AUDIT if auth else None)
    run(store, bootstrap, host, port, people if auth else None, header, simulated, contacts, kept)


@tower_app.command("person")
def person(
    name: Annotated[str, typer.Argument(help="login name, e.g. officer-1")],
    role: Annotated[str, typer.Option(help="viewer looks; operator acts too")] = "viewer",
    scope: Annotated[str, typer.Option(help="group; port: its own; customs: read only; applicant: own bills")] = "group",
    port: Annotated[str, typer.Option(help="scope port: which one")] = "",
    bill: Annotated[list[str] | None, typer.Option("--bill", help="scope applicant: a bill, or its beginning with *")] = None,
    people: PeopleOption = DEFAULT_PEOPLE,
) -> None:
    """Let somebody log in, or change their password. It is asked for; on a pipe its first line is read.

    Example: yigangtong tower person officer-1 --role operator --scope port --port qingdao
    """
    import sys

    from ops.api.people import Person, add_person

    if sys.stdin.isatty():
        password = typer.prompt("password 密码", hide_input=True, confirmation_prompt=True)
    else:
        password = sys.stdin.readline().rstrip("\n")
    add_person(people, Person(name, role, scope, port, tuple(bill or ())), password)
    print(f"{name}: {role}, {scope} → {people}; a running tower reads it when it starts 重启控制塔后生效")
