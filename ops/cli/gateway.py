"""Commands about the REST gateway: serve, key."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ops.cli.common import DEFAULT_BOOTSTRAP, BootstrapOption

gateway_app = typer.Typer(help="The REST gateway: events over HTTP.", no_args_is_help=True)
KeysOption = Annotated[Path, typer.Option("--keys", envvar="YGT_GATEWAY_KEYS", help="file of API keys (digests only)")]
DEFAULT_KEYS = Path("var/gateway-keys.yaml")


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    app.add_typer(gateway_app, name="gateway")


@gateway_app.command("key")
def key(
    name: Annotated[str, typer.Option(help="what the key is called in the file and in logs, e.g. qqct-tos")],
    port: Annotated[str, typer.Option(help="the port whose events it may send: qingdao, rizhao, yantai, weihai")],
    party: Annotated[str, typer.Option(help="the sender's party code: the source_party of its events, e.g. QQCT")],
    system: Annotated[str, typer.Option(help="its system; the first word ranks it: TOS OCR TALLY CARRIER AGENT")] = "TOS",
    kinds: Annotated[list[str] | None, typer.Option("--kind", help="may be given several times; all by default")] = None,
    keys: KeysOption = DEFAULT_KEYS,
) -> None:
    """Make an API key and show it, this once; the file keeps only its digest.

    Example: yigangtong gateway key --name qqct-tos --port qingdao --party QQCT
    """
    from connectors.gateway.keys import add_key
    from schemas.keys import PORT_KINDS

    secret = add_key(keys, name, port, party, system, tuple(kinds or PORT_KINDS))
    print(secret)
    typer.echo(f"kept as {name} in {keys}; a running gateway knows it within a second. 密钥只显示这一次，请妥善保存", err=True)


@gateway_app.command("serve")
def serve(
    keys: KeysOption = DEFAULT_KEYS,
    bootstrap: BootstrapOption = DEFAULT_BOOTSTRAP,
    host: Annotated[str, typer.Option(help="where to listen; beyond loopback only behind TLS")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="0 = any free port")] = 8088,
    max_mb: Annotated[float, typer.Option(min=0.01, help="largest body of a request, MB")] = 8.0,
    max_events: Annotated[int, typer.Option(min=1, help="most events in a request")] = 5000,
    under_way_mb: Annotated[float, typer.Option(min=0.01, help="what may wait for Kafka at once, MB; beyond: 429")] = 64.0,
    events_per_s: Annotated[float, typer.Option(min=1, help="what each key may send; ten seconds of it at once")] = 2000.0,
) -> None:
    """Take events over HTTP until Ctrl-C: POST /v1/{port}/{kind}. The page /docs describes it.

    Example: yigangtong gateway serve --keys var/gateway-keys.yaml
    """
    from connectors.gateway.serve import run

    run(keys, bootstrap, host, port, int(max_mb * 1e6), max_events, int(under_way_mb * 1e6), events_per_s)
