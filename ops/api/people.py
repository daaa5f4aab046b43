"""Who may log in: a file of people with hashed passwords, their role, and what they may see.

A password is kept as scrypt (RFC 7914) with N=2^14, r=8, p=1 and 16 random bytes of salt, so reading the file lets nobody in.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from base64 import b64decode, b64encode
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import yaml

from schemas.reference import load_reference

VIEWER: Final = "viewer"
OPERATOR: Final = "operator"
ROLES: Final = (VIEWER, OPERATOR)
#: May see everything; its own port and the legs that touch it; everything, but never act; its own bills.
GROUP, PORT, CUSTOMS, APPLICANT = "group", "port", "customs", "applicant"
SHORTEST_PASSWORD: Final = 10
_N, _R, _P = 2**14, 8, 1
_FIELDS: Final = frozenset({"name", "password", "role", "scope", "port", "bills"})
_HEAD: Final = (
    "# Who may log in to the control tower. Made by `yigangtong tower person`; delete an entry to shut somebody out.\npeople:\n"
)


class PeopleFileError(ValueError):
    """A file of people that makes no sense: the text says which entry, and what to change."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who asks. ``port`` is set for scope PORT, ``bills`` (numbers, or a beginning with ``*``) for APPLICANT."""

    name: str
    role: str
    scope: str = GROUP
    port: str = ""
    bills: tuple[str, ...] = ()

    @property
    def may_act(self) -> bool:
        """Acknowledge, assign, comment: customs and applicants read only."""
        return self.role == OPERATOR and self.scope in (GROUP, PORT)

    def owns(self, bill: str) -> bool:
        """Whether a bill is one of an applicant's."""
        return any(bill.startswith(own[:-1]) if own.endswith("*") else bill == own for own in self.bills)


#: Whoever sits at this machine, where nobody has to log in.
LOCAL: Final = Person("local", OPERATOR)


class People:
    """The people of a file, by name."""

    def __init__(self, entries: Iterable[tuple[Person, str]]) -> None:
        self._known = {person.name: (person, kept) for person, kept in entries}
        self._passed: dict[str, bytes] = {}
        self._pepper = secrets.token_bytes(32)

    def __len__(self) -> int:
        return len(self._known)

    def __iter__(self) -> Iterator[tuple[Person, str]]:
        return iter(self._known.values())

    def find(self, name: str) -> Person | None:
        """The person of that name."""
        known = self._known.get(name)
        return known[0] if known else None

    def check(self, name: str, password: str) -> Person | None:
        """The person, if the password is theirs. It takes as long for a name that is not known.

        A password that was right once is known by a keyed hash in memory: a machine that asks often costs one scrypt.
        """
        person, kept = self._known.get(name, (None, _NOBODY))
        token = hmac.digest(self._pepper, f"{name}\0{kept}\0{password}".encode(), "sha256")
        if hmac.compare_digest(self._passed.get(name, b""), token):
            return person
        if not verify(password, kept) or person is None:
            return None
        self._passed[name] = token
        return person


def hashed(password: str) -> str:
    """What the file keeps of a password. Raises PeopleFileError for one that is too short."""
    if len(password) < SHORTEST_PASSWORD:
        raise PeopleFileError(f"a password needs at least {SHORTEST_PASSWORD} characters 密码至少{SHORTEST_PASSWORD}位")
    salt = secrets.token_bytes(16)
    return f"scrypt${b64encode(salt).decode()}${b64encode(_scrypt(password, salt)).decode()}"


def verify(password: str, kept: str) -> bool:
    """Whether a password is the one that is kept."""
    _, salt, digest = kept.split("$")
    return hmac.compare_digest(_scrypt(password, b64decode(salt)), b64decode(digest))


def load_people(path: Path) -> People:
    """The people of a file. Raises PeopleFileError."""
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise PeopleFileError(
            f"{path} cannot be read ({error.strerror}); make it with: yigangtong tower person NAME --people {path}"
        ) from error
    try:
        entries = yaml.safe_load(text).get("people") or []
    except (yaml.YAMLError, AttributeError) as error:
        raise PeopleFileError(f"{path} is no list of people: it begins with `people:`") from error
    return People([_entry(path, number, entry) for number, entry in enumerate(entries, 1)])


def add_person(path: Path, person: Person, password: str) -> None:
    """Write somebody into the file, which is made if need be; an entry of the same name is replaced.

    Raises PeopleFileError for somebody that could not be read back.
    """
    entry = _fields(person, hashed(password))
    _entry(path, 0, entry)
    others = [_fields(p, kept) for p, kept in load_people(path) if p.name != person.name] if path.exists() else []
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_name(path.name + ".new")
    new.touch(0o600)
    lines = [*others, entry]
    new.write_text(_HEAD + yaml.safe_dump(lines, allow_unicode=True, sort_keys=False), encoding="utf-8")
    new.replace(path)


def _fields(person: Person, kept: str) -> dict[str, Any]:
    fields: dict[str, Any] = {"name": person.name, "password": kept, "role": person.role, "scope": person.scope}
    if person.port:
        fields["port"] = person.port
    if person.bills:
        fields["bills"] = list(person.bills)
    return fields


def _entry(path: Path, number: int, entry: Mapping[str, Any]) -> tuple[Person, str]:
    def wrong(why: str) -> PeopleFileError:
        return PeopleFileError(f"{path}, entry {number}: {why}")

    if not isinstance(entry, Mapping) or not entry.get("name") or not str(entry.get("password", "")).startswith("scrypt$"):
        raise wrong("a name and a password made by `yigangtong tower person` are needed")
    if unknown := set(entry) - _FIELDS:
        raise wrong(f"unknown field {', '.join(sorted(unknown))}; known: {', '.join(sorted(_FIELDS))}")
    person = Person(
        str(entry["name"]), str(entry.get("role", VIEWER)), str(entry.get("scope", GROUP)), str(entry.get("port") or ""),
        tuple(map(str, entry.get("bills") or ())),
    )  # fmt: skip
    if person.role not in ROLES:
        raise wrong(f"role {person.role!r}: expected {' or '.join(ROLES)}")
    if person.scope not in (GROUP, PORT, CUSTOMS, APPLICANT):
        raise wrong(f"scope {person.scope!r}: expected group, port, customs or applicant")
    if (person.scope == PORT) != bool(person.port) or (person.port and person.port not in load_reference().seaports):
        raise wrong(f"port {person.port!r}: scope port needs one of {', '.join(load_reference().seaports)}")
    if (person.scope == APPLICANT) != bool(person.bills) or any(b.rstrip("*") == "" or "*" in b[:-1] for b in person.bills):
        raise wrong("bills: scope applicant needs bill numbers, or a beginning of at least one character with * at its end")
    return person, str(entry["password"])


def _scrypt(password: str, salt: bytes) -> bytes:
    return hashlib.scrypt(password.encode(), salt=salt, n=_N, r=_R, p=_P)


#: Compared with for names that are not known, so that they cannot be told by the time it takes.
_NOBODY: Final = f"scrypt${b64encode(bytes(16)).decode()}${b64encode(bytes(64)).decode()}"
