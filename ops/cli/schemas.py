"""Commands about schemas: check, push, registry, docs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

schemas_app = typer.Typer(help="Schemas: the gate, a registry, and the documents made from them.", no_args_is_help=True)
RegistryOption = Annotated[
    str,
    typer.Option(
        "--registry",
        envvar="YGT_REGISTRY_URL",
        help="Confluent's API of a registry, e.g. http://127.0.0.1:8081/apis/ccompat/v7",
    ),
]
DEFAULT_PORT = 8081


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    app.add_typer(schemas_app, name="schemas")


@schemas_app.command("push")
def push(registry: RegistryOption) -> None:
    """Register every schema under each of its topics, and set FULL_TRANSITIVE. Doing it again changes nothing.

    Example: yigangtong schemas push --registry http://127.0.0.1:8081/apis/ccompat/v7
    """
    from rich.progress import track

    from connectors.registry.client import RegistryClient
    from schemas.topics import load_topics

    topics = load_topics()
    total = sum(bool(topic.kind) for topic in topics)
    done = sum(1 for _ in track(RegistryClient(registry).push(topics), "registering 注册", total))
    print(f"{done} subjects are registered 已注册")


@schemas_app.command("check")
def check(registry: RegistryOption = "") -> None:
    """Do all published versions read each other (FULL_TRANSITIVE), and does the registry hold them? Exit code 1 if not.

    Example: yigangtong schemas check
    """
    from connectors.registry.client import RegistryClient
    from schemas.compat import check as check_offline
    from schemas.topics import load_topics

    problems = [f"{breach.file} {breach.problem}" for breach in check_offline()]
    if registry:
        problems += [f"{s.subject}: {s.problem}" for s in RegistryClient(registry).check(load_topics()) if s.problem]
    for problem in problems:
        print(problem)
    print("all is as it should be 一切正常" if not problems else f"{len(problems)} problems 个问题")
    raise typer.Exit(1 if problems else 0)


@schemas_app.command("registry")
def registry(
    port: Annotated[int, typer.Option(min=1, max=65535)] = DEFAULT_PORT,
    folder: Annotated[Path, typer.Option(help="where its schemas stay")] = Path("var/registry"),
) -> None:
    """Run a schema registry on loopback until Ctrl-C, with all our schemas in it.

    Example: yigangtong schemas registry --port 8081
    """
    from threading import Event

    from connectors.registry.client import RegistryClient
    from connectors.registry.local import local_registry
    from schemas.topics import load_topics

    print("starting 启动中 …", flush=True)
    with local_registry(folder, port, keep=True) as url:
        count = sum(1 for _ in RegistryClient(url).push(load_topics()))
        print(f"schema registry 模式注册中心: {url} ({count} subjects); Ctrl-C ends it", flush=True)
        Event().wait()  # Ctrl-C raises here, and the registry is ended


@schemas_app.command("docs")
def docs(
    check_only: Annotated[bool, typer.Option("--check", help="write nothing; exit code 1 when one is stale")] = False,
) -> None:
    """Make AsyncAPI, OpenAPI, the catalogues of events and metrics, the tables of EDIFACT and the dashboards anew.

    Example: yigangtong schemas docs
    """
    from ops.documents.made import ROOT, stale, write

    changed = stale() if check_only else write()
    for path in changed:
        print(f"{'stale 已过期' if check_only else 'written 已更新'}: {path.relative_to(ROOT)}")
    if not changed:
        print("all documents are current 文档均为最新")
    raise typer.Exit(1 if check_only and changed else 0)
