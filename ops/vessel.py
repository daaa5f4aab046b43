"""The same vessel (内外贸同船): what travels with a call or a feeder voyage, what contradicts, and what blocks its departure.

Everything is a named query of `ops.queries`; here they are given their parameters, and the vessel's own permission is judged.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from ops.explain import heard, silent_sources, words
from ops.queries import query
from ops.trace import Queryable
from schemas.reference import load_reference

HOUR_MS: Final = 3_600_000
#: A call's stay is widened by this, as events are put to calls (`streams.domain.calls`).
BEFORE_MS: Final = 24 * HOUR_MS
AFTER_MS: Final = 12 * HOUR_MS
#: Papers of one voyage come within this; the same number may come again later.
PAPERS_MS: Final = 45 * 24 * HOUR_MS
#: The end of a stay that goes on.
_OPEN_MS: Final = 4_102_444_800_000
#: A step that a box lacks (blockers of a visit) -> the condition that says who must act.
STEP_CONDITIONS: Final = {
    "EXPORT_ARRIVAL_REPORT": "ARRIVAL_CONFIRMED", "EXPORT_CUSTOMS_RELEASE": "CUSTOMS_RELEASE",
    "EXPORT_LOADING_RELEASE": "LOADING_RELEASE", "EXPORT_TERMINAL_RELEASE": "TERMINAL_RELEASE",
    "IMPORT_CUSTOMS_RELEASE": "CUSTOMS_RELEASE", "IMPORT_BILL_RELEASE": "BILL_RELEASE",
    "IMPORT_TERMINAL_RELEASE": "TERMINAL_RELEASE", "TERMINAL_RELEASE": "TERMINAL_RELEASE",
}  # fmt: skip
#: Boxes per question: their numbers stand in the query's text, which has a limit.
_BOXES: Final = 2_000
#: What is said of each event that proves something.
_SEEN: Final = (
    "SELECT container_no, source_party, source_system, event_id, raw_ref, kind, milestone, port, event_time, ingest_time "
    "FROM events_now WHERE container_no IN %(boxes)s AND "
)
_WITNESS: Final = _SEEN + "event_id IN %(ids)s"
#: What put a box on a list of these calls.
_LISTED: Final = (
    _SEEN + "kind = 'manifest' AND vessel_id IN %(vessels)s AND voyage IN %(voyages)s AND event_time >= %(papers_since)s "
    "ORDER BY event_time"
)
#: Where a box was seen last: a step that is missing has no event, so this shows how far the box has come.
_LAST_SEEN: Final = _SEEN + "kind IN ('gate', 'berth') AND classifier = 'ACT' ORDER BY event_time"
#: Papers that are shown of a box.
_PAPERS: Final = 3


def ids_of(named: str) -> tuple[str, ...]:
    """All ids and names by which a vessel is known; the first is its vessel_id. Names are compared without case."""
    reference = load_reference()
    wanted = named.strip()
    for vessel in dict.fromkeys(reference.vessels.values()):
        known = (vessel.vessel_id, *vessel.other_ids, *filter(None, (vessel.zh, vessel.en, *vessel.aliases)))
        if wanted.upper() in {name.upper() for name in known}:
            return tuple(dict.fromkeys(known))
    return (wanted,)


def calls_of(store: Queryable, named: str, port: str = "", voyage: str = "") -> list[dict[str, Any]]:
    """The calls of a vessel, latest first; it may be named by any of its ids or its name, listed or as its calls say."""
    known = ids_of(named)
    calls = store.query(query("calls"), {"vessels": known, "port": port, "voyage": voyage})
    if not calls and len(known) == 1:
        ids = store.query(
            "SELECT DISTINCT vessel_id FROM port_calls_now WHERE upper(vessel_name) = upper(%(n)s) ORDER BY vessel_id",
            {"n": known[0]},
        )
        if ids:
            params = {"vessels": tuple(row["vessel_id"] for row in ids), "port": port, "voyage": voyage}
            calls = store.query(query("calls"), params)
    return calls


def parameters_of(calls: Sequence[Mapping[str, Any]], voyage: str = "") -> dict[str, Any]:
    """The parameters of the named queries for one call, or for all calls of one feeder voyage."""
    reference = load_reference()
    starts = [call["ata"] or call["eta"] or call["atb"] or call["atd"] for call in calls]
    ends = [call["atd"] + AFTER_MS if call["atd"] else _OPEN_MS for call in calls]
    since = max(min(starts) - BEFORE_MS, 0)
    numbers = {voyage} if voyage else {call[side] for call in calls for side in ("voyage_in", "voyage_out")}
    return {
        "vessels": tuple({name: None for call in calls for name in (call["vessel_id"], *ids_of(call["vessel_id"]))}),
        "calls": tuple(call["call_id"] for call in calls), "ports": tuple(sorted({call["port"] for call in calls})),
        "voyages": tuple(sorted(numbers)), "since": _time(since), "until": _time(max(ends)),
        "papers_since": _time(max(since - PAPERS_MS, 0)), "codes": list(reference.port_codes),
        "slugs": list(reference.port_codes.values()), "sizes": list(reference.size_types),
        "teus": [float(size.teu) for size in reference.size_types.values()],
        "ops_end_s": max(call["ops_end"] for call in calls) // 1000,
    }  # fmt: skip


def current(calls: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
    """Of calls, latest first: the one that is under way, else the last."""
    return next((call for call in reversed(calls) if call["ata"] and not call["atd"]), calls[0])


def same_vessel(store: Queryable, calls: Sequence[Mapping[str, Any]], voyage: str = "") -> dict[str, Any]:
    """Composition, conflicts and reconciliation of one call, or of all calls of a feeder voyage."""
    params = parameters_of(calls, voyage)
    found, _ = together(store, params)
    return {"calls": list(calls), "voyage": voyage, **found}


def readiness(store: Queryable, call: Mapping[str, Any], now_ms: int) -> dict[str, Any]:
    """What still blocks the departure of a call, each with who must act and what proves it. ``verdict`` MAY, MAY_NOT,
    TO_CHECK or DONE (it has departed)."""
    return judge(store, departure(store, call, now_ms))


def departure(store: Queryable, call: Mapping[str, Any], now_ms: int) -> dict[str, Any]:
    """The conditions of a departure that rows of the call and its boxes decide."""
    params = parameters_of([call])
    found, travelling = together(store, params)
    blockers = [_blocker(row) for row in lacking(store, params, travelling, found["reconciliation"])]
    add_witnesses(store, blockers)
    add_context(store, blockers, params)
    conditions = [_operations(call), permission(call, found["composition"], now_ms)]
    return {"call": dict(call), "conditions": conditions, "blockers": blockers, **found}


def judge(store: Queryable, found: dict[str, Any], as_of_ms: int = 0) -> dict[str, Any]:
    """The verdict on a :func:`departure`, with what was heard of the call's port last, now or by then."""
    call = found["call"]
    conditions = [*found["conditions"], *_silence(store, call["port"], as_of_ms)]
    states = [c["state"] for c in (*conditions, *found["blockers"])]
    verdict = "DONE" if call["atd"] else "MAY_NOT" if "UNMET" in states else "TO_CHECK" if "UNKNOWN" in states else "MAY"
    return {
        **found, "conditions": conditions, "verdict": verdict, "heard": heard(store, as_of_ms or _OPEN_MS), "as_of": as_of_ms
    }  # fmt: skip


def permission(call: Mapping[str, Any], composition: Iterable[Mapping[str, Any]], now_ms: int) -> dict[str, Any]:
    """MIXED_TRADE: whether the vessel may carry what it has and gets, on the day of its departure. A permission that is not
    known is to be checked, never allowed (model 7.3 E)."""
    trades = {row["trade"] for row in composition if row["boxes"] and row["trade"]}
    ship = load_reference().vessels.get(call["vessel_id"])
    day = call["atd"] or call["etd"] or now_ms
    if not {"D", "F"} <= trades:
        state, why = "NOT_REQUIRED", ""
    elif ship is None or not ship.mixed_from:
        state, why = "UNKNOWN", "NO_PERMIT"
    elif ship.mixed_from <= day < ship.mixed_until + 24 * HOUR_MS:
        state, why = "MET", ""
    else:
        state, why = "UNMET", "EXPIRED"
    return _condition("MIXED_TRADE", state, why, call["vessel_id"])


def add_witnesses(store: Queryable, blockers: Sequence[dict[str, Any]]) -> None:
    """Put the events behind each blocker in the place of their identities."""
    ids = {ident.rpartition("|")[2] for blocker in blockers for ident in blocker["evidence"]}
    boxes = {blocker["container_no"] for blocker in blockers if blocker["evidence"]}
    found = store.query(_WITNESS, {"boxes": tuple(sorted(boxes)), "ids": tuple(sorted(ids))}) if ids else []
    known = {f"{e['source_party']}|{e['source_system']}|{e['event_id']}": e for e in found}
    for blocker in blockers:
        blocker["evidence"] = [known[ident] for ident in blocker["evidence"] if ident in known]


def add_context(store: Queryable, blockers: Sequence[dict[str, Any]], params: Mapping[str, Any]) -> None:
    """Give each blocker that no event stands behind what a person looks at first: of a box that was not moved the latest papers
    that list it, of a missing step where the box was seen last."""
    bare = [blocker for blocker in blockers if not blocker["evidence"]]
    for question, kept, chosen in (
        (_LISTED, _PAPERS, [b for b in bare if b["code"] in ("NOT_LOADED", "NOT_DISCHARGED")]),
        (_LAST_SEEN, 1, [b for b in bare if b["code"] not in ("NOT_LOADED", "NOT_DISCHARGED")]),
    ):
        boxes = tuple(sorted({blocker["container_no"] for blocker in chosen}))
        found: dict[str, list[dict[str, Any]]] = {}
        for event in store.query(question, {**params, "boxes": boxes}) if boxes else ():
            found.setdefault(event["container_no"], []).append(event)
        for blocker in chosen:
            blocker["evidence"] = found.get(blocker["container_no"], [])[-kept:]


def together(store: Queryable, params: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, set[str]]]:
    """Composition, conflicts and reconciliation of some calls; and their boxes, each with the stages that it has reached.

    Who travels is asked as seldom as can be, and what else is to be known of these boxes by their numbers: that question is
    long, and to plan it takes more time than to answer it.
    """
    composition = store.query(query("composition"), params)
    travelling: dict[str, set[str]] = {}
    for row in composition:
        for box in row.pop("containers"):
            travelling.setdefault(box, set()).add(row["stage"])
    conflicts: list[dict[str, Any]] = []
    for boxes in _portions(travelling):
        conflicts += store.query(query("conflicts"), {**params, "boxes": boxes})
    conflicts.sort(key=lambda row: (row["severity"], row["code"], row["container_no"]))
    reconciliation = store.query(query("reconciliation"), params)
    return {"composition": composition, "conflicts": conflicts, "reconciliation": reconciliation}, travelling


def lacking(
    store: Queryable, params: Mapping[str, Any], travelling: Mapping[str, set[str]], differences: Iterable[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """What blocks a departure, by code and box: boxes that were not moved, and what those that leave lack."""
    found: list[dict[str, Any]] = [
        {"code": row["difference"], "container_no": row["container_no"], "port": "", "since_s": 0, "detail": "", "evidence": []}
        for row in differences
        if row["difference"] in ("NOT_LOADED", "NOT_DISCHARGED") and not row["moved_s"]
    ]
    leaving = [box for box, stages in travelling.items() if stages & {"PLANNED_LOAD", "LOADED"}]
    for boxes in _portions(leaving):
        to_load = tuple(box for box in boxes if "PLANNED_LOAD" in travelling[box])
        found += store.query(query("departure_readiness"), {**params, "boxes": boxes, "to_load": to_load or ("",)})
    return sorted(found, key=lambda row: (row["code"], row["container_no"]))


def _portions(boxes: Iterable[str]) -> Iterator[tuple[str, ...]]:
    numbers = sorted(boxes)
    for start in range(0, len(numbers), _BOXES):
        yield tuple(numbers[start : start + _BOXES])


def _blocker(row: Mapping[str, Any]) -> dict[str, Any]:
    code = row["code"]
    hold = ": " in code
    condition = "NO_HOLD" if hold else STEP_CONDITIONS.get(code, code)
    said = words(condition, "") if (condition, "") in load_reference().conditions else words("NO_CRITICAL_EXCEPTION", code)
    detail = code if hold else row["detail"].strip()
    return {**row, **said, "code": condition, "state": "UNMET", "detail": detail, "since": row["since_s"] * 1000}


def _operations(call: Mapping[str, Any]) -> dict[str, Any]:
    return _condition("OPERATIONS_ENDED", "MET" if call["ops_end"] else "UNMET", "", call["terminal_code"])


def _silence(store: Queryable, port: str, as_of_ms: int) -> list[dict[str, Any]]:
    silent = [source["subject"] for source in silent_sources(store, as_of_ms) if source["subject"].partition(".")[0] == port]
    return [_condition("SOURCES_HEARD", "UNKNOWN", "", subject) for subject in silent]


def _condition(code: str, state: str, why: str, detail: str) -> dict[str, Any]:
    return {"code": code, "state": state, "why": why, "detail": detail, "evidence": [], **words(code, why)}


def _time(ms: int) -> datetime:
    return datetime.fromtimestamp(ms / 1000, UTC)
