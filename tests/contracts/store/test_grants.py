"""What deploy/clickhouse grants is SQL: the old server of the other tests knows no grants, so the newer engine reads it."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import pytest

from connectors.clickhouse.embedded import EmbeddedStore
from connectors.clickhouse.errors import StoreError

FILE = Path(__file__).parents[3] / "deploy" / "clickhouse" / "users.d" / "yigangtong.xml"
GRANTS = [query.text or "" for query in ElementTree.fromstring(FILE.read_text("utf-8")).iter("query")]


def read(embedded: EmbeddedStore, grant: str) -> str:
    (row,) = embedded.query("SELECT formatQuerySingleLine(%(text)s) AS text", {"text": f"{grant} TO somebody"})
    return str(row["text"])


def test_each_grant_is_read_by_a_newer_engine(embedded: EmbeddedStore) -> None:
    assert len(GRANTS) > 10
    for grant in GRANTS:
        assert read(embedded, grant) == f"{grant} TO somebody"


def test_what_is_no_grant_is_not(embedded: EmbeddedStore) -> None:
    with pytest.raises(StoreError):
        read(embedded, "GRANT WRITE ON yigangtong.events")
