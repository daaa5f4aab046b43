"""The lock files pin everything with hashes and name no host; the project asks for nothing that they lack."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
WORKER = PROJECT["project"]["dependencies"]
WEB = [*WORKER, *PROJECT["project"]["optional-dependencies"]["web"]]
ALL = [*WEB, *(entry for group in PROJECT["dependency-groups"].values() for entry in group)]


def entries(lock: str) -> list[str]:
    """One requirement each, continued lines joined."""
    text = (ROOT / lock).read_text("utf-8").replace("\\\n", "")
    return [line for line in text.splitlines() if line and not line.startswith("#")]


def name_of(requirement: str) -> str:
    return re.sub(r"[-_.]+", "-", re.match(r"[A-Za-z0-9._-]+", requirement)[0]).lower()  # type: ignore[index]


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-worker.lock", "requirements-web.lock"])
def test_every_requirement_is_pinned_and_hashed(lock: str) -> None:
    for entry in entries(lock):
        assert re.match(r"[a-z0-9][a-z0-9._-]*==[^\s;]+ ", entry), entry[:80]
        assert "--hash=sha256:" in entry, entry[:80]


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-worker.lock", "requirements-web.lock"])
def test_no_index_host_is_named(lock: str) -> None:
    text = (ROOT / lock).read_text("utf-8")
    assert "://" not in text
    assert not re.search(r"^\s*--(?!hash)|index|find-links", text, re.M)


@pytest.mark.parametrize(
    ("lock", "wanted"),
    [("requirements.lock", ALL), ("requirements-worker.lock", WORKER), ("requirements-web.lock", WEB)],
)
def test_what_the_project_asks_for_is_locked(lock: str, wanted: list[str]) -> None:
    assert {name_of(entry) for entry in wanted} <= {name_of(entry) for entry in entries(lock)}


def test_containers_run_what_was_tested() -> None:
    def pins(lock: str) -> set[str]:
        return {re.split(r"--hash|;", entry)[0].strip() for entry in entries(lock)}

    assert pins("requirements-worker.lock") <= pins("requirements-web.lock") <= pins("requirements.lock")


@pytest.mark.parametrize("package", ["faust-streaming", "mode-streaming", "aiokafka"])
def test_packages_with_overridden_private_names_are_pinned_exactly(package: str) -> None:
    assert any(re.fullmatch(rf"{package}==\d+(\.\d+)+", entry) for entry in WORKER)
