"""Feed a parser what libFuzzer thinks of: ``python -m tests.fuzz PARSER [libFuzzer's options] [CORPUS]``.

Whatever the bytes are, a parser must not raise, hang (``-timeout``) or grow (``-rss_limit_mb``); its problems must have words,
and what it makes an event of must be a valid one. A finding is written to a file beside, as libFuzzer does.

Example: python -m tests.fuzz flat -max_total_time=600 -rss_limit_mb=800 -timeout=5
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from typing import Any, Final

import atheris

with atheris.instrument_imports(include=["connectors"]):
    from connectors.customs.incoming import read_manifests
    from connectors.customs.profile import load_profile
    from connectors.customs.receipts import read_receipt
    from connectors.customs.xml_events import XmlProblem
    from connectors.dcsa import read_documents
    from connectors.edi import read
    from connectors.files.mapping import load_mapping
    from connectors.files.reader import read_file
    from connectors.reading.events import Event

from schemas.validate import validate
from tests.fuzz.seeds import MAPPING

#: Boxes in a file of some kilobytes.
MOST: Final = 100_000


def _receipt(data: bytes) -> Iterable[Any]:
    try:
        read_receipt(_PROFILE, "fuzz.xml", data)
    except (ValueError, XmlProblem) as problem:  # DocumentProblem and its like: the words for its sender
        assert str(problem)
    return ()


_PROFILE: Final = load_profile()
_MAPPING: Final = load_mapping(MAPPING)
PARSERS: Final[dict[str, Callable[[bytes], Iterable[Any]]]] = {
    "edifact": lambda data: read(data, name="fuzz.edi", port="yantai"),
    "flat": lambda data: read(b"00:" + data, name="fuzz.txt", port="weihai"),
    "customs": lambda data: read_manifests(data, name="fuzz.xml", port="qingdao"),
    "receipt": _receipt,
    "dcsa": lambda data: read_documents(data, name="fuzz.json", port="qingdao"),
    "table": lambda data: read_file(data, name="fuzz.csv", port="qingdao", mapping=_MAPPING, form="csv"),
}


def target(parser: Callable[[bytes], Iterable[Any]]) -> Callable[[bytes], None]:
    """What is called with each try."""

    def one(data: bytes) -> None:
        for number, item in enumerate(parser(data)):
            assert number < MOST, "no end"
            if isinstance(item, Event):
                assert validate(item.kind, item.record, item.port) == []
            else:
                assert item.en and item.zh and str(item)

    return one


def main() -> None:
    """Run until libFuzzer's options say that it is enough."""
    if len(sys.argv) < 2 or sys.argv[1] not in PARSERS:
        sys.exit(f"usage: python -m tests.fuzz {{{','.join(PARSERS)}}} [libFuzzer options] [corpus folder]")
    atheris.Setup([sys.argv[0], *sys.argv[2:]], target(PARSERS[sys.argv[1]]))
    atheris.Fuzz()


if __name__ == "__main__":
    main()
