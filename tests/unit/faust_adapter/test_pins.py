"""A worker starts only with the libraries whose inner names it overrides."""

from __future__ import annotations

import inspect
import re

import pytest
from aiokafka.consumer.fetcher import Fetcher
from aiokafka.consumer.group_coordinator import CoordinatorGroupRebalance, GroupCoordinator
from aiokafka.consumer.subscription_state import TopicPartitionState
from faust.tables.recovery import Recovery
from faust.transport.conductor import Conductor
from faust.transport.consumer import Consumer
from faust.transport.drivers import aiokafka as driver

from streams.runtime import faust_pins


def test_the_installed_libraries_are_the_pinned_ones() -> None:
    faust_pins.check_pins()


def test_another_version_is_refused_with_both_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(faust_pins.VERSIONS, "aiokafka", "0.0.1")
    with pytest.raises(faust_pins.PinsMovedError, match=r"aiokafka is \S+, not 0\.0\.1.*make setup"):
        faust_pins.check_pins()


def test_a_missing_name_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(Recovery, "_slurp_changelogs")
    with pytest.raises(faust_pins.PinsMovedError, match=r"Recovery\._slurp_changelogs is gone"):
        faust_pins.check_pins()


@pytest.mark.parametrize(
    ("owner", "names"),
    [
        (Consumer, ["_unacked_messages", "_read_offset", "_committed_offset", "_commit_fut"]),
        (Consumer, ["flow_active", "can_resume_flow"]),
        (Recovery, ["active_tps", "active_offsets", "active_highwaters", "_active_events_received_at"]),
        (Conductor, ["_tp_index"]),
        (TopicPartitionState, ["timestamp", "highwater", "_position"]),
        (Fetcher, ["_fetch_max_wait_ms"]),
    ],
)
def test_instance_attributes_that_we_read_are_still_set(owner: type, names: list[str]) -> None:
    source = inspect.getsource(owner)
    assert [n for n in names if not re.search(rf"\b(self\.)?{n}\b\s*(:[^=\n]*)?=", source)] == []


def test_recovery_still_calls_the_hooks_we_hang_on() -> None:
    """`_build_highwaters` with the title "active" is where the engine gets its partitions."""
    source = inspect.getsource(Recovery._restart_recovery.fun)
    assert 'assigned_active_tps, active_highwaters, "active"' in source
    assert "self.on_recovery_completed" in source


def test_the_consumer_thread_still_takes_its_wait_from_the_attribute_we_set() -> None:
    source = inspect.getsource(driver.aiokafka.AIOKafkaConsumer)
    assert "fetch_max_wait_ms=self._fetch_max_wait_ms" in source


def test_heartbeats_and_joins_still_go_through_the_method_that_is_watched() -> None:
    assert "self._send_req(request)" in inspect.getsource(GroupCoordinator._do_heartbeat)
    source = inspect.getsource(CoordinatorGroupRebalance._send_sync_group_request)
    assert "self._coordinator._send_req(request)" in source
