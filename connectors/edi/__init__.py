"""Messages of ports into events: EDIFACT and the national flat files (交通部平台文件).

`read` streams a file, whatever of the two it is, into events and problems; which message becomes what stands in
``messages/*.yaml`` and, for people, in docs/edi.md. `replies` answers an interchange. Which sender means which port, clock and
dialect stands in ``partners.yaml`` (:mod:`connectors.edi.partner`).
"""

from connectors.edi.interchange import Ledger
from connectors.edi.partner import PartnerError, Partners, Profile, load_partners
from connectors.edi.reader import read
from connectors.edi.reply import replies
from connectors.reading.events import Event, Item, Reading, collect
from connectors.reading.problem import Problem

__all__ = [
    "Event", "Item", "Ledger", "PartnerError", "Partners", "Problem", "Profile", "Reading", "collect", "load_partners",
    "read", "replies",
]  # fmt: skip
