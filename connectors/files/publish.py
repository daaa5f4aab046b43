"""Files into Kafka: resumable, and a folder that is watched."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any, Final, Protocol

from connectors.reading.events import Event, Item, Outcome, verdict
from connectors.reading.problem import ERROR, Problem
from schemas.codec import encode_batch

#: Events between two notes of how far a file has come.
STEP: Final = 2000
#: Problems that a report keeps; the rest are counted.
MOST_PROBLEMS: Final = 1000
#: A file in a watched folder is complete when its size has not changed for so long, seconds.
QUIET_S: Final = 1.0
_VERDICTS: Final = {"ACCEPTED": "accepted 已接受", "PARTLY": "accepted in part 部分接受", "REFUSED": "refused 已拒收"}

Read = Callable[[Path], Iterator[Item]]


class Publisher(Protocol):
    """What is needed of :class:`connectors.kafka.producer.Publisher`."""

    def publish(self, topic: str, key: str, value: bytes) -> None:
        """Queue one record."""

    def flush(self) -> None:
        """Wait until all is acknowledged."""


@dataclass(slots=True)
class Report:
    """What became of a file. ``outcomes``: of each of its messages, where the format has several in a file."""

    file: str
    events: int = 0
    refused: int = 0
    warnings: int = 0
    resumed_at: int = 0
    problems: list[Problem] = field(default_factory=list)
    outcomes: list[Outcome] = field(default_factory=list)

    def note(self, problem: Problem) -> None:
        """Count a problem, and keep it while there is room."""
        if problem.severity == ERROR:
            self.refused += 1
        else:
            self.warnings += 1
        if len(self.problems) < MOST_PROBLEMS:
            self.problems.append(problem)

    def to_json(self) -> str:
        """For machines."""
        told = [{**asdict(p), "en": p.en, "zh": p.zh} for p in self.problems]
        counts = {"file": self.file, "events": self.events, "refused": self.refused, "warnings": self.warnings}
        messages = [{**one._asdict(), "verdict": one.verdict} for one in self.outcomes[:MOST_PROBLEMS]]
        said = {**counts, "verdict": verdict(self.events, self.refused), "messages": messages, "problems": told}
        return json.dumps(said, ensure_ascii=False, indent=1)

    def to_text(self) -> str:
        """For people: one line a problem, English and Chinese."""
        counted = f"{self.events} events 事件, {self.refused} refused 被拒, {self.warnings} warnings 警告"
        lines = [f"{self.file}: {counted}: {_VERDICTS[verdict(self.events, self.refused)]}"]
        for one in self.outcomes[:MOST_PROBLEMS]:
            lines.append(f"  {one.message}: {_VERDICTS[one.verdict]}, {one.events} events 事件, {one.refused} refused 被拒")
        if more := len(self.outcomes[MOST_PROBLEMS:]):
            lines.append(f"  … and {more} more messages 另有{more}份报文")
        lines += [problem.in_both for problem in self.problems]
        more = self.refused + self.warnings - len(self.problems)
        return "\n".join([*lines, *([f"… and {more} more 另有{more}条"] if more else [])]) + "\n"


def publish_file(
    path: Path, read: Read, publisher: Publisher, *, resume: bool = True, watch: Callable[[int], None] = lambda done: None
) -> Report:
    """Publish the events of a file and return when Kafka has them. Raises PublishFailed.

    How far it came stands beside the file until it is through (``.progress``): begun again, it goes on there. An event that
    is published twice counts once in any case. ``watch`` is called with the events done so far.
    """
    report = Report(path.name)
    progress = Progress(path)
    report.resumed_at = done = progress.done() if resume else 0
    items = _after(done, read(path), report)
    while batch := list(islice(items, STEP)):
        _publish(batch, publisher)
        done += len(batch)
        progress.note(done)
        watch(done)
    report.events = done
    progress.end()
    return report


def _after(skip: int, items: Iterator[Item], report: Report) -> Iterator[Event]:
    for item in items:
        if isinstance(item, Problem):
            report.note(item)
        elif skip:
            skip -= 1
        else:
            yield item


def _publish(events: list[Event], publisher: Publisher) -> None:
    for kind in dict.fromkeys(event.kind for event in events):
        group = [event for event in events if event.kind == kind]
        for event, value in zip(group, encode_batch(kind, [event.record for event in group]), strict=True):
            publisher.publish(event.topic, event.key, value)
    publisher.flush()


class Progress:
    """How many events of a file are in Kafka, in a file beside it; void when the file has changed since."""

    def __init__(self, path: Path) -> None:
        self._note = path.with_name(path.name + ".progress")
        stat = path.stat()
        self._of = [stat.st_size, stat.st_mtime_ns]

    def done(self) -> int:
        """Events of the same file that were done before."""
        try:
            noted: Any = json.loads(self._note.read_text("utf-8"))
        except (OSError, ValueError):
            return 0
        same = isinstance(noted, dict) and noted.get("of") == self._of and isinstance(noted.get("done"), int)
        return int(noted["done"]) if same else 0

    def note(self, done: int) -> None:
        """Remember it; whole or not at all."""
        new = self._note.with_suffix(".progress-new")
        new.write_text(json.dumps({"of": self._of, "done": done}), "utf-8")
        new.replace(self._note)

    def end(self) -> None:
        """The file is through."""
        self._note.unlink(missing_ok=True)


class Watched:
    """A folder: each file that is complete is published and goes to ``done/``, or to ``failed/`` with a report beside it
    (``.report.json``, ``.report.txt``) when anything of it was refused."""

    def __init__(self, folder: Path, read: Read, publisher: Publisher, tell: Callable[[Report], None]) -> None:
        self._folder = folder
        self._read = read
        self._publisher = publisher
        self._tell = tell
        self._sizes: dict[Path, tuple[int, int, float]] = {}

    def look(self, now_s: float) -> int:
        """Take what is complete at this time (s, any clock that goes on); returns how many files. Raises PublishFailed: the
        file at hand stays where it is."""
        complete = [path for path in sorted(self._waiting()) if self._complete(path, now_s)]
        for path in complete:
            self._take(path)
        return len(complete)

    def run(self, pause_s: float = QUIET_S) -> None:
        """Look again and again, until interrupted."""
        while True:
            self.look(time.monotonic())
            time.sleep(pause_s)

    def _waiting(self) -> Iterator[Path]:
        for path in self._folder.iterdir():
            if (
                path.is_file()
                and not path.name.startswith(".")
                and path.suffix not in (".progress", ".progress-new", ".tmp", ".part")
            ):
                yield path

    def _complete(self, path: Path, now_s: float) -> bool:
        stat = path.stat()
        size, changed, since = self._sizes.get(path, (-1, 0, now_s))
        if (size, changed) != (stat.st_size, stat.st_mtime_ns):
            since = now_s
        self._sizes[path] = stat.st_size, stat.st_mtime_ns, since
        return now_s - since >= QUIET_S

    def _take(self, path: Path) -> None:
        report = publish_file(path, self._read, self._publisher)
        target = self._folder / ("failed" if report.refused else "done")
        target.mkdir(exist_ok=True)
        name = _free(target, path.name)
        if report.problems:
            (target / f"{name}.report.json").write_text(report.to_json(), "utf-8")
            (target / f"{name}.report.txt").write_text(report.to_text(), "utf-8")
        shutil.move(path, target / name)
        self._sizes.pop(path, None)
        self._tell(report)


def _free(folder: Path, name: str) -> str:
    """A name that no file in the folder has."""
    number = 1
    free = name
    while (folder / free).exists():
        number += 1
        free = f"{Path(name).stem}-{number}{Path(name).suffix}"
    return free
