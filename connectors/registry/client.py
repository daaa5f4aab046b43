"""Our schemas in a registry: each under the subject of every topic that holds it, FULL_TRANSITIVE."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from typing import Any, Final, NamedTuple
from urllib.parse import quote

from schemas.registry import AVRO_DIR, Published, published
from schemas.topics import Topics

COMPATIBILITY: Final = "FULL_TRANSITIVE"
_TIMEOUT_S: Final = 30.0
_CONFLICT: Final = 409
_NOT_FOUND: Final = 404


class RegistryError(RuntimeError):
    """The registry does not answer, or not as one does: the text says what to look at."""


class Incompatible(RegistryError):
    """The registry refuses a schema under its compatibility rule."""


class State(NamedTuple):
    """A subject in the registry: ``problem`` is "" when it holds all our versions and the right rule."""

    subject: str
    versions: int
    problem: str


class RegistryClient:
    """``url``: base of a Confluent-compatible API, e.g. http://127.0.0.1:8081/apis/ccompat/v7."""

    def __init__(self, url: str) -> None:
        self.url = url.rstrip("/")

    def push(self, topics: Topics) -> Iterator[State]:
        """Register every version of every kind under each of its topics, oldest first, then the rule. Doing it again changes
        nothing. Raises Incompatible, RegistryError."""
        for subject, versions in _subjects(topics):
            self._call("PUT", f"config/{quote(subject)}", {"compatibility": COMPATIBILITY})
            for version in versions:
                self.register(subject, _text(version))
            yield State(subject, len(versions), "")

    def check(self, topics: Topics) -> Iterator[State]:
        """Does the registry hold what we publish, under the right rule? Raises RegistryError."""
        for subject, versions in _subjects(topics):
            rule = self._call("GET", f"config/{quote(subject)}", missing={})
            held = sum(self._holds(subject, version) for version in versions)
            problem = ""
            if held < len(versions):
                problem = f"{len(versions) - held} of {len(versions)} versions are missing: push them"
            elif rule.get("compatibilityLevel") != COMPATIBILITY:
                problem = f"its rule is {rule.get('compatibilityLevel') or 'not set'}, not {COMPATIBILITY}: push sets it"
            yield State(subject, held, problem)

    def register(self, subject: str, schema: str) -> int:
        """Register a schema (JSON text); its id. Raises Incompatible when the subject's rule forbids it."""
        answer = self._call("POST", f"subjects/{quote(subject)}/versions", {"schema": schema})
        return int(answer["id"])

    def _holds(self, subject: str, version: Published) -> bool:
        return self._call("POST", f"subjects/{quote(subject)}", {"schema": _text(version)}, missing=None) is not None

    def _call(self, method: str, path: str, body: Any = None, missing: Any = RegistryError) -> Any:
        data = None if body is None else json.dumps(body).encode()
        headers = {"Content-Type": "application/json"}
        request = urllib.request.Request(f"{self.url}/{path}", data, headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=_TIMEOUT_S) as answer:
                return json.loads(answer.read())
        except urllib.error.HTTPError as error:
            said = error.read().decode("utf-8", "replace")[:300]
            if error.code == _CONFLICT:
                raise Incompatible(f"the registry refuses the schema of {path.split('/')[1]}: {said}") from error
            if error.code == _NOT_FOUND and missing is not RegistryError:
                return missing
            raise RegistryError(f"{self.url}/{path} answered HTTP {error.code}: {said}") from error
        except (OSError, ValueError) as error:
            raise RegistryError(
                f"no schema registry answers at {self.url} ({error}): is the address right? `make registry` starts one"
            ) from error


def _subjects(topics: Topics) -> Iterator[tuple[str, list[Published]]]:
    by_kind: dict[str, list[Published]] = {}
    for row in sorted(published(), key=lambda row: row.version):
        by_kind.setdefault(row.kind, []).append(row)
    for topic in topics:
        if topic.kind:
            yield f"{topic.name}-value", by_kind[topic.kind]


def _text(version: Published) -> str:
    return (AVRO_DIR / version.file).read_text("utf-8")
