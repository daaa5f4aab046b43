"""Messages of terminals into events: EDIFACT CODECO and COARRI, and the national flat files (交通部平台文件).

`read` streams a file, whatever of the two it is, into events and problems. Which sender means which port, clock and
dialect stands in ``partners.yaml`` (:mod:`connectors.edi.partner`).
"""

from connectors.edi.events import Event, Item, Reading, collect
from connectors.edi.partner import PartnerError, Partners, Profile, load_partners
from connectors.edi.problem import Problem
from connectors.edi.reader import read

__all__ = [
    "Event", "Item", "PartnerError", "Partners", "Problem", "Profile", "Reading", "collect", "load_partners", "read",
]  # fmt: skip
