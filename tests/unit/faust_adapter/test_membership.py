"""The fence: a worker is certain of its partitions for one session timeout after the coordinator confirmed it."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from aiokafka.protocol.group import HeartbeatRequest, SyncGroupRequest

from streams.runtime.faust_membership import FENCED_INSTANCE, ILLEGAL_GENERATION, REBALANCING, UNKNOWN_MEMBER, Membership

HEARTBEAT = HeartbeatRequest("group", 1, "member")
SYNC = SyncGroupRequest("group", 1, "member", None, [])


class Group:
    """A coordinator that answers with ``code`` after ``takes`` seconds."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.code = 0
        self.takes = 0.0
        self.membership = Membership(30.0, lambda: self.now)
        self._coordinator: Any = SimpleNamespace(_send_req=self._answer)
        self.membership.watch(self._coordinator)

    async def _answer(self, _request: Any) -> Any:
        self.now += self.takes
        if self.code < 0:
            raise ConnectionError("no answer")
        return SimpleNamespace(error_code=self.code)

    async def ask(self, request: Any, code: int = 0) -> None:
        self.code = code
        await self._coordinator._send_req(request)


async def test_nobody_is_certain_before_the_group_has_let_him_in() -> None:
    group = Group()
    assert not group.membership.certain()
    await group.ask(SYNC)
    assert group.membership.certain()


async def test_certainty_ends_a_session_timeout_after_the_last_confirmed_request_was_sent() -> None:
    group = Group()
    group.takes = 2.0
    await group.ask(HEARTBEAT)
    group.now += 27.9
    assert group.membership.certain()
    group.now += 0.1
    assert not group.membership.certain(), "30 s after it was sent, although the answer is 28 s old"


async def test_a_heartbeat_without_an_answer_confirms_nothing() -> None:
    group = Group()
    await group.ask(HEARTBEAT)
    group.now += 29
    with pytest.raises(ConnectionError):
        await group.ask(HEARTBEAT, -1)
    group.now += 2
    assert not group.membership.certain()


async def test_a_member_of_a_group_that_rebalances_is_one_until_it_gives_its_partitions_back() -> None:
    group = Group()
    await group.ask(HEARTBEAT, REBALANCING)
    assert group.membership.certain()


@pytest.mark.parametrize("code", [ILLEGAL_GENERATION, UNKNOWN_MEMBER, FENCED_INSTANCE])
async def test_a_coordinator_that_no_longer_knows_us_ends_it_at_once(code: int) -> None:
    group = Group()
    await group.ask(HEARTBEAT)
    await group.ask(HEARTBEAT, code)
    assert not group.membership.certain()


async def test_another_request_says_nothing_of_the_membership() -> None:
    group = Group()
    await group.ask(object())
    assert not group.membership.certain()
