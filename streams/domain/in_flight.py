"""Commands that were sent and have not been read back yet."""

from __future__ import annotations

from streams.domain.book import Pages
from streams.domain.effects import Effects, command_record
from streams.domain.reference import Reference
from streams.domain.reports import Command, sent_as


class InFlight:
    """What is under way, by box and slot. A command in flight is not repeated until it has been read back, nor while nobody
    wants it: wanted again, it might say something else under the same message id."""

    def __init__(self, reference: Reference) -> None:
        self._reference = reference
        #: box -> slot of each command -> the identity under which it will be read back
        self._flying: dict[str, dict[str, str]] = {}

    def has(self, name: str) -> bool:
        """True while a command of this box is under way."""
        return name in self._flying

    def send(self, name: str, pages: Pages, commands: list[Command], version: int, now: int, out: Effects) -> None:
        """Send those commands of a box that were not sent yet."""
        flying = self._flying.pop(name, {})
        for c in commands:
            if c.slot not in flying:
                message_id = c.message_id
                out.commands.append(command_record(c, message_id, version, now, self._reference))
                flying[c.slot] = sent_as(message_id, c.attempt)
        still = {slot: ident for slot, ident in flying.items() if ident not in pages.best}
        if still:
            self._flying[name] = still
