"""All documents that are made, by path."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Final

from ops.dashboards import boards
from ops.documents import asyncapi, catalogue, chart, dictionary, metrics, queries

ROOT: Final = Path(__file__).parents[2]


def documents() -> dict[Path, Callable[[], str]]:
    """Path to what stands there."""
    return {
        ROOT / "docs" / "asyncapi.yaml": asyncapi.text,
        ROOT / "docs" / "data-dictionary.md": dictionary.dictionary,
        ROOT / "docs" / "edi.md": _edi,
        ROOT / "docs" / "events.md": catalogue.catalogue,
        ROOT / "docs" / "gateway.openapi.json": _openapi,
        ROOT / "docs" / "metrics.md": metrics.page,
        ROOT / "docs" / "queries.md": queries.page,
        chart.CHART / "files" / "kafka.yaml": chart.kafka,
        **boards.files(),
    }


def stale() -> list[Path]:
    """Documents that are not as they would be made now."""
    return [path for path, make in documents().items() if not path.exists() or path.read_text("utf-8") != make()]


def write() -> list[Path]:
    """Make those anew that are not current; returns them."""
    changed = stale()
    for path in changed:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(documents()[path](), "utf-8")
    return changed


def _edi() -> str:
    """What people wrote, and below it what the message tables say."""
    from connectors.edi.page import BEGIN, page

    written = (ROOT / "docs" / "edi.md").read_text("utf-8")
    return written[: written.index(BEGIN)] + page()


def _openapi() -> str:
    from connectors.gateway.app import openapi

    return json.dumps(openapi(), ensure_ascii=False, indent=1) + "\n"
