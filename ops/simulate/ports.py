"""The four ports as the simulator knows them, and the places beyond."""

from __future__ import annotations

from typing import Final, Literal, NamedTuple

#: How a port's terminal system sends its gate and quay moves.
Form = Literal["events", "edifact", "jt"]


class Port(NamedTuple):
    """One port: ``sender`` is the id of its terminal system in files, ``district`` its customs office."""

    slug: str
    locode: str
    name: str
    terminals: tuple[str, ...]
    party: str
    sender: str
    district: str
    form: Form


PORTS: Final[dict[str, Port]] = {
    "qingdao": Port("qingdao", "CNTAO", "QINGDAO", ("QQCTU", "QQCTN"), "QQCT", "QQCT", "4218", "events"),
    "rizhao": Port("rizhao", "CNRZH", "RIZHAO", ("XXXXX",), "RZCT", "RZCT", "4202", "events"),
    "yantai": Port("yantai", "CNYAT", "YANTAI", ("YPCT",), "YPCT", "YTPORT", "4201", "edifact"),
    "weihai": Port("weihai", "CNWEI", "WEIHAI", ("00001",), "WHPORT", "WHPORT", "4204", "jt"),
}


class Inland(NamedTuple):
    """A yard of an inland port; its events come with those of a seaport, ``port``."""

    slug: str
    terminal: str
    port: str


INLAND: Final = Inland("jinan-inland", "P-JNN", "qingdao")
SLUGS: Final = tuple(PORTS)
KINDS: Final = ("manifest", "gate", "berth", "release")

#: Ocean ports: UN/LOCODE, name.
OVERSEAS: Final = (
    ("USLGB", "LONG BEACH"), ("USLAX", "LOS ANGELES"), ("NLRTM", "ROTTERDAM"), ("DEHAM", "HAMBURG"),
    ("KRPUS", "BUSAN"), ("KRINC", "INCHEON"), ("JPTYO", "TOKYO"), ("SGSIN", "SINGAPORE"), ("AUSYD", "SYDNEY"),
)  # fmt: skip
#: Domestic ports outside the platform.
COASTAL: Final = (
    ("CNSHA", "SHANGHAI"), ("CNNSA", "NANSHA"), ("CNDLC", "DALIAN"), ("CNTXG", "XINGANG"), ("CNXMN", "XIAMEN"),
)  # fmt: skip
NAMES: Final[dict[str, str]] = {p.locode: p.name for p in PORTS.values()} | dict(OVERSEAS) | dict(COASTAL)


def whole_seconds(port: str, at: int) -> int:
    """A move's time as the port can state it: ports that send files state whole seconds. ms UTC."""
    return at if PORTS[port].form == "events" else at // 1000 * 1000
