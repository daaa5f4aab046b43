"""What can be wrong with Kafka, in words for the person who must mend it."""

from __future__ import annotations


class KafkaProblem(RuntimeError):
    """Kafka cannot be used as asked; the message says what to do."""


class PortBusy(KafkaProblem):
    """Another program listens on the port."""


class BrokerFailed(KafkaProblem):
    """The local broker cannot be started."""


class TopicProblem(KafkaProblem):
    """The broker does not answer, or a topic is not as the list says."""


class PublishFailed(KafkaProblem):
    """Kafka did not take a record, or did not say so in time."""


class KafkaRefused(KafkaProblem):
    """A broker answers and does not take us: TLS or login are not as it wants them."""
