"""The JSON API under ``/api/v1``: what operations staff and other systems ask of the store, and what officers do."""
