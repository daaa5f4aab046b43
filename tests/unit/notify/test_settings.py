"""The file that says who is told: what may stand there, and what is said of a mistake."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from connectors.notify.settings import NotifyFileError, Wanted, load_settings, secret
from schemas.reference import load_reference

ROOT = Path(__file__).parents[3]
EXAMPLE = ROOT / "docs" / "examples" / "notify.yaml"
HOOK = "channels:\n  - {name: own, kind: webhook, url: 'http://127.0.0.1:1/'%s}\n"


def test_the_example_is_read_and_names_what_exists() -> None:
    settings = load_settings(EXAMPLE)
    reference = load_reference()
    assert {channel.kind for channel in settings.channels} == {"wecom", "dingtalk", "mail", "webhook"}
    for channel in settings.channels:
        assert set(channel.wants.codes) <= set(reference.exceptions)
        assert set(channel.wants.ports) <= set(reference.ports)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("channels: []", "channels"),
        ("[", "no YAML"),
        (HOOK % ", colour: red", "colour"),
        (HOOK % ", wants: {severity: bad}", "severity"),
        ("channels:\n  - {name: own, kind: pigeon}", "pigeon"),
        (HOOK % "" + "  - {name: own, kind: webhook, url: 'http://127.0.0.1:2/'}\n", "two channels"),
    ],
)
def test_a_mistake_is_named(tmp_path: Path, text: str, said: str) -> None:
    file = tmp_path / "notify.yaml"
    file.write_text(text)
    with pytest.raises(NotifyFileError, match=said):
        load_settings(file)


def test_an_empty_secret_is_refused(tmp_path: Path) -> None:
    (tmp_path / "empty").write_text("\n")
    with pytest.raises(NotifyFileError, match="empty"):
        secret(Path("empty"), tmp_path)


@pytest.mark.parametrize(
    ("wanted", "heard"),
    [
        (Wanted(), True),
        (Wanted(severity="critical"), False),
        (Wanted(severity="info"), True),
        (Wanted(ports=("qingdao",)), False),
        (Wanted(ports=("qingdao", "weihai")), True),
        (Wanted(owners=("terminal",), codes=("ARR_MISSING",)), True),
        (Wanted(owners=("shipper",)), False),
        (Wanted(codes=("LEG_LOST",)), False),
    ],
)
def test_a_channel_hears_what_it_wants(wanted: Wanted, heard: bool) -> None:
    alert: dict[str, Any] = {"severity": "high", "port": "weihai", "owner": "terminal", "code": "ARR_MISSING"}
    assert wanted.wants(alert) is heard
