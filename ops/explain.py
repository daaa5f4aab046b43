"""Why a box may leave by gate, be loaded or sail, or why not: conditions, proof, who must act (issue: explanations).

The box is derived anew from the stored events, as for `ops.trace_as_of`, and asked about; the words come from the reference
data. What the platform cannot know is said, never guessed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, Final

from ops.trace import Queryable
from ops.trace_as_of import evidence_of, known_then, now_then, replay
from schemas.reference import ConditionText, load_reference
from streams.domain.conditions import Condition
from streams.domain.explain import MAY, TO_CHECK, Explanation
from streams.domain.watch import Raised

#: Later than every event, and a time that every engine holds: 2100-01-01.
FAR: Final = 4_102_444_800_000
#: How far back to look for the last word of a source.
_LOOK_BACK_MS: Final = 40 * 86_400_000
#: What a witness is shown with: who said so, in which message, when it happened and when we got to know.
_SHOWN: Final = (
    "source_party", "source_system", "raw_ref", "event_id", "kind", "milestone", "port", "event_time", "ingest_time"
)


def explain_box(store: Queryable, container: str, action: str, now_ms: int, as_of_ms: int = 0) -> dict[str, Any]:
    """The answer for a box as the platform knows it now, or knew it then, from evidence received by ``as_of_ms``.

    ``now_ms`` is the time of asking: an event that claims a later time does not move the clock. ``verdict`` is that of
    `streams.domain.explain`, or UNKNOWN_BOX.
    """
    then = as_of_ms or FAR
    rows = known_then(store, container, then)
    now = now_then(store, as_of_ms or now_ms) or now_then(store, FAR)
    core = replay(rows, now)
    found = core.explain(container, action)
    evidence = evidence_of(rows, container, core.voided())
    answer: dict[str, Any] = {
        "container_no": container, "as_of": as_of_ms, "now": now, "action": action, "verdict": "UNKNOWN_BOX", "done_at": 0,
        "conditions": [], "open_exceptions": [], "heard": heard(store, then), "silent": [], "gaps": [],
    }  # fmt: skip
    if found is None or not evidence:
        return answer
    ports = sorted({row["port"] for row in evidence if row["kind"] in ("gate", "berth")} or {row["port"] for row in evidence})
    silent = [source for source in silent_sources(store, as_of_ms) if source["subject"].partition(".")[0] in ports]
    answer.update(
        visit_id=found.visit_id, action=found.action, verdict=_verdict(found, silent), done_at=found.done_at, ports=ports,
        conditions=[*(_condition(c, evidence) for c in found.conditions), *_silence(silent)],
        open_exceptions=[_exception(x) for x in found.open_exceptions],
        silent=[source["subject"] for source in silent], gaps=_gaps(found, evidence),
    )  # fmt: skip
    return answer


def heard(store: Queryable, then_ms: int) -> list[dict[str, Any]]:
    """The last word of each topic by then: port, kind, and when it was appended (ms)."""
    rows = store.query(
        "SELECT topic, max(append_time) AS at FROM intake WHERE append_time <= %(t)s GROUP BY topic ORDER BY topic",
        {"t": _time(then_ms)},
    )
    since = max((row["at"] for row in rows), default=0) - _LOOK_BACK_MS
    parts = [(row["topic"].split("."), row["at"]) for row in rows if row["at"] >= since]
    return [{"port": words[0], "kind": words[1], "at": at} for words, at in parts if words[0] in load_reference().seaports]


def silent_sources(store: Queryable, as_of_ms: int = 0) -> list[dict[str, Any]]:
    """The sources (``port.kind``) that are silent now, or were then, and since when."""
    rows = store.query("SELECT subject, raised_at, ended_at FROM exceptions_now WHERE code = 'SOURCE_SILENT' ORDER BY subject")
    if not as_of_ms:
        return [row for row in rows if not row["ended_at"]]
    return [row for row in rows if row["raised_at"] <= as_of_ms and not 0 < row["ended_at"] <= as_of_ms]


def words(code: str, why: str) -> dict[str, str]:
    """What a condition, or the reason for it, says to people in both languages, who must act and what to do."""
    reference = load_reference()
    name = reference.conditions.get((code, "")) or ConditionText("", code, code, "", "")
    reason = reference.conditions.get((code, why)) if why else None
    known = reference.exceptions.get(why)
    if reason is None and known is not None:
        reason = ConditionText(known.owner, known.text_zh, known.text_en, known.action_zh, known.action_en)
    said = reason or name
    return {
        "text_zh": name.text_zh, "text_en": name.text_en, "why_zh": reason.text_zh if reason else "",
        "why_en": reason.text_en if reason else "", "owner": said.owner or name.owner,
        "action_zh": said.action_zh or name.action_zh, "action_en": said.action_en or name.action_en,
    }  # fmt: skip


def _time(ms: int) -> datetime:
    return datetime.fromtimestamp(ms / 1000, UTC)


def _condition(c: Condition, evidence: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    return {
        "code": c.code, "state": c.state, "why": c.why, "at": c.at, "detail": c.detail, **words(c.code, c.why),
        "evidence": witnesses(c.evidence, evidence),
    }  # fmt: skip


def witnesses(idents: Iterable[str], evidence: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The events with these identities, as they are shown. A report that we sent ourselves is none of them."""
    known = {f"{e['source_party']}|{e['source_system']}|{e['event_id']}": e for e in evidence}
    return [{name: known[ident][name] for name in _SHOWN} for ident in idents if ident in known]


def _exception(x: Raised) -> dict[str, Any]:
    return {"code": x.code, "state": x.state, "raised_at": x.raised_at, "detail": x.detail, "port": x.port,
            **words("", x.code)}  # fmt: skip


def _silence(silent: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    return [
        {"code": "SOURCES_HEARD", "state": "UNKNOWN", "why": "", "at": source["raised_at"], "detail": source["subject"],
         "evidence": [], **words("SOURCES_HEARD", "")}
        for source in silent
    ]  # fmt: skip


def _verdict(found: Explanation, silent: list[dict[str, Any]]) -> str:
    return TO_CHECK if silent and found.verdict == MAY else found.verdict


def _gaps(found: Explanation, evidence: Iterable[Mapping[str, Any]]) -> list[str]:
    """What the platform should know of a box and does not: ANNOUNCED_ONLY, NO_ENTRY, NO_PAPERS."""
    kinds = {row["kind"] for row in evidence if row["classifier"] == "ACT"}
    gaps = []
    if not found.visit_id:
        gaps.append("NO_ENTRY" if kinds & {"gate", "berth"} else "ANNOUNCED_ONLY")
    elif "manifest" not in kinds:
        gaps.append("NO_PAPERS")
    return gaps
