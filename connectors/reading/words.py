"""Words that systems write where a number or a place belongs and there is none, as data: one list for all formats.

A word is compared in capitals, without blanks and marks around it.
"""

from __future__ import annotations

from typing import Final

_MARKS: Final = " .-_*?!()[]（）/\\\"'"
#: There is none, or it is not known yet, in the languages of those who send to the ports.
_NOTHING: Final = frozenset((
    "NA", "N/A", "N.A", "N A", "NIL", "NULL", "NONE", "NIHIL", "NOT AVAILABLE", "NOT APPLICABLE", "NOT KNOWN", "UNKNOWN",
    "UNKNWN", "UNK", "TBA", "TBN", "TBD", "TBC", "T.B.A", "T.B.N", "T.B.D", "TO BE ADVISED", "TO BE ANNOUNCED",
    "TO BE CONFIRMED", "TO BE DECLARED", "TO BE NAMED", "TO BE NOMINATED", "PENDING", "EMPTY", "MTY", "BLANK", "NINGUNO",
    "NINGUNA", "SIN NUMERO", "SIN NÚMERO", "S/N", "DESCONOCIDO", "POR DEFINIR", "NENHUM", "NAO INFORMADO",
    "NÃO INFORMADO", "A DEFINIR", "AUCUN", "AUCUNE", "NEANT", "NÉANT", "INCONNU", "KEINE", "KEIN", "OHNE", "UNBEKANNT",
    "GEEN", "ONBEKEND", "NESSUNO", "НЕТ", "无", "無", "没有", "暂无", "空", "空箱", "待定", "未定", "未知", "未填",
    "不详", "不明", "待补", "待确认", "なし", "無し", "未确定", "없음", "미정", "미상",
))  # fmt: skip
_NO_BILLS: Final = _NOTHING | {
    "NO BL", "NO B/L", "NOBL", "NO BILL", "NO BILL NUMBER", "NO BL NUMBER", "BL", "B/L", "VARIOUS", "DIVERSE", "DIVERS",
    "MULTIPLE", "SIN BL", "S/BL", "SIN CONOCIMIENTO", "SEM BL", "SANS BL", "SANS CONNAISSEMENT", "OHNE BL", "无提单",
    "无提单号", "无单号", "提单号", "提单未出",
}  # fmt: skip
#: Y and N: sealed or not.
_NO_SEALS: Final = _NOTHING | {
    "Y", "N", "YES", "NO", "NO SEAL", "NO SEALS", "NOSEAL", "SEAL", "UNSEALED", "NOT SEALED", "WITHOUT SEAL", "W/O SEAL",
    "SIN SELLO", "SIN SELLOS", "SIN PRECINTO", "SIN PRECINTOS", "S/SELLO", "S/PRECINTO", "NO SELLO", "SEM LACRE",
    "SEM SELO", "SANS SCELLE", "SANS SCELLÉ", "SANS PLOMB", "SANS PLOMBE", "OHNE SIEGEL", "OHNE PLOMBE", "KEIN SIEGEL",
    "SENZA SIGILLO", "ZONDER ZEGEL", "GEEN ZEGEL", "无封", "無封", "无封号", "无封条", "无铅封", "未施封", "未封", "封",
    "シールなし", "무봉인",
}  # fmt: skip
_NO_DAMAGE: Final = frozenset((
    "NIL", "NONE", "NA", "N/A", "无", "無",
    "OK", "SOUND", "GOOD", "GOOD CONDITION", "NO DAMAGE", "NO DAMAGES", "NOT DAMAGED", "UNDAMAGED", "WITHOUT DAMAGE",
    "NO", "SIN DAÑO", "SIN DAÑOS", "SIN DANOS", "SEM AVARIA", "SANS DOMMAGE", "KEIN SCHADEN", "完好", "无残损", "无损",
    "无破损", "正常", "良好",
))  # fmt: skip
#: Codes of countries (ISO 3166), which stand where a terminal belongs.
_COUNTRIES: Final = frozenset((
    "AD", "AE", "AF", "AG", "AI", "AL", "AM", "AO", "AQ", "AR", "AS", "AT", "AU", "AW", "AX", "AZ", "BA", "BB", "BD",
    "BE", "BF", "BG", "BH", "BI", "BJ", "BL", "BM", "BN", "BO", "BQ", "BR", "BS", "BT", "BV", "BW", "BY", "BZ", "CA",
    "CC", "CD", "CF", "CG", "CH", "CI", "CK", "CL", "CM", "CN", "CO", "CR", "CU", "CV", "CW", "CX", "CY", "CZ", "DE",
    "DJ", "DK", "DM", "DO", "DZ", "EC", "EE", "EG", "EH", "ER", "ES", "ET", "FI", "FJ", "FK", "FM", "FO", "FR", "GA",
    "GB", "GD", "GE", "GF", "GG", "GH", "GI", "GL", "GM", "GN", "GP", "GQ", "GR", "GS", "GT", "GU", "GW", "GY", "HK",
    "HM", "HN", "HR", "HT", "HU", "ID", "IE", "IL", "IM", "IN", "IO", "IQ", "IR", "IS", "IT", "JE", "JM", "JO", "JP",
    "KE", "KG", "KH", "KI", "KM", "KN", "KP", "KR", "KW", "KY", "KZ", "LA", "LB", "LC", "LI", "LK", "LR", "LS", "LT",
    "LU", "LV", "LY", "MA", "MC", "MD", "ME", "MF", "MG", "MH", "MK", "ML", "MM", "MN", "MO", "MP", "MQ", "MR", "MS",
    "MT", "MU", "MV", "MW", "MX", "MY", "MZ", "NA", "NC", "NE", "NF", "NG", "NI", "NL", "NO", "NP", "NR", "NU", "NZ",
    "OM", "PA", "PE", "PF", "PG", "PH", "PK", "PL", "PM", "PN", "PR", "PS", "PT", "PW", "PY", "QA", "RE", "RO", "RS",
    "RU", "RW", "SA", "SB", "SC", "SD", "SE", "SG", "SH", "SI", "SJ", "SK", "SL", "SM", "SN", "SO", "SR", "SS", "ST",
    "SV", "SX", "SY", "SZ", "TC", "TD", "TF", "TG", "TH", "TJ", "TK", "TL", "TM", "TN", "TO", "TR", "TT", "TV", "TW",
    "TZ", "UA", "UG", "UM", "US", "UY", "UZ", "VA", "VC", "VE", "VG", "VI", "VN", "VU", "WF", "WS", "YE", "YT", "ZA",
    "ZM", "ZW",
))  # fmt: skip


def is_bill(text: str) -> bool:
    """False for words, zeros and marks that stand where the number of a bill or booking should."""
    return text.strip("0-.*X/ ") != "" and text.strip(_MARKS).upper() not in _NO_BILLS


def is_seal(text: str) -> bool:
    """False for words and zeros that stand where a seal's number should."""
    return text.strip("0-.*X/ ") != "" and text.strip(_MARKS).upper() not in _NO_SEALS


def is_no_damage(text: str) -> bool:
    """True for words that say of a box that nothing is wrong with it."""
    return text.strip(_MARKS).upper() in _NO_DAMAGE


def is_country(text: str) -> bool:
    """True for the code of a country."""
    return text.upper() in _COUNTRIES
