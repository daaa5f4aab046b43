"""A simulator of the four ports: a coherent, seeded world with planted incidents, and its truth apart from the events.

It shares nothing with the platform but the schemas.
"""

from ops.simulate.delivery import Delivery, File
from ops.simulate.world import World

__all__ = ["Delivery", "File", "World"]
