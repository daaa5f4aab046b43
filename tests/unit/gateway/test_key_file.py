"""Keys come and go while the gateway runs."""

from __future__ import annotations

from pathlib import Path

import pytest

from connectors.gateway.keys import LOOK_EVERY_S, KeyFile, KeyFileError, add_key


class Rig:
    def __init__(self, path: Path) -> None:
        self.path = path
        self.first = add_key(path, "one", "qingdao", "QQCT", "TOS")
        self.now = 0.0
        self.keys = KeyFile(path, lambda: self.now)

    def later(self) -> None:
        self.now += LOOK_EVERY_S


@pytest.fixture
def rig(tmp_path: Path) -> Rig:
    return Rig(tmp_path / "keys.yaml")


def test_a_new_key_is_known_with_the_next_look(rig: Rig) -> None:
    second = add_key(rig.path, "two", "rizhao", "RZCT", "TOS")
    assert rig.keys.find(second) is None
    rig.later()
    found = rig.keys.find(second)
    assert found is not None
    assert (found.name, found.port) == ("two", "rizhao")
    assert rig.keys.find(rig.first)


def test_a_key_that_is_taken_out_ends(rig: Rig) -> None:
    rig.path.write_text("keys: []\n")
    rig.later()
    assert rig.keys.find(rig.first) is None


@pytest.mark.parametrize("text", ["keys: [{name: x}]\n", "no yaml: [", None], ids=["unfit", "no YAML", "not there"])
def test_a_file_that_makes_no_sense_changes_nothing_and_is_told(
    rig: Rig, text: str | None, caplog: pytest.LogCaptureFixture
) -> None:
    good = rig.path.read_text()
    if text is None:
        rig.path.unlink()
    else:
        rig.path.write_text(text)
    rig.later()
    assert rig.keys.find(rig.first)
    assert "cannot be used" in caplog.text
    rig.path.write_text(good + "\n")
    rig.later()
    assert rig.keys.find(rig.first)


def test_at_the_start_it_must_make_sense(tmp_path: Path) -> None:
    (tmp_path / "keys.yaml").write_text("keys: 7\n")
    with pytest.raises(KeyFileError):
        KeyFile(tmp_path / "keys.yaml")
