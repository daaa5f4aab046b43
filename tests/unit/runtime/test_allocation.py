"""Freed memory stays with the process, where the C library can be told so."""

from __future__ import annotations

import subprocess
import sys
from types import SimpleNamespace

import pytest

from streams.runtime import allocation

#: Takes and frees a block three times, and prints how much the kernel had to map for the third.
PROBE = """
import resource, sys
from streams.runtime.allocation import keep_freed_memory
if sys.argv[1] == "keep":
    assert keep_freed_memory()
for _ in range(3):
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    block = bytearray(32 << 20)
    del block
print(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)
"""


def faults(how: str) -> int:
    done = subprocess.run([sys.executable, "-c", PROBE, how], capture_output=True, text=True, check=True)
    return int(done.stdout)


def test_a_block_that_was_freed_is_not_mapped_and_cleared_again() -> None:
    assert faults("keep") < 100 < faults("give back")


def test_another_c_library_is_left_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(allocation.ctypes, "CDLL", lambda _: SimpleNamespace())
    assert allocation.keep_freed_memory() is False
