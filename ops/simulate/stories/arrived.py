"""A box of an export bill that has passed the gate."""

from __future__ import annotations

from typing import Final

#: The steps after arrival, in order: milestone, and the state of a visit that has come so far.
_STEPS: Final = (
    ("EXPORT_ARRIVAL_REPORT", "ARRIVED"), ("EXPORT_CUSTOMS_RELEASE", "CUSTOMS_RELEASED"),
    ("EXPORT_LOADING_RELEASE", "LOAD_RELEASED"), ("EXPORT_TERMINAL_RELEASE", "TERMINAL_RELEASED"),
)  # fmt: skip


class Arrived:
    """Where one box has come to: ``milestones`` so far, its gate-in, and when its line was declared (0 = never)."""

    __slots__ = ("gate_in", "line_at", "milestones")

    def __init__(self) -> None:
        self.gate_in = 0
        self.line_at = 0
        self.milestones: dict[str, int] = {}

    @property
    def state(self) -> str:
        """State of its visit while it is in the yard: the last step that is done with all steps before it."""
        state = "ARRIVAL_PENDING"
        for key, reached in _STEPS:
            if key not in self.milestones:
                break
            state = reached
        return state

    @property
    def ready_at(self) -> int:
        """When customs and loading release were both there, 0 = they are not."""
        steps = [self.milestones.get(f"EXPORT_{stage}_RELEASE", 0) for stage in ("CUSTOMS", "LOADING")]
        return max(steps) if all(steps) else 0
