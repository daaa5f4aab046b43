"""How messages are carried: one small port, and folders as the first way (`connectors.customs.kafka_post` is the other)."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Final, NamedTuple, Protocol

#: More than any message may have: what is longer is cut here, and then refused by its reader.
_READ: Final = (1 << 20) + 1
#: What a name must not have: it would lead elsewhere, or hide the file.
_UNSAFE: Final = re.compile(r"[^\w.-]|^\.")


class Letter(NamedTuple):
    """A message on its way. ``name`` is its file name, or its place in a topic; the rest is for Kafka: the topic and key it
    goes to (``partition`` where it is not that of the key), or the partition it came from."""

    name: str
    content: bytes
    topic: str = ""
    key: str = ""
    partition: int | None = None


class Target(Protocol):
    """Where letters go."""

    def put(self, letters: Sequence[Letter]) -> None:
        """Hand letters over, in order; they are safe when it returns. The same letter again does no harm."""


class Source(Protocol):
    """Where letters come from. At least once: one that was taken comes again after a crash, until it is settled."""

    def take(self, limit: int = 1000) -> list[Letter]:
        """What has come and was not taken since the start, in order; [] when there is nothing now. Waits a moment at most."""

    def settle(self, letters: Sequence[Letter], problem: str = "") -> None:
        """These were dealt with and do not come again, or have a ``problem`` and are kept apart with it."""


class Post(Target, Source, Protocol):
    """Both ways."""


class FolderPost:
    """Files in folders: written under a hidden name, flushed, then renamed, so that nobody reads half a message.

    Whoever writes into ``source`` must do the same: names with a leading dot are not read.
    """

    def __init__(self, target: Path, source: Path, done: Path, failed: Path) -> None:
        """Letters are put into ``target`` and taken from ``source``; settled ones go to ``done`` or ``failed``."""
        self._target, self._source, self._done, self._failed = target, source, done, failed
        self._taken: set[str] = set()
        for folder in (target, source, done, failed):
            folder.mkdir(parents=True, exist_ok=True)

    @classmethod
    def of_platform(cls, root: Path) -> FolderPost:
        """The platform's end: reports into out/, receipts from in/."""
        return cls(root / "out", root / "in", root / "done", root / "failed")

    @classmethod
    def of_customs(cls, root: Path) -> FolderPost:
        """The other end, of the stand-in for customs."""
        return cls(root / "in", root / "out", root / "customs" / "done", root / "customs" / "failed")

    def put(self, letters: Sequence[Letter]) -> None:
        """See Post. Raises OSError."""
        for letter in letters:
            _write(self._target / _UNSAFE.sub("_", letter.name), letter.content)
        _sync(self._target)

    def take(self, limit: int = 1000) -> list[Letter]:
        """See Post; the oldest file first. Raises OSError."""
        files = [file for file in self._source.iterdir() if not file.name.startswith(".") and file.is_file()]
        new = [file for file in files if file.name not in self._taken]
        new.sort(key=lambda file: (file.stat().st_mtime_ns, file.name))
        letters = []
        for file in new[:limit]:
            with file.open("rb") as source:
                letters.append(Letter(file.name, source.read(_READ)))
        self._taken.update(letter.name for letter in letters)
        return letters

    def settle(self, letters: Sequence[Letter], problem: str = "") -> None:
        """See Post; beside a file with a problem stands its reason. A name that is there already gets a number."""
        folder = self._failed if problem else self._done
        for letter in letters:
            file = self._source / letter.name
            self._taken.discard(letter.name)
            if not file.exists():
                continue  # settled before, or somebody took it away
            kept = _free(folder, letter.name)
            if problem:
                _write(kept.with_name(kept.name + ".reason.txt"), f"{problem}\n".encode())
            file.replace(kept)
        _sync(folder)


def _write(file: Path, content: bytes) -> None:
    hidden = file.with_name(f".{file.name}.part")
    with hidden.open("wb") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())
    hidden.replace(file)


def _sync(folder: Path) -> None:
    """Renames are durable once their folder is."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _free(folder: Path, name: str) -> Path:
    file = folder / name
    number = 1
    while file.exists():
        number += 1
        file = folder / f"{name}.{number}"
    return file
