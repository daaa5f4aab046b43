"""Once per channel and alert id: over repetitions, restarts, failures, and what is too old to be news."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from connectors.customs.ledger import SendLedger
from connectors.customs.post import Letter
from connectors.notify.channels import NotTaken
from connectors.notify.notifier import LONGEST_PAUSE_S, Notifier, NotifyMetrics, Way, trial
from connectors.notify.settings import Wanted
from schemas.codec import encode
from schemas.examples import examples
from schemas.keys import alert_id
from schemas.metrics import METRICS, Where

NOW = 1_795_000_000.0
ALERT = {**examples("alert")["raised"], "exception_id": "X"}


def alert(notice: int = 1, state: str = "RAISED", **changes: Any) -> dict[str, Any]:
    return {**ALERT, "notice": notice, "state": state, **changes}


class Topic:
    """A source that gives records once for each life, until they are settled."""

    def __init__(self) -> None:
        self.records: list[bytes] = []
        self.settled = 0
        self._taken = 0

    def put(self, *alerts: dict[str, Any] | bytes) -> None:
        self.records += [a if isinstance(a, bytes) else encode("alert", a) for a in alerts]

    def again(self) -> None:
        """As after a crash: what was not settled comes once more."""
        self._taken = self.settled

    def take(self, limit: int = 1000) -> list[Letter]:
        letters = [Letter(f"alerts.v1-0-{i}", self.records[i]) for i in range(self._taken, len(self.records))]
        self._taken = len(self.records)
        return letters

    def settle(self, letters: Sequence[Letter], problem: str = "") -> None:
        self.settled += len(letters)


class Ear:
    """A channel that remembers what it was told; it fails with what stands in ``problems``, in turn."""

    def __init__(self, name: str = "ear", most: int = 1, pause_s: float = 0) -> None:
        self.name, self.most, self.pause_s = name, most, pause_s
        self.told: list[list[str]] = []
        self.problems: list[NotTaken] = []

    def tell(self, alerts: Sequence[Any]) -> None:
        if self.problems:
            raise self.problems.pop(0)
        self.told.append([alert_id(a) for a in alerts])


class Rig:
    def __init__(self, folder: Path, *ears: Ear, wanted: Wanted | None = None, fresh_hours: float = 0) -> None:
        self.folder, self.ears, self.topic = folder, ears or (Ear(),), Topic()
        self.wanted, self.fresh_hours, self.passed = wanted or Wanted(severity="info"), fresh_hours, 0.0
        self.start()

    def start(self) -> None:
        self.ledger = SendLedger(self.folder / "notify.db")
        self.metrics = NotifyMetrics()
        self.notifier = Notifier(
            [Way(ear, self.wanted) for ear in self.ears], self.ledger, self.topic, self.metrics, self.fresh_hours,
            lambda: NOW, lambda: self.passed,
        )  # fmt: skip

    def restart(self) -> None:
        self.ledger.close()
        self.topic.again()
        self.start()

    def steps(self, count: int = 5) -> None:
        for _ in range(count):
            self.notifier.step()

    def counted(self, result: str, channel: str = "ear") -> float:
        labels = {"channel": channel, "result": result}
        return self.metrics.registry.get_sample_value("yigangtong_notices_total", labels) or 0.0


def test_an_alert_that_is_repeated_in_the_topic_or_after_a_restart_is_told_once(tmp_path: Path) -> None:
    rig = Rig(tmp_path)
    rig.topic.put(alert(), alert(version=9))
    rig.steps()
    rig.restart()
    rig.topic.put(alert())
    rig.steps()
    assert rig.ears[0].told == [["X.1"]]
    assert rig.counted("repeated") == 1


def test_what_was_written_down_and_not_told_is_told_after_a_restart(tmp_path: Path) -> None:
    rig = Rig(tmp_path)
    rig.ears[0].problems = [NotTaken("away")]
    rig.topic.put(alert())
    rig.steps(1)
    assert rig.topic.settled == 1
    rig.restart()
    assert rig.notifier.waiting() == 1
    rig.steps()
    assert rig.ears[0].told == [["X.1"]]


def test_a_channel_that_fails_is_tried_again_later_and_the_others_go_on(tmp_path: Path) -> None:
    bad, good = Ear("bad"), Ear("good")
    bad.problems = [NotTaken("away")] * 9
    rig = Rig(tmp_path, bad, good)
    rig.topic.put(alert())
    rig.steps()
    assert (len(bad.problems), good.told) == (8, [["X.1"]])
    for _ in range(8):
        rig.passed += LONGEST_PAUSE_S
        rig.steps(2)
    assert not bad.problems and not bad.told
    rig.passed += LONGEST_PAUSE_S
    rig.steps()
    assert bad.told == [["X.1"]]
    assert rig.counted("failed", "bad") == 9
    assert rig.metrics.registry.get_sample_value("yigangtong_notify_last_success_seconds", {"channel": "bad"}) == NOW


def test_what_is_never_taken_does_not_hold_up_the_rest(tmp_path: Path) -> None:
    rig = Rig(tmp_path)
    rig.ears[0].problems = [NotTaken("HTTP 422", never=True)]
    rig.topic.put(alert(), alert(exception_id="Y"))
    rig.steps()
    assert rig.ears[0].told == [["Y.1"]]
    assert rig.counted("refused") == 1
    assert rig.notifier.waiting() == 0


def test_several_that_wait_come_in_one_message_and_not_faster_than_the_channel_takes(tmp_path: Path) -> None:
    rig = Rig(tmp_path, Ear(most=3, pause_s=4))
    rig.topic.put(*(alert(exception_id=name) for name in "ABCDE"))
    rig.steps()
    assert rig.ears[0].told == [["A.1", "B.1", "C.1"]]
    waiting = rig.metrics.registry.get_sample_value("yigangtong_notices_waiting", {"channel": "ear"})
    assert waiting == rig.notifier.waiting() == 2
    rig.passed = 4.0
    rig.steps()
    assert rig.ears[0].told[1:] == [["D.1", "E.1"]]


@pytest.mark.parametrize("state", ["RESOLVED", "WITHDRAWN"])
def test_an_end_is_told_where_the_beginning_was(tmp_path: Path, state: str) -> None:
    rig = Rig(tmp_path)
    rig.topic.put(alert(), alert(2, state), alert(2, state, exception_id="NEVER-TOLD"), alert(3))
    rig.steps()
    assert rig.ears[0].told == [["X.1"], ["X.2"], ["X.3"]]


def test_a_channel_may_want_beginnings_only(tmp_path: Path) -> None:
    rig = Rig(tmp_path, wanted=Wanted(severity="info", ends=False))
    rig.topic.put(alert(), alert(2, "RESOLVED"))
    rig.steps()
    assert rig.ears[0].told == [["X.1"]]
    assert rig.counted("unwanted") == 1


def test_history_is_no_news(tmp_path: Path) -> None:
    hour = 3_600_000
    rig = Rig(tmp_path, fresh_hours=24)
    at = int(NOW * 1000)
    rig.topic.put(
        alert(exception_id="OLD", raised_at=at - 25 * hour, updated_at=None),
        alert(exception_id="LONG-OPEN", raised_at=at - 90 * hour, updated_at=at - hour),
        alert(exception_id="NEW", raised_at=at - 23 * hour, updated_at=None),
    )
    rig.steps()
    assert rig.ears[0].told == [["LONG-OPEN.1"], ["NEW.1"]]


def test_what_cannot_be_read_is_settled_and_the_rest_is_told(tmp_path: Path) -> None:
    rig = Rig(tmp_path)
    rig.topic.put(b"no Avro", alert())
    rig.steps()
    assert rig.ears[0].told == [["X.1"]]
    assert rig.topic.settled == 2


def test_alerts_of_version_1_have_ids_of_their_own_for_each_state(tmp_path: Path) -> None:
    assert alert_id(alert(0)) != alert_id(alert(0, "RESOLVED"))
    rig = Rig(tmp_path)
    rig.topic.put(alert(0), alert(0, "RESOLVED"))
    rig.steps()
    assert len(rig.ears[0].told) == 2


def test_it_shows_its_part_of_the_list_of_metrics() -> None:
    shown = {family.name: family.documentation for family in NotifyMetrics().registry.collect()}
    assert shown == {m.name: m.en for m in METRICS if m.where is Where.NOTIFY}


def test_a_trial_is_an_alert_with_an_id_of_its_own() -> None:
    first, second = trial(), trial()
    assert encode("alert", first)
    assert alert_id(first) != alert_id(second)
