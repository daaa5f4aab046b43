"""What readers read: ``<table>_now``, the highest version of each key, void and deleted rows hidden."""

# Rows of one key never lie in two month partitions, so FINAL may work partition by partition.
_BY_MONTH = "do_not_merge_across_partitions_select_final = 1"
# Right only for columns that are equal in all versions of a row; bill_no, the indexed one, is.
_INDEXED = "use_skip_indexes_if_final_exact_mode = 0"

_WHERE = {
    "box_visits": "is_deleted = 0",
    "consignments": "is_deleted = 0",
    "port_calls": "is_deleted = 0",
    "transfer_legs": "is_deleted = 0",
    "arrival_cases": "is_deleted = 0",
    "exceptions": "is_deleted = 0",
    "events": "is_retracted = 0",
    "intake": "1",
    "dead_letters": "1",
    "notices": "1",
    "book_archive": "1",
    "epochs": "1",
    "port_hour": "n > 0",
    "arrival_hour": "n > 0",
    "dwell_hour": "n > 0",
}
_SETTINGS = {
    "events": f" /*modern SETTINGS {_BY_MONTH}, {_INDEXED}*/",
    "box_visits": f" /*modern SETTINGS {_BY_MONTH}*/",
}

UP = tuple(
    f"CREATE VIEW IF NOT EXISTS {table}_now AS SELECT * FROM {table} FINAL WHERE {where}{_SETTINGS.get(table, '')}"
    for table, where in _WHERE.items()
)
DOWN = tuple(f"DROP TABLE IF EXISTS {table}_now" for table in _WHERE)
