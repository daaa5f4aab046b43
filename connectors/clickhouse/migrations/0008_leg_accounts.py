"""Of a leg: when it was written off, whether papers travel with its box, and how long before the onward cut-off it is there."""

_COLUMNS = (
    "reconciled_at TS",  # loaded and discharged were written off against each other, UTC
    "carry_over LC",  # CARRIED, or why declaration, arrival and release do not travel with the box
    "expected_at TS",  # at to_port: discharged, else arrived, else as announced, UTC
    "onward_call_id String",  # call at to_port for which an export travels there
    "onward_cutoff TS",  # its cut-off, UTC
)
# A view over SELECT * has the columns of its creation.
_OLD_VIEW = "DROP TABLE IF EXISTS transfer_legs_now"
_VIEW = "CREATE VIEW IF NOT EXISTS transfer_legs_now AS SELECT * FROM transfer_legs FINAL WHERE is_deleted = 0"
_BEFORE = ("due_at", *(column.split(" ")[0] for column in _COLUMNS))

UP = (
    *(
        f"ALTER TABLE transfer_legs ADD COLUMN /*modern IF NOT EXISTS */{column} AFTER {before}"
        for column, before in zip(_COLUMNS, _BEFORE, strict=False)
    ),
    _OLD_VIEW,
    _VIEW,
)
DOWN = (
    _OLD_VIEW,
    *(f"ALTER TABLE transfer_legs DROP COLUMN /*modern IF EXISTS */{name}" for name in reversed(_BEFORE[1:])),
    _VIEW,
)
