"""Of quay moves the crane; of gate moves the truck's visit, and whether the cameras let it pass by themselves."""

_COLUMNS = (
    ("crane LC", "trade"),  # that moved the box, as the terminal names it
    ("truck_visit_id String", "crane"),  # joins the boxes that one truck brought and took; empty: not said
    ("camera LC", "truck_visit_id"),  # PASSED, CHECK: a person has to look; empty: no camera saw it
)
_VOID = "SELECT target_id FROM operator_actions FINAL WHERE action = 'VOID' AND status = 'IN_FORCE' AND is_deleted = 0"
# A view over SELECT * has the columns of its creation.
_OLD_VIEW = "DROP TABLE IF EXISTS events_now"
_VIEW = (
    "CREATE VIEW IF NOT EXISTS events_now AS SELECT * FROM events FINAL WHERE is_retracted = 0"
    f" AND concat(source_party, '|', source_system, '|', event_id) NOT IN ({_VOID})"
    " /*modern SETTINGS do_not_merge_across_partitions_select_final = 1, use_skip_indexes_if_final_exact_mode = 0*/"
)

UP = (
    *(f"ALTER TABLE events ADD COLUMN /*modern IF NOT EXISTS */{column} AFTER {before}" for column, before in _COLUMNS),
    _OLD_VIEW,
    _VIEW,
)
DOWN = (
    _OLD_VIEW,
    *(f"ALTER TABLE events DROP COLUMN /*modern IF EXISTS */{column.split(' ')[0]}" for column, _ in reversed(_COLUMNS)),
    _VIEW,
)
