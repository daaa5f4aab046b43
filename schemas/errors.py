"""Errors of this package. Each message says what was wrong, where, what was expected and what to do."""

from __future__ import annotations

from typing import Final

# Why a record cannot be read. Codes of validation are in `schemas.validate`.
BAD_MAGIC: Final = "BAD_MAGIC"
UNKNOWN_SCHEMA: Final = "UNKNOWN_SCHEMA"
WRONG_KIND: Final = "WRONG_KIND"
CORRUPT: Final = "CORRUPT"


class SchemaError(ValueError):
    """Base of all errors about schemas, records and reference data."""


class UnknownSchemaError(SchemaError):
    """No schema has this id: the record can never be read as it stands."""


class RegistryUnavailableError(SchemaError):
    """The schema registry did not answer: try again later, the record may be good."""


class EncodeError(SchemaError):
    """A record does not fit its schema; ``field`` names the field where it is known, "" otherwise."""

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field


class DecodeError(SchemaError):
    """A value is not a readable record; ``code`` is one of the constants of this module."""

    def __init__(self, code: str, reason: str, field: str = "") -> None:
        super().__init__(f"{code}: {reason}")
        self.code = code
        self.reason = reason
        self.field = field
