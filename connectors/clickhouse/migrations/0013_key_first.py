"""Views that look at the key first: of a granule's 8,192 rows only those that are asked for are read in all columns.

``FINAL`` has to see all versions of a row, so the engine moves no condition before the merge by itself. What a condition says
of the key holds for all versions alike: ``optimize_move_to_prewhere_if_final`` moves such conditions, and no others. What is
void is looked for last, in what is left: the ``if`` keeps that condition, which speaks of the key too, from being moved.

The index of ``bill_no`` is left out of ``FINAL`` again where it does not see all versions: a withdrawn event has no bill
(`streams.runtime.history.withdrawn`), so who asked ``events_now`` for a bill got back what had been withdrawn.
"""

_KEY_FIRST = "optimize_move_to_prewhere_if_final = 1"
_BY_MONTH = "do_not_merge_across_partitions_select_final = 1"
_NOT_VOID = (
    "concat(source_party, '|', source_system, '|', event_id) NOT IN "
    "(SELECT event_id FROM void_events FINAL WHERE is_deleted = 0)"
)
_STATE = ("consignments", "port_calls", "transfer_legs", "arrival_cases", "exceptions", "operator_actions", "void_events")


def _view(table: str, where: str, settings: str = "") -> tuple[str, str]:
    said = f" /*modern SETTINGS {settings}*/" if settings else ""
    view = f"CREATE VIEW IF NOT EXISTS {table}_now AS SELECT * FROM {table} FINAL WHERE {where}{said}"
    return f"DROP TABLE IF EXISTS {table}_now", view


UP = (
    *_view("events", f"if(is_retracted = 0, {_NOT_VOID}, 0)", f"{_BY_MONTH}, {_KEY_FIRST}"),
    *_view("box_visits", "is_deleted = 0", f"{_BY_MONTH}, {_KEY_FIRST}"),
    *(statement for table in _STATE for statement in _view(table, "is_deleted = 0", _KEY_FIRST)),
)
DOWN = (
    *_view("events", f"is_retracted = 0 AND {_NOT_VOID}", f"{_BY_MONTH}, use_skip_indexes_if_final_exact_mode = 0"),
    *_view("box_visits", "is_deleted = 0", _BY_MONTH),
    *(statement for table in _STATE for statement in _view(table, "is_deleted = 0")),
)
