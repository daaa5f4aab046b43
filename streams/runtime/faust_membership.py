"""Is this worker for certain still a member of its group? What the group coordinator answers is the only witness.

A worker that slept past its session has lost its partitions without hearing of it, and must not write for them any more.
aiokafka keeps the time of the last heartbeat in a local variable, so the requests themselves are watched.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from math import inf
from typing import Any, Final

from aiokafka.protocol.group import HeartbeatRequest, SyncGroupRequest

#: Error codes of a heartbeat's answer: a member, also while the group rebalances; and no member of this generation.
NONE, ILLEGAL_GENERATION, UNKNOWN_MEMBER, REBALANCING, FENCED_INSTANCE = 0, 22, 25, 27, 82
_MEMBER: Final = (NONE, REBALANCING)
_NO_MEMBER: Final = (ILLEGAL_GENERATION, UNKNOWN_MEMBER, FENCED_INSTANCE)


def uptime_s() -> float:
    """Seconds that also pass while the machine is suspended, where the system counts them."""
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))


class Membership:
    """Certain for one session timeout after a request that the coordinator answered "you are a member".

    Counted from when the request was *sent*: the coordinator's own timer began later, so it never runs out earlier.
    Written by the consumer's thread, read from any.
    """

    def __init__(self, session_s: float, clock_s: Callable[[], float] = uptime_s) -> None:
        self._session_s = session_s
        self._clock_s = clock_s
        self._confirmed = -inf

    def certain(self) -> bool:
        """True while nobody else can have been given our partitions."""
        return self._clock_s() - self._confirmed < self._session_s

    def watch(self, coordinator: Any) -> None:
        """Learn from what this coordinator (aiokafka's `GroupCoordinator`) is answered from now on."""
        send = coordinator._send_req

        async def noted(request: Any) -> Any:
            sent = self._clock_s()
            response = await send(request)
            if isinstance(request, (HeartbeatRequest, SyncGroupRequest)):
                self._answered(sent, response.error_code)
            return response

        coordinator._send_req = noted

    def _answered(self, sent: float, code: int) -> None:
        if code in _MEMBER:
            self._confirmed = sent
        elif code in _NO_MEMBER:
            self._confirmed = -inf
