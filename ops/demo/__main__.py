"""``python -m ops.demo``: what ``make demo`` runs."""

from __future__ import annotations

import argparse
import sys

from connectors.clickhouse.errors import StoreError
from connectors.kafka.errors import KafkaProblem
from ops.demo.run import DemoFailed, run_demo


def main() -> int:
    """Exit code 0: the truth is matched; 1: it is not; 2: the demo could not run."""
    parser = argparse.ArgumentParser(prog="make demo", description=__doc__)
    parser.add_argument("--once", action="store_true", help="end by itself; 0 only when the truth is matched")
    parser.add_argument("--seed", type=int, default=1, help="seed of the simulated day")
    parser.add_argument("--scale", type=float, default=1.0, help="1.0 = a full day")
    arguments = parser.parse_args()
    try:
        return run_demo(seed=arguments.seed, scale=arguments.scale, once=arguments.once)
    except KeyboardInterrupt:
        return 130
    except (DemoFailed, KafkaProblem, StoreError, ValueError, OSError) as error:
        print(f"demo: {' '.join(str(error).split())}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
