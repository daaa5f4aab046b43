"""The versions and inner names the runtime is built on.

Faust's extension points are not enough for exact offsets and batch reading, so the runtime overrides private methods.
A new release may change them without notice and then lose data in silence: a worker whose pins moved does not start.
"""

from __future__ import annotations

from importlib import import_module, metadata
from typing import Final

VERSIONS: Final = {"faust-streaming": "0.15.3", "aiokafka": "0.14.0", "mode-streaming": "0.7.1"}

#: class -> names that are overridden or read. Instance attributes are checked as annotations or in the source of
#: ``__init__`` (the tests do that); here what a class object shows.
NAMES: Final[dict[str, tuple[str, ...]]] = {
    "faust.transport.consumer:Consumer": (
        "_drain_messages", "_getmany", "_get_active_partitions", "_commit", "force_commit",
        "maybe_wait_for_commit_to_finish", "wait_empty", "on_partitions_revoked", "perform_seek", "resume_partitions",
        "resume_flow", "seek_wait", "earliest_offsets", "on_buffer_drop", "_is_changelog_tp", "ack"),
    "faust.transport.drivers.aiokafka:AIOKafkaConsumerThread": ("_create_worker_consumer", "_ensure_consumer", "on_start"),
    "faust.transport.drivers.aiokafka:Consumer": ("_new_consumer_thread", "consumer_stopped_errors"),
    "faust.transport.drivers.aiokafka:Producer": ("_settings_extra",),
    "faust.tables.recovery:Recovery": (
        "_slurp_changelogs", "_set_recovery_started", "_set_recovery_ended", "_build_highwaters", "on_rebalance",
        "on_recovery_completed", "need_recovery", "active_remaining", "signal_recovery_end"),
    "faust.tables.manager:TableManager": ("recovery", "changelog_queue"),
    "faust.assignor.partition_assignor:PartitionAssignor": ("_group_co_subscribed",),
    "faust:App": ("_new_transport", "_new_producer_transport"),
    "aiokafka.consumer.fetcher:PartitionRecords": ("_consumer_record",),
    "aiokafka:AIOKafkaProducer": ("create_batch", "send_batch", "partitions_for"),
    "aiokafka.consumer.group_coordinator:GroupCoordinator": ("_send_req", "_do_heartbeat"),
    "aiokafka.consumer.subscription_state:TopicPartitionState": ("position",),
}


class PinsMovedError(RuntimeError):
    """An installed library is not the one this runtime was proved with."""


def check_pins() -> None:
    """Raise `PinsMovedError` with the list of what differs."""
    wrong = [f"{name} is {found}, not {wanted}" for name, wanted in VERSIONS.items()
             if (found := _version(name)) != wanted]
    for path, names in NAMES.items():
        module, _, attribute = path.partition(":")
        owner = getattr(import_module(module), attribute, None)
        wrong += [f"{path}.{name} is gone" for name in names if not hasattr(owner, name)]
    if wrong:
        raise PinsMovedError(
            f"The worker does not start with other libraries than it was tested with: {'; '.join(wrong)}. "
            "Install the pinned ones with `make setup`."
        )


def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return "not installed"
