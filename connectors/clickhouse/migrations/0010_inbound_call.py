"""Of a visit that began with a discharge: the call of the vessel that brought the box."""

_COLUMN = "inbound_call_id String"
# A view over SELECT * has the columns of its creation.
_OLD_VIEW = "DROP TABLE IF EXISTS box_visits_now"
_VIEW = (
    "CREATE VIEW IF NOT EXISTS box_visits_now AS SELECT * FROM box_visits FINAL WHERE is_deleted = 0"
    " /*modern SETTINGS do_not_merge_across_partitions_select_final = 1*/"
)

UP = (f"ALTER TABLE box_visits ADD COLUMN /*modern IF NOT EXISTS */{_COLUMN} AFTER call_id", _OLD_VIEW, _VIEW)
DOWN = (_OLD_VIEW, "ALTER TABLE box_visits DROP COLUMN /*modern IF EXISTS */inbound_call_id", _VIEW)
