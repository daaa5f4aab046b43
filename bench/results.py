"""What rounds come to: medians, ratios, and the table that people read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from statistics import median
from typing import Any, Final, NamedTuple

Line = Mapping[str, Any]


class Ratio(NamedTuple):
    """A promise about two cases: ``fast`` is at least ``least`` times ``slow``."""

    fast: str
    slow: str
    least: float


class Limit(NamedTuple):
    """A promise about one figure of a case: at least, or (``at_most``) at most ``value``."""

    case: str
    figure: str
    value: float
    at_most: bool = False


RATIOS: Final = (
    Ratio("platform", "faust_idiomatic", 12.0), Ratio("platform", "quixstreams", 1.6),
    Ratio("platform_null_sink", "faust_idiomatic", 12.0), Ratio("platform_null_sink", "quixstreams", 1.6),
    Ratio("edi_coarri", "edi_coarri_pydifact", 3.0),
)  # fmt: skip
LIMITS: Final = (
    Limit("core", "events_per_s", 80_000), Limit("recovery", "events_per_s", 100_000),
    Limit("edi_codeco", "events_per_s", 20_000), Limit("edi_coarri", "events_per_s", 20_000),
    Limit("edi_baplie", "events_per_s", 20_000),
    Limit("latency", "p99_ms", 2_000, at_most=True), Limit("latency", "all_rows_p99_ms", 2_000, at_most=True),
    Limit("clearance", "p99_ms", 50, at_most=True),
    Limit("store", "by_key_ms", 100, at_most=True), Limit("store", "scan_ms", 400, at_most=True),
    Limit("store", "rollup_ms", 50, at_most=True),
    Limit("rest_of_worker", "cpu_us_per_event", 8.0, at_most=True),
    Limit("memory_cold_box", "bytes_per_box", 2_500, at_most=True),
    Limit("memory_hot_box", "bytes_per_box", 10_000, at_most=True),
)  # fmt: skip


def summary(lines: Iterable[Line]) -> list[dict[str, Any]]:
    """One entry per case, in the order of first appearance: the median of every figure, and how many rounds."""
    by_case: dict[str, list[Line]] = {}
    for line in lines:
        by_case.setdefault(line["case"], []).append(line)
    entries = [_entry(case, rounds) for case, rounds in by_case.items()]
    found = {entry["case"]: entry for entry in entries}
    if "platform_null_sink" in found and "core" in found:
        rest = found["platform_null_sink"]["cpu_us_per_event"] - found["core"]["cpu_us_per_event"]
        entries.append({
            "case": "rest_of_worker", "cpu_us_per_event": round(rest, 3),
            "rounds": min(found["platform_null_sink"]["rounds"], found["core"]["rounds"]),
        })  # fmt: skip
    return entries


def _entry(case: str, rounds: Sequence[Line]) -> dict[str, Any]:
    entry: dict[str, Any] = {"case": case}
    for figure, value in rounds[0].items():
        if figure != "case":
            if isinstance(value, str):
                entry[figure] = rounds[-1][figure]
            elif isinstance(value, bool):
                entry[figure] = value if all(r[figure] == value for r in rounds) else "mixed"
            else:
                entry[figure] = round(median(r[figure] for r in rounds), 3)
    entry["rounds"] = len(rounds)
    if len(rounds) > 1 and "events_per_s" in entry:
        entry["events_per_s_range"] = [min(r["events_per_s"] for r in rounds), max(r["events_per_s"] for r in rounds)]
    return entry


def verdicts(entries: Sequence[Line]) -> list[tuple[str, str, str, bool]]:
    """(what, found, promised, kept) for every promise whose cases were run."""
    found = {entry["case"]: entry for entry in entries}
    out = []
    for fast, slow, least in RATIOS:
        if fast in found and slow in found:
            times = found[fast]["events_per_s"] / found[slow]["events_per_s"]
            out.append((f"{fast} / {slow}", f"{times:.1f} x", f">= {least:g} x", times >= least))
    for case, figure, value, at_most in LIMITS:
        if case in found:
            is_at = found[case][figure]
            kept = is_at <= value if at_most else is_at >= value
            out.append((f"{case}: {figure}", f"{is_at:,.1f}", f"{'<=' if at_most else '>='} {value:,.0f}", kept))
    return out
