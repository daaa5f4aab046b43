"""People: what the file keeps, and that a wrong one is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from ops.api.people import APPLICANT, OPERATOR, PORT, PeopleFileError, Person, add_person, hashed, load_people, verify

PASSWORD = "correct horse"


def test_a_password_is_kept_as_a_hash_that_differs_each_time() -> None:
    first, second = hashed(PASSWORD), hashed(PASSWORD)
    assert first != second
    assert PASSWORD not in first
    assert verify(PASSWORD, first)
    assert not verify(PASSWORD + "x", first)


def test_who_was_added_is_known_by_their_password_only(tmp_path: Path) -> None:
    path = tmp_path / "people.yaml"
    add_person(path, Person("a", OPERATOR, PORT, "rizhao"), PASSWORD)
    add_person(path, Person("b", "viewer", APPLICANT, bills=("QD*",)), PASSWORD + "b")
    add_person(path, Person("a", OPERATOR, PORT, "yantai"), PASSWORD + "a")
    people = load_people(path)
    assert len(people) == 2
    assert people.check("a", PASSWORD) is None, "the old password was replaced"
    for _ in range(2):  # the second time it is remembered
        assert people.check("a", PASSWORD + "a") == Person("a", OPERATOR, PORT, "yantai")
        assert people.check("a", PASSWORD + "b") is None
    assert people.check("b", PASSWORD + "b") == Person("b", "viewer", APPLICANT, bills=("QD*",))
    assert people.check("c", PASSWORD) is None
    assert path.stat().st_mode & 0o077 == 0, "others may not read it"


@pytest.mark.parametrize(
    ("person", "why"),
    [
        (Person("x", "boss"), "role"),
        (Person("x", "viewer", "world"), "scope"),
        (Person("x", "viewer", PORT), "port"),
        (Person("x", "viewer", PORT, "shanghai"), "port"),
        (Person("x", "viewer", "group", "qingdao"), "port"),
        (Person("x", "viewer", APPLICANT), "bills"),
        (Person("x", "viewer", APPLICANT, bills=("*",)), "bills"),
    ],
)
def test_somebody_who_makes_no_sense_is_refused(tmp_path: Path, person: Person, why: str) -> None:
    with pytest.raises(PeopleFileError, match=why):
        add_person(tmp_path / "people.yaml", person, PASSWORD)
    assert not (tmp_path / "people.yaml").exists()


def test_a_short_password_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PeopleFileError, match="10"):
        add_person(tmp_path / "people.yaml", Person("x", OPERATOR), "123456789")


@pytest.mark.parametrize("text", ["[]", "people: [{name: x}]", "people: [{name: x, password: plain}]", ":\n:", "people: [7]"])
def test_a_file_that_makes_no_sense_is_told(tmp_path: Path, text: str) -> None:
    path = tmp_path / "people.yaml"
    path.write_text(text)
    with pytest.raises(PeopleFileError, match=r"people\.yaml"):
        load_people(path)


def test_a_file_that_is_not_there_says_how_to_make_it(tmp_path: Path) -> None:
    with pytest.raises(PeopleFileError, match="yigangtong tower person"):
        load_people(tmp_path / "none.yaml")
