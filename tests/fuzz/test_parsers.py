"""Some seconds of fuzzing for each parser in every run, some minutes in `make test-all`: no crash, no hang, no growth."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.fuzz.seeds import seeds

PARSERS = ("edifact", "flat", "customs", "receipt", "dcsa", "table")
#: A shell between us: libFuzzer's limit of memory looks at a peak that a child begins with at its parent's, and ours is large.
APART = ("/bin/sh", "-c", '"$@"; exit $?', "sh")
ROOT = Path(__file__).parents[2]

pytestmark = pytest.mark.skipif(
    importlib.util.find_spec("atheris") is None, reason="atheris has no wheel for this Python and machine"
)


def fuzz(parser: str, seconds: int, folder: Path) -> None:
    corpus = folder / "corpus"
    corpus.mkdir(parents=True)
    for number, seed in enumerate(seeds(parser)):
        (corpus / str(number)).write_bytes(seed)
    done = subprocess.run(
        [*APART, sys.executable, "-m", "tests.fuzz", parser, f"-max_total_time={seconds}", "-timeout=5", "-rss_limit_mb=1024",
         "-max_len=6000", "-seed=1", "-print_final_stats=1", f"-artifact_prefix={folder}/", str(corpus)],
        cwd=ROOT, capture_output=True, text=True, timeout=seconds + 120, check=False,
    )  # fmt: skip
    found = [path.name for path in folder.iterdir() if path != corpus]
    assert done.returncode == 0, f"{parser}, {found}: {done.stdout[-1500:]}{done.stderr[-2500:]}"
    tried = next(int(line.split()[-1]) for line in done.stderr.splitlines() if "number_of_executed_units" in line)
    assert tried > 100, "it never came to its work"


def test_bytes_of_a_few_seconds_do_no_harm(tmp_path: Path) -> None:
    """All parsers, two at a time: most of the time goes into loading them."""
    with ThreadPoolExecutor(2) as pool:
        running = [pool.submit(fuzz, parser, 3, tmp_path / parser) for parser in PARSERS]
        for each in running:
            each.result()


@pytest.mark.slow
@pytest.mark.parametrize("parser", PARSERS)
def test_bytes_of_some_minutes_do_no_harm(parser: str, tmp_path: Path) -> None:
    fuzz(parser, 180, tmp_path)
