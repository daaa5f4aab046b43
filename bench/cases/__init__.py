"""The cases, each a program of its own: ``python -m bench.cases.<module> CASE --bootstrap … --events N``."""

from __future__ import annotations

import argparse
from typing import Final, NamedTuple


class Case(NamedTuple):
    """``module`` runs it. ``share`` of the events is read (slow peers need not see all). ``text`` says what it is."""

    module: str
    share: float
    text: str


CASES: Final[dict[str, Case]] = {
    "platform": Case("platform", 1.0, "Kafka → decode → correlate → changelog → chDB, the worker as it is"),
    "platform_null_sink": Case("platform", 1.0, "the same worker, rows go nowhere"),
    "latency": Case("latency", 1.0, "the worker as it is, at 1,000 events/s: from publishing to found by a query"),
    "clearance": Case("clearance", 1.0, "the tower's API: 500 clearance requests/s from a memory of 100,000 boxes"),
    "faust_idiomatic": Case("faust_idiomatic", 0.25, "stock Faust agent: per event, fastavro, Table, the same core"),
    "quixstreams": Case("quix", 1.0, "quixstreams: per event, fastavro, RocksDB state, the same core"),
    "aiokafka": Case("aiokafka_client", 1.0, "bare aiokafka consumer"),
    "aiokafka_fastavro": Case("aiokafka_client", 1.0, "the same, each value decoded with fastavro"),
    "confluent": Case("confluent_client", 1.0, "bare confluent-kafka consumer"),
    "confluent_fastavro": Case("confluent_client", 1.0, "the same, each value decoded with fastavro"),
    "core": Case("core", 1.0, "in process: decoded columns → books → rows, derived every 250 ms at 1,000 events/s"),
    "core_closing": Case("core", 1.0, "the same, with books closed and opened again as a worker does at that rate"),
    "growth_box": Case("growth", 1.0, "in process: a box with up to 2,000 events, each derived at once"),
    "growth_bill": Case("growth", 1.0, "in process: a bill with up to 5,000 boxes, each line derived at once"),
    "recovery": Case("recovery", 1.0, "in process: changelog records → books; an event is a state record"),
    "store": Case("store", 1.0, "what people ask, of a year in chDB: 5M visits, 50M events; the slowest question counts"),
    "edi_codeco": Case("edi", 1.0, "in process: CODECO → events; an event is a box, by CPU time"),
    "edi_coarri": Case("edi", 1.0, "in process: COARRI → events"),
    "edi_baplie": Case("edi", 1.0, "in process: BAPLIE → events"),
    "edi_coarri_pydifact": Case("edi", 1.0, "pydifact: the same COARRI into segments only"),
    "memory_cold_box": Case("memory", 1.0, "memory of a box that was restored and not touched since"),
    "memory_hot_box": Case("memory", 1.0, "memory of a box that was just derived"),
}


class Arguments(NamedTuple):
    """What a case is told."""

    case: str
    bootstrap: str
    events: int
    records: int
    seed: int
    scale: float
    work: str


def arguments() -> Arguments:
    """Read the command line of a case."""
    parser = argparse.ArgumentParser()
    parser.add_argument("case")
    parser.add_argument("--bootstrap", default="")
    parser.add_argument("--events", type=int, default=0, help="events to handle")
    parser.add_argument("--records", type=int, default=0, help="records in all source topics")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--scale", type=float, default=1.0)
    parser.add_argument("--work", default=".", help="folder for scratch files")
    return Arguments(**vars(parser.parse_args()))
