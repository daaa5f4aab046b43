"""Thresholds of the rules (contracts, section 7), as the simulated officers know them. All in ms but the weights."""

from __future__ import annotations

from typing import Final

from ops.simulate.clock import DAY, HOUR, MINUTE

#: Short- and overlanding, and what a feeder lost, are decided this long after the end of operations.
LANDED: Final = 6 * HOUR
#: The tally report is due this long after the end of operations.
TALLY: Final = 6 * HOUR
#: A landing difference is to be explained within this time after the end of operations.
EXPLAINED: Final = 48 * HOUR
#: An import is to be declared within this time after its vessel's arrival.
DECLARATION: Final = 14 * DAY
#: The longest stay of a box.
STAY: Final = 90 * DAY
#: A box, or a leg, is to be ready this long before the cut-off, or before the feeder's departure.
READY: Final = 4 * HOUR
#: A box from a feeder needs this long before the cut-off of its ocean vessel.
CONNECTION: Final = 6 * HOUR
#: A leg may end this long after the feeder's estimated arrival.
LEG: Final = 6 * HOUR

#: The devanning tally is due this long after the goods of a shared box were taken out.
STRIPPED: Final = 2 * HOUR

#: Before a box is loaded: its declaration, and its line in the loading manifest.
DECLARE: Final = 24 * HOUR
LISTED: Final = 30 * MINUTE
