"""The API over the small world, asked without a network."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from ops.actions import Action
from ops.api.app import build
from ops.api.login import Door
from ops.api.office import Office
from ops.api.people import APPLICANT, CUSTOMS, GROUP, OPERATOR, PORT, VIEWER, Person, add_person, load_people
from ops.api.pulse import Pulse
from ops.cli.common import open_reader
from tests.unit.conftest import Filled

PASSWORD = "a long password"
#: How the bills of the applicant begin.
BILLS = "SDIM"
PEOPLE = (
    Person("officer", OPERATOR, GROUP), Person("viewer", VIEWER, GROUP), Person("weihai-1", OPERATOR, PORT, "weihai"),
    Person("customs-1", OPERATOR, CUSTOMS), Person("forwarder", VIEWER, APPLICANT, bills=("NOBILL", BILLS + "*")),
)  # fmt: skip


@dataclass
class Desk:
    """A client, and what was sent by it."""

    client: TestClient
    office: Office
    sent: list[Action] = field(default_factory=list)


@pytest.fixture(scope="session")
def people_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One of each kind, all with the same password."""
    path = tmp_path_factory.mktemp("people") / "people.yaml"
    for person in PEOPLE:
        add_person(path, person, PASSWORD)
    return path


def desk(world: Filled, people: Path | None) -> Desk:
    """The API over a store."""
    sent: list[Action] = []
    known = load_people(people) if people else None
    office = Office(open_reader(world.url), sent.append, known)
    return Desk(TestClient(build(office, Door(known, "secret"), Pulse())), office, sent)


@pytest.fixture
def local(embedded_world: Filled) -> Desk:
    """Nobody has to log in."""
    return desk(embedded_world, None)


@pytest.fixture
def guarded(embedded_world: Filled, people_file: Path) -> Desk:
    """People log in."""
    return desk(embedded_world, people_file)
