"""API keys: who may send for which port, as whom. The file holds digests only, so reading it lets nobody in."""

from __future__ import annotations

import hashlib
import logging
import re
import secrets
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Protocol

import yaml

from schemas.keys import PORT_KINDS
from schemas.reference import load_reference
from schemas.rules import FORBIDDEN

log = logging.getLogger(__name__)

#: How often the file is looked at, seconds.
LOOK_EVERY_S: Final = 1.0
#: A key is recognisable in logs and by scanners for secrets.
_PREFIX: Final = "ygt_"
_FIELDS: Final = ("name", "digest", "port", "party", "system", "kinds")
_HEAD: Final = (
    "# Keys of the REST gateway: digests only. Made by `yigangtong gateway key`; delete an entry to end its key.\nkeys:\n"
)
_DIGEST: Final = re.compile(r"[0-9a-f]{64}")


class KeyFileError(ValueError):
    """A key file that makes no sense: the text says which entry, and what to change."""


@dataclass(frozen=True, slots=True)
class ApiKey:
    """What a key allows: events of ``kinds`` for ``port``, whose source_party is ``party``. ``system`` is their
    source_system where the event names none; its first word ranks the source (TOS, OCR, TALLY, CARRIER, AGENT)."""

    name: str
    digest: str
    port: str
    party: str
    system: str
    kinds: tuple[str, ...] = PORT_KINDS


class Finder(Protocol):
    """Who knows the keys."""

    def find(self, secret: str) -> ApiKey | None:
        """The entry of a key, None for one that is not known."""


class Keys:
    """The keys by digest. A key has 256 random bits, so one round of SHA-256 is enough and costs a request nothing."""

    def __init__(self, keys: Iterable[ApiKey]) -> None:
        self._by_digest = {key.digest: key for key in keys}

    def find(self, secret: str) -> ApiKey | None:
        """The entry of a key, None for one that is not known."""
        return self._by_digest.get(digest(secret))

    def __len__(self) -> int:
        return len(self._by_digest)


class KeyFile:
    """The keys of a file, read again when it changes: a new key counts, and one that was taken out ends, within a second.

    A file that makes no sense changes nothing, and is told in the log.
    """

    def __init__(self, path: Path, clock: Callable[[], float] = time.monotonic) -> None:
        """Raises KeyFileError, OSError."""
        self._path = path
        self._clock = clock
        self._state = _state(path)
        self._keys = load_keys(path)
        self._next_look = clock() + LOOK_EVERY_S

    def find(self, secret: str) -> ApiKey | None:
        """The entry of a key, None for one that is not known."""
        now = self._clock()
        if now >= self._next_look:
            self._next_look = now + LOOK_EVERY_S
            self._look()
        return self._keys.find(secret)

    def _look(self) -> None:
        try:
            state = _state(self._path)
            if state == self._state:
                return
            self._state = state
            self._keys = load_keys(self._path)
        except (KeyFileError, OSError) as error:
            log.error("the key file was changed and cannot be used; the keys are those from before: %s", error)
        else:
            log.warning("the key file was changed; it has %d keys now", len(self._keys))


def _state(path: Path) -> tuple[int, int, int]:
    """What differs when a file was changed, or another one put in its place. Raises OSError."""
    found = path.stat()
    return found.st_mtime_ns, found.st_size, found.st_ino


def digest(secret: str) -> str:
    """What the file keeps of a key."""
    return hashlib.sha256(secret.encode()).hexdigest()


def new_secret() -> str:
    """A key that nobody can guess."""
    return _PREFIX + secrets.token_urlsafe(32)


def load_keys(path: Path) -> Keys:
    """Read a key file. Raises KeyFileError, naming the entry and the field, or OSError."""
    return Keys(_entries(path))


def add_key(path: Path, name: str, port: str, party: str, system: str, kinds: tuple[str, ...] = PORT_KINDS) -> str:
    """Make a key, append its entry to the file and return the key: it is shown this once. Raises KeyFileError, OSError."""
    secret = new_secret()
    entry = {"name": name, "digest": digest(secret), "port": port, "party": party, "system": system, "kinds": list(kinds)}
    made = _key(str(path), entry)
    if path.exists() and name in (key.name for key in _entries(path)):
        raise KeyFileError(f"{path} has a key named {name!r}: choose another name, or take that entry out first")
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8") as file:
        if not file.tell():
            path.chmod(0o600)
            file.write(_HEAD)
        block = yaml.safe_dump([{**entry, "kinds": list(made.kinds)}], allow_unicode=True, sort_keys=False)
        file.write("".join(f"  {line}\n" for line in block.splitlines()))
    return secret


def _entries(path: Path) -> list[ApiKey]:
    try:
        document = yaml.safe_load(path.read_text("utf-8"))
    except yaml.YAMLError as error:
        raise KeyFileError(f"{path} is no YAML: {error}") from error
    if not isinstance(document, dict) or not isinstance(document.get("keys"), list):
        raise KeyFileError(f"{path} must hold a list 'keys'; `yigangtong gateway key` makes entries")
    keys = [_key(str(path), entry) for entry in document["keys"]]
    for what, values in (("name", [k.name for k in keys]), ("digest", [k.digest for k in keys])):
        twice = sorted({v for v in values if values.count(v) > 1})
        if twice:
            raise KeyFileError(f"{path}: the {what} {twice[0]!r} stands twice")
    return keys


def _key(file: str, entry: Any) -> ApiKey:
    if not isinstance(entry, dict) or not entry.get("name"):
        raise KeyFileError(f"{file}: every key needs a name; found {entry!r}")
    where = f"{file}, key {entry['name']}"
    if wrong := sorted(set(entry) - set(_FIELDS)):
        raise KeyFileError(f"{where}: unknown field {', '.join(wrong)}; known are {', '.join(_FIELDS)}")
    texts = {name: str(entry.get(name) or "").strip() for name in _FIELDS[:-1]}
    if missing := [name for name, text in texts.items() if not text]:
        raise KeyFileError(f"{where}: {', '.join(missing)} must be given")
    if unfit := [name for name, text in texts.items() if any(c in FORBIDDEN for c in text)]:
        raise KeyFileError(f"{where}: {', '.join(unfit)} must not hold '|' or control characters")
    if not _DIGEST.fullmatch(texts["digest"]):
        raise KeyFileError(f"{where}: digest must be 64 hex digits, the SHA-256 of the key")
    seaports = load_reference().seaports
    if texts["port"] not in seaports:
        raise KeyFileError(f"{where}: port is {texts['port']!r}; expected one of {', '.join(seaports)}")
    kinds = tuple(map(str, entry.get("kinds") or PORT_KINDS))
    if unknown := sorted(set(kinds) - set(PORT_KINDS)):
        raise KeyFileError(f"{where}: unknown kind {', '.join(unknown)}; known are {', '.join(PORT_KINDS)}")
    return ApiKey(**texts, kinds=kinds)
