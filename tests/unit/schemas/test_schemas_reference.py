"""Reference data: codes, dates and marks."""

from __future__ import annotations

import shutil
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from schemas.errors import SchemaError
from schemas.identifiers import container_ok, imo_ok, normalise_imo, vessel_id
from schemas.reference import DIRECTORY, load_reference
from streams.domain.reference import Reference as DomainReference

R = load_reference()
BEIJING = timezone(timedelta(hours=8))


def ms(day: str) -> int:
    return int(datetime.fromisoformat(day).replace(tzinfo=BEIJING).timestamp() * 1000)


MERGER = ms("2023-10-23")


@pytest.mark.parametrize(
    ("codes", "slug"),
    [
        ("CNTAO CNQIN CNQDG CNQGD CNQWG qingdao", "qingdao"),
        ("CNRZH rizhao", "rizhao"),
        ("CNYAT CNYTG CNYNT yantai", "yantai"),
        ("CNWEI CNWEG weihai", "weihai"),
        ("NLRTM CNSHA XXXXX jinan-inland", ""),
    ],
)
def test_every_spelling_of_a_port_means_the_port(codes: str, slug: str) -> None:
    assert {R.port_of_locode(code) for code in codes.split()} == {slug}
    assert R.port_of_locode("") == ""


def test_the_two_codes_of_qianwan_became_one_at_beijing_midnight() -> None:
    before, after = R.place_of("qingdao", "QQCTU", MERGER - 1), R.place_of("qingdao", "QQCTU", MERGER)
    assert before is not None
    assert after is not None
    assert (before.code, before.district, before.successor) == ("CNQWG/4258", "4258", "CNQGD/4218")
    assert (after.code, after.district) == ("CNQGD/4218", "4218")


def test_a_retired_place_code_still_resolves() -> None:
    for at in (ms("2020-01-01"), ms("2030-01-01")):
        place = R.place("CNQWG/4258", at)
        assert place is not None
        assert (place.port, place.successor) == ("qingdao", "CNQGD/4218")
    with_site = R.place("CNQGD230030/4218", ms("2026-01-01"))
    assert with_site is not None
    assert with_site.code == "CNQGD/4218"
    assert R.place("CNXXX/9999", 0) is None


def test_routes_join_all_four_ports_both_ways_and_one_goes_by_rail() -> None:
    ports = R.seaports
    assert ports == ("qingdao", "rizhao", "yantai", "weihai")
    for a in ports:
        for b in ports:
            if a != b:
                assert R.routes[a, b].min_hours < R.routes[a, b].normal_hours
                assert R.arrival_mode(a, b) == "FEEDER_REPORT"
    assert R.routes["jinan-inland", "qingdao"].mode == "RAIL"
    assert R.arrival_mode("jinan-inland", "qingdao") == "NONE"


def test_an_unknown_route_reports_arrival() -> None:
    assert R.arrival_mode("qingdao", "nowhere") == "FEEDER_REPORT"


def test_size_types_are_compared_after_normalising_and_count_teu() -> None:
    spellings = ("45G1", "40HQ", "40HC", "4500")
    assert {size.normalised for code in spellings if (size := R.size_type(code))} == {"40HC"}
    assert [R.teu(c) for c in ("22G1", "42G1", "L5G1", "29K9", "4ZZZ", "", "??")] == [
        1.0,
        2.0,
        2.25,
        1.0,
        2.0,
        0.0,
        0.0,
    ]


def test_the_catalogue_speaks_both_languages_and_says_what_to_do_where_it_matters() -> None:
    for entry in R.exceptions.values():
        assert entry.severity in ("critical", "high", "medium", "low", "info")
        assert all((entry.owner, entry.text_zh, entry.text_en))
        if entry.severity in ("critical", "high"):
            assert all((entry.action_zh, entry.action_en)), entry.code


def test_the_catalogue_holds_every_code_of_the_contract() -> None:
    codes = (
        "ARR_MISSING ARR_REJECTED ARR_NO_MANIFEST GATEOUT_NO_RELEASE LOAD_NO_RELEASE SEAL_CHANGED_IN_TRANSIT "
        "SHORTLANDED OVERLANDED LEG_WRONG_PORT TRADE_FLAG_CONFLICT BAD_CHECK_DIGIT DERIVE_FAILED SOURCE_SILENT "
        "LEG_OVERDUE LEG_LOST LEG_NOT_APPROVED VESSEL_NOT_PERMITTED BOX_TWO_PLACES CONDITION_OVERDUE TALLY_LATE"
    )
    assert set(codes.split()) <= R.exceptions.keys()


def test_thresholds_are_milliseconds() -> None:
    assert (R.thresholds["ARR_MISSING"], R.thresholds["LANDED"]) == (30 * 60_000, 6 * 3_600_000)


def test_vessels_are_found_by_any_id_and_unknown_permission_is_never_permission() -> None:
    feeder = R.vessels["CNSHIP:P202400000"]
    assert feeder is R.vessels[feeder.vessel_id]
    assert feeder.mixed_from < ms("2026-01-01") < feeder.mixed_until
    assert R.vessels["CNSHIP:P202400003"].mixed_until == 0
    for vessel in R.vessels.values():
        scheme, _, number = vessel.vessel_id.partition(":")
        assert scheme != "IMO" or imo_ok(number)


def test_no_made_up_code_looks_official() -> None:
    for key, vessel in R.vessels.items():
        if key.startswith("CNSHIP:"):
            assert key.startswith("CNSHIP:P"), key
        if vessel.vessel_id.startswith("IMO:2000"):
            assert vessel.en


def test_what_the_domain_takes_fits_it_and_answers_alike() -> None:
    domain = DomainReference(**R.for_domain())
    assert domain.port("CNWEG") == "weihai"
    assert domain.arrival_mode("weihai", "qingdao") == "FEEDER_REPORT"
    assert domain.place("QQCTU", "qingdao", MERGER - 1) == ("CNQWG/4258", "4258")
    assert domain.place("QQCTU", "qingdao", MERGER) == ("CNQGD/4218", "4218")
    assert domain.place("UNKNOWN", "qingdao", MERGER - 1) == ("CNQGD/4218", "4218")
    assert domain.rank("TOS-QQCTU") < domain.rank("OCR-3") < domain.rank("TALLY") < domain.rank("something")
    assert (domain.severity("LEG_WRONG_PORT"), domain.owner("LEG_WRONG_PORT")) == ("critical", "terminal")
    assert domain.limits("qingdao").arrival_due == R.thresholds["ARR_MISSING"]


@pytest.fixture
def tables(tmp_path: Path) -> Path:
    shutil.copytree(DIRECTORY, tmp_path / "reference")
    return tmp_path / "reference"


def test_any_changed_cell_changes_the_hash_that_enters_the_epoch(tables: Path) -> None:
    path = tables / "thresholds.csv"
    path.write_text(path.read_text("utf-8").replace("ARR_MISSING,,30", "ARR_MISSING,,31"), "utf-8")
    assert load_reference(tables).hash() != R.hash()
    assert load_reference(DIRECTORY).hash() == R.hash()


def test_a_port_may_have_a_threshold_of_its_own(tables: Path) -> None:
    with (tables / "thresholds.csv").open("a", encoding="utf-8") as file:
        file.write("CUTOFF_RISK,rizhao,2,h,1970-01-01,its yard is small,ours,P\n")
    domain = DomainReference(**load_reference(tables).for_domain())
    hour = 3_600_000
    assert (domain.limits("rizhao").before_cutoff, domain.limits("qingdao").before_cutoff) == (2 * hour, 4 * hour)
    assert domain.limits("rizhao").landed_due == R.thresholds["LANDED"]


def test_the_domain_knows_sizes_ships_and_ways() -> None:
    domain = DomainReference(**R.for_domain())
    assert [domain.size(code) for code in ("45G1", "40hq", "22G1", "ZZZZ", "")] == ["40HC", "40HC", "20GP", "", ""]
    assert domain.vessel("LU FEEDER 1") == domain.vessel("CNSHIP:P202400000") == domain.vessel("IMO:2000200") == "IMO:2000200"
    assert domain.vessel("NOBODY") == "NOBODY"
    feeder, ended = domain.ships["CNSHIP:P202400000"], domain.ships["CNSHIP:P202400002"]
    assert (feeder.service, feeder.coastal, feeder.may_mix(ms("2026-03-02"))) == ("FEEDER", True, True)
    assert ended.may_mix(ms("2025-06-30")) and not ended.may_mix(ms("2025-07-01"))
    assert not domain.ships["IMO:9399038"].coastal, "an unknown permission is none"
    hour = 3_600_000
    assert domain.least_time("yantai", "weihai") == 3 * hour and domain.least_time("qingdao", "nowhere") == 2 * hour
    assert domain.usual_time("weihai", "qingdao") == 15 * hour and domain.usual_time("weihai", "nowhere") == 0


@pytest.mark.parametrize(
    ("table", "old", "new", "words"),
    [
        ("routes.csv", ",P\n", ",?\n", "routes.csv line 2: source must be given and verified be S, M or P"),
        ("ports.csv", "rizhao,SEAPORT,", "rizhao,", "ports.csv line 3: the row has not as many cells"),
    ],
)
def test_a_row_without_source_mark_or_cell_is_refused_with_its_line(
    tables: Path, table: str, old: str, new: str, words: str
) -> None:
    path = tables / table
    path.write_text(path.read_text("utf-8").replace(old, new, 1), "utf-8")
    with pytest.raises(SchemaError, match=words):
        load_reference(tables)


def test_a_missing_table_is_named(tables: Path) -> None:
    (tables / "vessels.csv").unlink()
    with pytest.raises(SchemaError, match=r"reference table vessels\.csv is missing"):
        load_reference(tables)


def test_container_numbers_have_right_check_digits_and_remainder_ten_is_zero() -> None:
    good = ("CSQU3054383", "APZU4812090", "MSCU1234566", "QDGU0000080")
    assert all(map(container_ok, good))
    bad = ("CSQU3054384", "CSQU305438", "csqu3054383", "CSQU 3054383", "", "QDGU0000081", "ABCD1234567")
    assert not any(map(container_ok, bad))


def test_a_vessel_is_known_by_the_first_scheme_that_is_known() -> None:
    assert [imo_ok(n) for n in ("9321483", "9346524", "9399038", "9399039", "")] == [True, True, True, False, False]
    assert [normalise_imo(n) for n in ("UN9399038", "IMO 9399038", "9399038", "VSL1")] == ["9399038"] * 3 + [""]
    assert vessel_id("UN9399038", "CN123", "413", "X") == "IMO:9399038"
    assert vessel_id("9399039", "cn123", "413", "X") == "CNSHIP:CN123"
    assert vessel_id("", "", "413000001", "X") == "MMSI:413000001"
    assert vessel_id(name=" msc  bettina ") == "NAME:MSC BETTINA"
    assert vessel_id() == ""
