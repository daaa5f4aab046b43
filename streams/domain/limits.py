"""Thresholds as they hold at one port: configuration, of which a port may have its own."""

from __future__ import annotations

from typing import Final

MINUTE: Final = 60_000
HOUR: Final = 60 * MINUTE
DAY: Final = 24 * HOUR


class Limits:
    """What is late, too heavy or too short at one port: ms, kg, percent. A value of a port stands above the one of all."""

    def __init__(self, thresholds: dict[str, int], port: str) -> None:
        """``thresholds``: by name, and by ``name|port`` where a port has its own."""
        self._of = thresholds
        self._port = port
        self.arrival_due = self._get("ARR_MISSING", 30 * MINUTE)
        #: from sending a report to customs' receipt; then it is sent again
        self.receipt_due = self._get("ARR_RECEIPT", 10 * MINUTE)
        self.manifest_due = self._get("ARR_NO_MANIFEST", 10 * MINUTE)
        self.landed_due = self._get("LANDED", 6 * HOUR)
        self.tally_due = self._get("TALLY_LATE", 6 * HOUR)
        self.difference_due = self._get("DIFF_UNEXPLAINED", 48 * HOUR)
        #: before a box is loaded: its declaration, and its line in the loading manifest
        self.declared_before = self._get("DECLARE_LATE_EXPORT", 24 * HOUR)
        self.listed_before = self._get("LOADMANIFEST_LATE", 30 * MINUTE)
        #: after goods were taken out of a box at a CFS
        self.stripped_tally_due = self._get("DECONSOLIDATION_TALLY_LATE", 2 * HOUR)
        self.declaration_due = self._get("DECLARATION_OVERDUE", 14 * DAY)
        self.longest_stay = self._get("STAY_OVER", 90 * DAY)
        #: without an event
        self.abandoned_after = self._get("ABANDONED", 60 * DAY)
        self.before_cutoff = self._get("CUTOFF_RISK", 4 * HOUR)
        self.connection = self._get("MISSED_CONNECTION", 6 * HOUR)
        #: after a leg was to be there: it is late, and where nobody tells when its feeder was worked off, lost
        self.leg_due = self._get("LEG_OVERDUE", 6 * HOUR)
        self.leg_lost = self._get("LEG_LOST", 48 * HOUR)
        #: an announced box that was at a port this long before its cut-off counts as arrived
        self.arrived_within = self._get("BILL_INCOMPLETE", 60 * DAY)
        #: what a gate may weigh of an empty box
        self.empty_20 = self._get("EMPTY_MAX_20", 3500)
        self.empty_40 = self._get("EMPTY_MAX_40", 6000)
        #: VGM against the gate's weight: the smaller of the two counts
        self.weight_kg = self._get("WEIGHT_DEVIATION", 1000)
        self.weight_percent = self._get("WEIGHT_DEVIATION_SHARE", 5)

    def _get(self, name: str, default: int) -> int:
        return self._of.get(name + "|" + self._port, self._of.get(name, default))
