"""Releases and holds: what is in force, computed and never stored (model 7.2, 7.3 A).

A revoke re-opens; a hold is lifted by the UNHOLD that names it, never by an unrelated release.
"""

from __future__ import annotations

from typing import Final

from streams.domain.evidence import Evidence

#: Stages that customs releases bill by bill.
_BY_BILL: Final = ("DECLARATION", "BILL", "LOADING")
#: A box goes on from the quay to another supervised site under one of these approvals.
DIVERSIONS: Final = ("DIVERSION", "DECONSOLIDATION")
#: Later than every event.
ALWAYS: Final = 1 << 62

#: What was released: bill, container and number of the declaration, as far as the release says.
Scope = tuple[str, str, str]

#: Shared by all visits that have none: never changed.
_NONE: Final[list[Evidence]] = []
_NOTHING_RELEASED: Final[dict[str, int]] = {}
_NOTHING_DECLARED: Final[dict[str, Evidence]] = {}


class Permits:
    """The releases of one visit, to be asked what was in force when."""

    def __init__(self) -> None:
        self._events = _NONE
        self._holds: dict[str, Evidence] | None = None
        #: stage -> time of its latest RELEASE in force
        self._released = _NOTHING_RELEASED
        self._revoked = False
        #: holds and their liftings, by time
        self._hold_log = _NONE
        #: conditional releases (附条件放行), by time
        self.conditions = _NONE
        #: the first word of customs that the declaration is accepted
        self.declared: Evidence | None = None
        #: number of each declaration that customs has spoken of -> the first word on it; a bill with several is released
        #: with the last of them (model 7.2)
        self._declarations = _NOTHING_DECLARED
        #: the master bills of a box that carries goods of several, or did: it is released with the last of them (model 7.2)
        self.shared_by: tuple[str, ...] = ()
        #: an inspection was ordered or begun; it is to go to another site
        self.inspected = False
        self.sent_on = False

    def add(self, e: Evidence) -> None:
        """One more release event; they come by event time."""
        action = e.action
        if action == "HOLD" or action == "UNHOLD":
            self._hold_log = [*self._hold_log, e]
        if action == "HOLD":
            if self._holds is None:
                self._holds = {}
            self._holds[e.extra] = e
            return
        if action == "UNHOLD":
            if self._holds is not None:
                self._holds.pop(e.extra, None)
            return
        if self._events:
            self._events.append(e)
        else:
            self._events = [e]
        if e.code in DIVERSIONS:
            self.sent_on = True
        elif e.code == "DECLARATION" and e.declaration and e.declaration not in self._declarations:
            self._declarations = {**self._declarations, e.declaration: e}
        if action == "RELEASE":
            self._released = {**self._released, e.code: e.at}
        elif action == "REVOKE":
            self._revoked = True
            self._released = {**self._released, e.code: self._until(e.code, e.at)}
        elif action == "CONDITIONAL":
            self.conditions = [*self.conditions, e]
        elif action.startswith("INSPECT"):
            self.inspected = True
        elif action == "DECLARED" and e.code == "DECLARATION" and self.declared is None:
            self.declared = e

    def _in_parts(self, stage: str) -> bool:
        """True when a stage is released part by part: bill by bill, or declaration by declaration."""
        if self.shared_by and stage in _BY_BILL:
            return True
        return stage == "DECLARATION" and len(self._declarations) > 1

    def in_force(self, stage: str) -> int:
        """Time of the latest RELEASE of a stage that no REVOKE of the same scope has taken away, 0 when there is none. Of a
        box of several bills each must have one, and of a bill each of its declarations."""
        if self._in_parts(stage):
            return self._until(stage, ALWAYS)
        return self._released.get(stage, 0)

    def in_force_at(self, stage: str, at: int) -> int:
        """The same as it was at a time (ms)."""
        latest = self._released.get(stage)
        if latest is None:
            return 0
        simple = latest <= at and not self._revoked and not self._in_parts(stage)
        return latest if simple else self._until(stage, at)

    def _until(self, stage: str, at: int) -> int:
        """When the slowest part was released, 0 while one is not."""
        scopes = self._scopes(stage, at)
        slowest = 0
        for bill, declaration in self._parts(stage, at):
            latest = _latest_of(bill, declaration, scopes)
            if not latest:
                return 0
            slowest = max(slowest, latest)
        return slowest

    def _parts(self, stage: str, at: int) -> list[tuple[str, str]]:
        """What must be released before a stage is, by what was known at a time (ms): (bill, declaration), "" = whichever."""
        bills = self.shared_by if self.shared_by and stage in _BY_BILL else ("",)
        parts: list[tuple[str, str]] = []
        for bill in bills:
            on_bill: list[str] = []
            if stage == "DECLARATION":
                for number, e in self._declarations.items():
                    if e.at <= at and (not bill or e.bill in ("", bill)):
                        on_bill.append(number)
            parts += [(bill, number) for number in on_bill or [""]]
        return parts

    def _scopes(self, stage: str, at: int) -> dict[Scope, int]:
        """Time of the latest RELEASE of each scope, of those that no REVOKE had taken away by a time (ms)."""
        scopes: dict[Scope, int] = {}
        for e in self._events:
            if e.at > at:
                break
            if e.code != stage:
                continue
            if e.action == "RELEASE":
                scopes[(e.bill, e.container, e.declaration)] = e.at
            elif e.action == "REVOKE":
                for scope in [s for s in scopes if s[0] == e.bill and s[1] == e.container and _same(s[2], e.declaration)]:
                    del scopes[scope]
        return scopes

    def undecided_at(self, at: int) -> Evidence | None:
        """The first word on a declaration that was not released at a time (ms), of those known then."""
        scopes = self._scopes("DECLARATION", at)
        for number, e in self._declarations.items():
            if e.at <= at and not _latest_of("", number, scopes):
                return e
        return None

    def cleared_at(self, stage: str, at: int) -> bool:
        """True when a stage was released at a time (ms), or on a condition that customs had not revoked; of a box of several
        bills each bill, and of a bill each declaration."""
        if self.in_force_at(stage, at):
            return True
        if not self._in_parts(stage):
            return self.condition_at(stage, at) is not None
        scopes = self._scopes(stage, at)
        given = [e for e in self.conditions if e.code == stage and e.at <= at and not self.revoked_by(e, at)]
        return all(
            _latest_of(bill, number, scopes) or any(_same(e.bill, bill) and _same(e.declaration, number) for e in given)
            for bill, number in self._parts(stage, at)
        )

    def in_force_from(self, stages: tuple[str, ...], after: int) -> int:
        """The first time later than ``after`` (ms) at which all these stages are released, 0 when there is none yet."""
        for e in self._events:
            if e.at > after and e.code in stages and all(self.in_force_at(stage, e.at) for stage in stages):
                return e.at
        return 0

    def conditional_at(self, stage: str, at: int) -> bool:
        """True when a stage was released on a condition at a time (ms) and customs had not revoked that."""
        return self.condition_at(stage, at) is not None

    def revoked_by(self, release: Evidence, at: int) -> bool:
        """True when a REVOKE of the same stage and scope came after a release and not after a time (ms)."""
        for e in self._events:
            if e.action != "REVOKE" or e.code != release.code or not release.at <= e.at <= at:
                continue
            if e.bill == release.bill and e.container == release.container and _same(e.declaration, release.declaration):
                return True
        return False

    def met_at(self, condition: Evidence) -> int:
        """Time of the first RELEASE of what was released on a condition, revoked or not, 0 when there is none; in a box of
        several bills the release of another bill is none, nor is that of another declaration."""
        for e in self._events:
            own = (not self.shared_by or _same(e.bill, condition.bill)) and _same(e.declaration, condition.declaration)
            if own and e.code == condition.code and e.action == "RELEASE":
                return e.at
        return 0

    def accepted_from(self, stage: str, since: int) -> int:
        """Time of the first APPROVE or ACK of a stage at or after a time (ms), 0 when there is none."""
        for e in self._events:
            if e.code == stage and e.at >= since and e.action in ("APPROVE", "ACK"):
                return e.at
        return 0

    def held_at(self, authorities: tuple[str, ...], at: int) -> bool:
        """True when one of these authorities held the box at a time (ms)."""
        return any(e.mode in authorities for e in self.holds_at(at))

    def holds_at(self, at: int) -> list[Evidence]:
        """The holds that were in force at a time (ms)."""
        held: dict[str, Evidence] = {}
        for e in self._hold_log:
            if e.at > at:
                break
            if e.action == "HOLD":
                held[e.extra] = e
            else:
                held.pop(e.extra, None)
        return list(held.values())

    def word_on(self, stage: str, at: int) -> Evidence | None:
        """What decided about a stage by a time (ms): the RELEASE in force, else the latest REVOKE; None when nothing did."""
        released = self.in_force_at(stage, at)
        action = "RELEASE" if released else "REVOKE"
        found: Evidence | None = None
        for e in self._events:
            if e.code == stage and e.action == action and (e.at == released if released else e.at <= at):
                found = e
        return found

    def condition_at(self, stage: str, at: int) -> Evidence | None:
        """The first conditional release of a stage that was in force at a time (ms)."""
        for e in self.conditions:
            if e.code == stage and e.at <= at and not self.revoked_by(e, at):
                return e
        return None

    def inspected_by(self, at: int) -> bool:
        """True when an inspection had been ordered or begun by a time (ms)."""
        return any(e.at <= at and e.action in ("INSPECT_SELECT", "INSPECT_STEP") for e in self._events)

    def last_inspection(self, at: int) -> Evidence | None:
        """The latest word on an inspection by a time (ms)."""
        found: Evidence | None = None
        for e in self._events:
            if e.at <= at and e.action in ("INSPECT_SELECT", "INSPECT_STEP", "INSPECT_RESULT"):
                found = e
        return found

    def last_result(self) -> Evidence | None:
        """The latest result of an inspection."""
        found: Evidence | None = None
        for e in self._events:
            if e.action == "INSPECT_RESULT":
                found = e
        return found

    def inspection_open_at(self, at: int) -> bool:
        """True when an inspection had the box open at a time (ms): from its step OPENED to its step RESEALED."""
        opened = False
        for e in self._events:
            if e.at > at:
                break
            if e.action == "INSPECT_STEP" and e.reason_code in ("OPENED", "RESEALED"):
                opened = e.reason_code == "OPENED"
        return opened

    def holds_event(self, e: Evidence) -> bool:
        """True when a release event belongs to this visit."""
        return e in self._events

    def first(self, stage: str, action: str) -> Evidence | None:
        """The earliest event of a stage with that action."""
        for e in self._events:
            if e.code == stage and e.action == action:
                return e
        return None

    def latest(self, stage: str, action: str) -> Evidence | None:
        """The latest event of a stage with that action."""
        found: Evidence | None = None
        for e in self._events:
            if e.code == stage and e.action == action:
                found = e
        return found

    def approval(self, stage: str) -> Evidence | None:
        """The first APPROVE or RELEASE of a stage that no later REFUSE or REVOKE has taken back."""
        found: Evidence | None = None
        for e in self._events:
            if e.code == stage:
                if e.action in ("REFUSE", "REVOKE"):
                    found = None
                elif found is None and e.action in ("APPROVE", "RELEASE"):
                    found = e
        return found

    def approved_at(self, stage: str, at: int) -> bool:
        """True when a stage had an APPROVE at a time (ms) that had not been refused or revoked after it. Of a declaration a
        REVOKE is of its release: that it may be withdrawn stays approved."""
        approved = False
        for e in self._events:
            if e.at > at:
                break
            if e.code == stage:
                if e.action == "APPROVE":
                    approved = True
                elif e.action == "REFUSE" or (e.action == "REVOKE" and stage != "DECLARATION"):
                    approved = False
        return approved

    def holds(self) -> list[str]:
        """The holds in force, each as ``AUTHORITY: reason``."""
        if self._holds is None:
            return []
        return [e.mode + ": " + (e.reason or e.extra) for e in self._holds.values()]


def _same(one: str, other: str) -> bool:
    """True when two words speak of the same bill or declaration, as far as both name it."""
    return not one or not other or one == other


def _latest_of(bill: str, declaration: str, scopes: dict[Scope, int]) -> int:
    """The latest release of a bill's declaration, or of more than that."""
    latest = 0
    for scope, at in scopes.items():
        if at > latest and _same(scope[0], bill) and _same(scope[2], declaration):
            latest = at
    return latest
