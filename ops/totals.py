"""What senders say they recorded in a day, against what of it came in: per port, kind, sender and day.

A sender counts versions of events by the day (Beijing) of their updated_time and says the number in a TOTALS control
record; its last word counts. Here a version counts once, however often it was sent.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from ops.reconcile import Queryable

_TOLD: Final = "SELECT port, of_kind, sender, day, told FROM daily_totals_now ORDER BY day, port, of_kind, sender"
#: A copy of a record that was put on a wrong partition is forwarded again, so those are told apart by their version.
_KNOWN: Final = (
    "SELECT topic, sender, toString(toDate(addHours(updated_time, 8))) AS day,"
    " countIf(disposition = 'ACCEPTED') + uniqExactIf((event_id, updated_time), disposition = 'FORWARDED') AS n"
    " FROM intake_now WHERE disposition IN ('ACCEPTED', 'FORWARDED') GROUP BY topic, sender, day"
)
#: Refused records name no sender; their days are those of the broker.
_REFUSED: Final = (
    "SELECT topic, toString(toDate(addHours(append_time, 8))) AS day, count() AS n FROM intake_now"
    " WHERE disposition = 'DEAD' GROUP BY topic, day"
)


class Total(NamedTuple):
    """One sender's day: the versions that it says it recorded and those that came in. ``refused``: records of that topic
    that were refused that day, whoever sent them."""

    port: str
    of_kind: str
    sender: str
    day: str
    told: int
    known: int
    refused: int

    @property
    def missing(self) -> int:
        """Versions that did not come in; below 0: more came in than the sender says it recorded."""
        return self.told - self.known


def compare_totals(store: Queryable) -> list[Total]:
    """Every total that was told, by day. A sender that tells none is not judged."""
    known = {(r["topic"], r["sender"], r["day"]): int(r["n"]) for r in store.query(_KNOWN)}
    refused = {(r["topic"], r["day"]): int(r["n"]) for r in store.query(_REFUSED)}
    found = []
    for row in store.query(_TOLD):
        topic = f"{row['port']}.{row['of_kind']}.v1"
        came = known.get((topic, row["sender"], row["day"]), 0)
        dead = refused.get((topic, row["day"]), 0)
        found.append(Total(row["port"], row["of_kind"], row["sender"], row["day"], int(row["told"]), came, dead))
    return found
