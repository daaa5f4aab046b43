"""The demo: a simulated day of the four ports on real Kafka, a Faust worker and the embedded ClickHouse."""

from ops.demo.run import run_demo

__all__ = ["run_demo"]
