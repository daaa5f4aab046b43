"""A file of a port into events, whatever of the accepted formats it is."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from connectors.edi.edifact import Reader
from connectors.edi.flat import read_flat
from connectors.edi.interchange import Ledger
from connectors.edi.notes import Notes
from connectors.edi.partner import Partners, Profile, check_port, load_partners, unknown_sender
from connectors.edi.syntax import FLAT, Segments
from connectors.reading.detect import ACCEPTED, EDIFACT, LOWER_CASE, detect, first_field, strange
from connectors.reading.detect import FLAT as FORM_FLAT
from connectors.reading.events import Item
from connectors.reading.facts import unfit_for_keys
from connectors.reading.problem import ERROR, Problem
from connectors.reading.source import Source, chunks, name_of, peek


def read(
    source: Source, *, name: str = "", port: str = "", profile: Profile | None = None, partners: Partners | None = None,
    ledger: Ledger | None = None,
) -> Iterator[Item]:  # fmt: skip
    """Events and problems of a file, as they come, in bounded memory. Bad input is never raised, it is a Problem.

    ``name`` is the file's name in problems. The sender's profile is ``profile`` where it is given, else that of
    ``partners`` (default: partners.yaml); ``port`` is where the events of a sender without a profile belong, without it
    they are refused. ``ledger`` takes what an answer needs (:func:`connectors.edi.reply.replies`). Raises PartnerError
    for a port that is none of the platform's.
    """
    if port:
        check_port(port)
    resolve = _Resolver(profile, partners if partners is not None else _own_partners(), port)
    file = name or name_of(source)
    try:
        head, pieces = peek(chunks(source))
        form = detect(head)
        if not head.strip():
            yield Problem(ERROR, "EMPTY_FILE", file)
        elif form == EDIFACT:
            yield from Reader(Segments(pieces, charset=resolve.charset("")), file, resolve, resolve.charset, ledger).run()
        elif form == FORM_FLAT:
            records = Segments(pieces, FLAT, resolve.charset(first_field(head, 4)))
            yield from read_flat(records, file, resolve, ledger)
        elif form == LOWER_CASE:
            tag = head.lstrip(b"\xef\xbb\xbf \t\r\n")[:3].decode("ascii", "replace")
            expected = "segment tags in capitals (UNA, UNB, UNH)"
            yield Problem(ERROR, "LOWER_CASE_TAGS", file, "", 1, tag, tag, expected, "ISO 9735-1, segment tag")
        elif odd := strange(head):
            yield Problem(ERROR, "WRONG_FILE", file, value=odd[0], expected=odd[1])
        else:
            shown = " ".join(head[:60].decode("utf-8", "replace").rstrip("\ufffd").split())[:40]
            yield Problem(ERROR, "UNKNOWN_FORMAT", file, value=shown, expected=ACCEPTED)
    except OSError as error:
        yield Problem(ERROR, "UNREADABLE", file, value=error.strerror or str(error))


class _Resolver:
    """Finds the profile of a sender."""

    def __init__(self, profile: Profile | None, partners: Partners, port: str) -> None:
        self._profile = profile
        self._partners = partners
        self._port = port

    def __call__(self, notes: Notes, sender: str, at_ms: int, position: int) -> Profile:
        found = self._profile or self._partners.find(sender, at_ms)
        if found is not None:
            return found
        if self._port and not unfit_for_keys(sender):  # a sender without a profile becomes a party by its own name
            return unknown_sender(sender, self._port)
        expected = "a sender of partners.yaml"
        if self._partners.knows(sender):
            expected += " whose profile is in force at the document's time"
        element = "00 sender" if notes.unit == "record" else "UNB 0004"
        raise notes.error("UNKNOWN_SENDER", position, element, sender, expected)

    def charset(self, sender: str) -> str:
        """The sender's own charset, "" where it is told by the bytes."""
        found = self._profile or self._partners.find(sender, 0)
        return found.charset if found is not None else ""


@cache
def _own_partners() -> Partners:
    return load_partners()
