"""Releases and holds: what is in force, computed and never stored (model 7.2, 7.3 A).

A revoke re-opens; a hold is lifted by the UNHOLD that names it, never by an unrelated release.
"""

from __future__ import annotations

from streams.domain.evidence import Evidence


class Permits:
    """The releases of one visit, to be asked what was in force when."""

    def __init__(self, releases: list[Evidence]) -> None:
        self._by_stage: dict[str, list[Evidence]] = {}
        self._holds: dict[str, Evidence] = {}
        for e in releases:
            if e.action == "HOLD":
                self._holds[e.extra] = e
            elif e.action == "UNHOLD":
                self._holds.pop(e.extra, None)
            else:
                known = self._by_stage.get(e.code)
                if known is None:
                    self._by_stage[e.code] = [e]
                else:
                    known.append(e)

    def in_force(self, stage: str, until: int = 0) -> int:
        """Time of the latest RELEASE of a stage that no REVOKE of the same scope has taken away, 0 when there is none.

        With ``until`` (ms) only what had happened by then counts.
        """
        events = self._by_stage.get(stage)
        if events is None:
            return 0
        if len(events) == 1:
            only = events[0]
            return only.at if only.action == "RELEASE" and (not until or only.at <= until) else 0
        scopes: dict[str, int] = {}
        for e in events:
            if until and e.at > until:
                break
            if e.action == "RELEASE":
                scopes[e.bill + "|" + e.container] = e.at
            elif e.action == "REVOKE":
                scopes.pop(e.bill + "|" + e.container, None)
        return max(scopes.values()) if scopes else 0

    def first(self, stage: str, action: str) -> Evidence | None:
        """The earliest event of a stage with that action."""
        for e in self._by_stage.get(stage, []):
            if e.action == action:
                return e
        return None

    def latest(self, stage: str, action: str) -> Evidence | None:
        """The latest event of a stage with that action."""
        found: Evidence | None = None
        for e in self._by_stage.get(stage, []):
            if e.action == action:
                found = e
        return found

    def approved(self, stage: str, until: int = 0) -> int:
        """Time of the latest APPROVE of a stage by ``until``, 0 when there is none."""
        found = 0
        for e in self._by_stage.get(stage, []):
            if e.action == "APPROVE" and (not until or e.at <= until):
                found = e.at
        return found

    def receipts(self) -> list[Evidence]:
        """Customs' answers to arrival reports, by time."""
        return self._by_stage.get("ARRIVAL", [])

    def holds(self) -> list[str]:
        """The holds in force, each as ``AUTHORITY: reason``."""
        return [e.mode + ": " + (e.reason or e.extra) for e in self._holds.values()]
