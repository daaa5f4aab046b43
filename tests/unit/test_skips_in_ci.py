"""In CI a skip is a failure: what cannot run there is not tested."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest_plugins = ["pytester"]

CASES = """
import pytest

def test_skips():
    pytest.skip("no server here")

@pytest.fixture
def server():
    pytest.skip("no server at all")

def test_needs(server):
    pass

@pytest.mark.may_skip(reason="only with hardware")
def test_may_skip():
    pytest.skip("no hardware")

@pytest.mark.xfail(reason="known")
def test_known():
    assert False
"""


@pytest.mark.parametrize(("ci", "failed", "errors", "skipped"), [("true", 1, 1, 1), ("", 0, 0, 3)])
def test_only_an_allowed_skip_passes_in_ci(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, ci: str, failed: int, errors: int, skipped: int
) -> None:
    monkeypatch.setenv("CI", ci)
    hook = (Path(__file__).parents[1] / "conftest.py").read_text("utf-8")
    pytester.makeconftest(hook)
    pytester.makeini("[pytest]\nmarkers = may_skip(reason): allowed")
    pytester.makepyfile(CASES)
    done = pytester.runpytest_subprocess("-p", "no:cacheprovider", f"--rootdir={pytester.path}")
    done.assert_outcomes(failed=failed, errors=errors, skipped=skipped, xfailed=1)
