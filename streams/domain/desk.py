"""What officers do: void evidence, have a report to customs made anew or deleted, say something about an exception
(contracts, section 7: Operator actions).

Each action is evidence of the book that it names, with a time of its own; of two about one thing the later one counts,
whatever the order in which they come. An action decides nothing for customs: it says which evidence we believe, and what
we report.
"""

from __future__ import annotations

from typing import Final

from streams.domain.evidence import MOVED, OPERATOR, REPORT, Evidence, by_time
from streams.domain.moved import speaker

VOID: Final = "VOID"
UNVOID: Final = "UNVOID"
RESUBMIT: Final = "RESUBMIT"
DELETE: Final = "DELETE"


def void_by(known: list[Evidence]) -> dict[str, Evidence]:
    """What does not count of items that are not retracted: by its identity, what an officer did to void it, or the item that
    corrects it away.

    What was sent to customs and what officers did cannot be voided. A voided correction corrects nothing.
    """
    void: dict[str, Evidence] = {}
    actions = [e for e in known if e.what == OPERATOR]
    if actions:
        corrected = {e.corrects for e in known if e.corrects and (e.what == OPERATOR or (e.what == MOVED and not e.extra))}
        last: dict[str, Evidence] = {}
        for e in actions:
            if e.code in (VOID, UNVOID) and e.ident not in corrected:
                before = last.get(e.ref)
                if before is None or by_time(before) < by_time(e):
                    last[e.ref] = e
        for e in known:
            action = last.get(speaker(e))
            if action is not None and action.code == VOID and e.what not in (REPORT, OPERATOR):
                void[e.ident] = action
    corrections: dict[str, Evidence] = {}
    for e in known:
        if e.corrects and e.ident not in void and not (e.what == MOVED and e.extra):
            before = corrections.get(e.corrects)
            if before is None or by_time(before) < by_time(e):
                corrections[e.corrects] = e
    return {**corrections, **void}


class Orders:
    """What officers want of the reports of one box."""

    def __init__(self, actions: list[Evidence], reports: list[Evidence], cases: list[str]) -> None:
        """``actions`` by time; ``cases`` are those of the recorded ``reports``."""
        #: message id of a recorded report -> its case
        self.case_of: dict[str, str] = {}
        for at, report in enumerate(reports):
            self.case_of[report.ref] = cases[at]
        #: messages to be followed by a report made anew, unless customs acknowledges them
        self.given_up: dict[str, Evidence] = {}
        #: cases that are not to be reported, by the action that says so
        self.halted: dict[str, Evidence] = {}
        for e in actions:
            case = self.case_of.get(e.ref, "")
            if case:
                if e.code == RESUBMIT:
                    self.given_up[e.ref] = e
                    self.halted.pop(case, None)
                elif e.code == DELETE:
                    self.halted[case] = e


#: What nearly every box has.
NO_ORDERS: Final = Orders([], [], [])
