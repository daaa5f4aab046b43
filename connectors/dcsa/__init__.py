"""DCSA JSON into events: Track & Trace 2.2 and 3.0, Port Call 2.0; and the JSON entities of smart-data-models."""

from connectors.dcsa.reader import read_documents

__all__ = ["read_documents"]
