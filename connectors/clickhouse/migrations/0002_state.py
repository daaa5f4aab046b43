"""What the books say now: one table per kind of derived row, the highest version of a key counts.

Every ORDER BY begins with the book's key, so that the rows a book left behind can be found and tombstoned. The key of
a visit holds ``opened_at``; where the engine has whole seconds only, a shadow column keeps its milliseconds.
"""

BOX_VISITS = """
CREATE TABLE IF NOT EXISTS box_visits (
    container_no String, -- ISO 6346
    opened_at TS, -- UTC, event time of the opening gate-in or discharge
    closed_at TS, -- UTC, zero time while open
    visit_id String,
    port LC, -- where the box is, or was last
    terminal_code LC,
    direction LC, -- E export, I import, T transhipment
    trade LC, -- D domestic, F foreign
    ef LC, -- E empty, F full
    iso_type LC, -- ISO 6346 size and type
    supervised UInt8, -- 1: under customs supervision
    bill_no String,
    vessel_id LC,
    voyage LC,
    call_id String,
    state LC,
    location LC,
    customs_status LC,
    document_status LC,
    seal_status LC,
    leg_status LC,
    holds Array(String),
    seals Array(String),
    gross_kg Float64, -- kg, 0 = unknown
    next_step LC,
    blockers Array(String), -- what must happen before next_step
    waiting_since TS, -- UTC
    milestones Array(String), -- parallel to milestone_times
    milestone_times Array(TS), -- UTC
    updated_at TS, -- UTC, logical time of the derivation
    is_deleted UInt8, -- 1: tombstone, hidden by box_visits_now
    version UInt64 -- epoch (16 bits), evidence count (32), deadlines passed (16)
    /*old , opened_at_ms Int64*/
) ENGINE = ReplacingMergeTree(version)
PARTITION BY toYYYYMM(opened_at)
ORDER BY (container_no, opened_at/*old , opened_at_ms*/)
"""

CONSIGNMENTS = """
CREATE TABLE IF NOT EXISTS consignments (
    master_bl String, -- master bill of lading
    house_bl String, -- house bill, empty if none
    container_no String,
    manifest_kinds Array(String), -- kinds of manifest that name the line
    direction LC,
    trade LC,
    ef LC,
    load_type LC, -- FCL, LCL, EMPTY or BULK
    vessel_id LC,
    voyage LC,
    pol LC, -- UN/LOCODE, port of loading
    pod LC, -- UN/LOCODE, port of discharge
    iso_type LC,
    gross_kg Float64, -- kg
    packages UInt32,
    goods String,
    declaration_no String,
    customs_released_at TS, -- UTC
    bill_released_at TS, -- UTC
    holds Array(String),
    updated_at TS,
    is_deleted UInt8,
    version UInt64
) ENGINE = ReplacingMergeTree(version)
ORDER BY (master_bl, house_bl, container_no)
"""

PORT_CALLS = """
CREATE TABLE IF NOT EXISTS port_calls (
    vessel_id String, -- IMO:, CNSHIP:, MMSI: or NAME: and the identifier
    port LC,
    call_id String,
    vessel_name String,
    terminal_code LC,
    berth_code LC,
    voyage_in LC,
    voyage_out LC,
    phase LC, -- EXPECTED, ARRIVED_ANCHOR, BERTHED, OPS, OPS_DONE or DEPARTED
    eta TS, -- UTC, estimated arrival
    ata TS, -- UTC, arrival at anchorage
    atb TS, -- UTC, all fast at berth
    ops_start TS, -- UTC, cargo operations start
    ops_end TS, -- UTC, cargo operations end
    etd TS, -- UTC, estimated departure
    atd TS, -- UTC, departure from berth
    shifts UInt16, -- berth shifts within the call
    planned_moves UInt32,
    cutoff_at TS, -- UTC
    updated_at TS,
    is_deleted UInt8,
    version UInt64
) ENGINE = ReplacingMergeTree(version)
ORDER BY (vessel_id, port, call_id)
"""

TRANSFER_LEGS = """
CREATE TABLE IF NOT EXISTS transfer_legs (
    container_no String,
    leg_id String,
    from_port LC,
    from_terminal LC,
    to_port LC,
    to_terminal LC,
    mode LC, -- feeder, rail or truck
    vessel_id LC,
    voyage LC,
    leg_state LC,
    supervised UInt8,
    seals Array(String),
    allocation_no String,
    planned_at TS, -- UTC
    approved_at TS, -- UTC
    loaded_at TS, -- UTC
    departed_at TS, -- UTC
    arrived_at TS, -- UTC
    discharged_at TS, -- UTC
    due_at TS, -- UTC
    updated_at TS,
    is_deleted UInt8,
    version UInt64
) ENGINE = ReplacingMergeTree(version)
ORDER BY (container_no, leg_id)
"""

ARRIVAL_CASES = """
CREATE TABLE IF NOT EXISTS arrival_cases (
    container_no String,
    case_id String,
    bill_no String,
    house_bl String,
    vessel_id LC,
    voyage LC,
    port LC,
    terminal_code LC,
    message_type LC, -- MT3101 or MT5101
    route_flag LC,
    state LC, -- WAITING, SENT, ACKED, REJECTED or TRIGGERED
    message_id String,
    attempt UInt8,
    triggered_at TS, -- UTC, the physical event
    ready_at TS, -- UTC, last condition met
    sent_at TS, -- UTC
    answered_at TS, -- UTC
    lag_ms Int64, -- ms from triggered_at to answered_at, exact on every engine
    reason String,
    unmet Array(String), -- conditions still missing
    evidence Array(String), -- identities of the events behind it
    updated_at TS,
    is_deleted UInt8,
    version UInt64
) ENGINE = ReplacingMergeTree(version)
ORDER BY (container_no, case_id)
"""

EXCEPTIONS = """
CREATE TABLE IF NOT EXISTS exceptions (
    book_key String, -- key of the book that raises it
    exception_id String,
    code LC,
    severity LC,
    subject String, -- container, bill or call that it is about
    port LC,
    owner LC, -- who must act
    state LC, -- RAISED or RESOLVED
    raised_at TS, -- UTC
    ended_at TS, -- UTC, zero time while raised
    detail String,
    evidence Array(String),
    updated_at TS,
    is_deleted UInt8,
    version UInt64
) ENGINE = ReplacingMergeTree(version)
ORDER BY (book_key, exception_id)
"""

UP = (BOX_VISITS, CONSIGNMENTS, PORT_CALLS, TRANSFER_LEGS, ARRIVAL_CASES, EXCEPTIONS)
DOWN = tuple(
    f"DROP TABLE IF EXISTS {table}"
    for table in ("exceptions", "arrival_cases", "transfer_legs", "port_calls", "consignments", "box_visits")
)
