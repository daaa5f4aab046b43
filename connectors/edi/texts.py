"""The words of each problem, English and Chinese, with what is expected and where that is laid down."""

from __future__ import annotations

from typing import Final, NamedTuple


class Text(NamedTuple):
    """``en`` and ``zh`` are templates: {value} is what stands in the file, the rest belongs to the code."""

    en: str
    zh: str
    expected: str = ""
    standard: str = ""


_ENVELOPE: Final = "ISO 9735-1, 8"
_FLAT: Final = "JT/T flat files, record 99"

TEXTS: Final[dict[str, Text]] = {
    "COUNT_MISMATCH": Text(
        "{trailer} says {said}, but there are {found} {what}",
        "{trailer} 写明 {said}，实际为 {found}（{what}）",
        standard=_ENVELOPE,
    ),
    "REFERENCE_MISMATCH": Text(
        "{trailer} names {said}, but {header} opened with {found}",
        "{trailer} 的参考号为 {said}，而 {header} 开头为 {found}",
        standard=_ENVELOPE,
    ),
    "NO_ENVELOPE": Text(
        "the message stands outside an interchange: no {missing}",
        "报文不在交换封套内：缺少 {missing}",
        "UNB before the first message and UNZ after the last",
        _ENVELOPE,
    ),
    "MESSAGE_CUT_OFF": Text(
        "the message begins but {trailer} never follows; nothing of it was taken over, have it sent again",
        "报文有头无尾：缺少 {trailer}，整份报文未入库，请重发",
        standard=_ENVELOPE,
    ),
    "OUTSIDE_MESSAGE": Text(
        "{value} stands outside any message and was left out",
        "{value} 不属于任何报文，已忽略",
        "UNH before the segments of a message",
        _ENVELOPE,
    ),
    "NOT_TERMINATED": Text(
        "the file ends in the middle of a segment: {value}",
        "文件在段中间结束：{value}",
        "a segment terminator; have the file sent again",
        _ENVELOPE,
    ),
    "SEGMENT_TOO_LONG": Text(
        "no segment terminator for more than 65,536 bytes, from: {value}",
        "超过 65,536 字节没有段终止符，起始于：{value}",
        "EDIFACT segments; check UNA and that the file is what it should be",
        _ENVELOPE,
    ),
    "MESSAGE_TOO_LARGE": Text(
        "more than {limit} boxes in one {what}; it was refused",
        "单个{what}超过 {limit} 箱，已拒收",
        "a message per vessel call, at most what a vessel carries",
    ),
    "BAD_ENCODING": Text(
        "bytes that are no text in the announced charset were replaced",
        "存在无法按所报字符集解码的字节，已替换",
        "UTF-8, GB18030 or the charset of the syntax identifier",
        "ISO 9735-1, annex A",
    ),
    "UNSUPPORTED_MESSAGE": Text(
        "{value} is not read here",
        "不支持的报文类型 {value}",
        "CODECO or COARRI",
    ),
    "UNKNOWN_DIRECTORY": Text(
        "directory {value} is not one we know; read like the nearest",
        "未知的报文目录版本 {value}，按相近版本读取",
        "D.95B to D.21A",
        "UNH S009 0052/0054",
    ),
    "UNKNOWN_SENDER": Text(
        "no profile for sender {value}",
        "发送方 {value} 没有配置档案",
        "a sender of partners.yaml; add it there or name the port (--port)",
    ),
    "SENDER_NOT_CONFIGURED": Text(
        "no profile for sender {value}; read with the defaults for {port}",
        "发送方 {value} 没有配置档案，按 {port} 的默认设置读取",
        "a sender of partners.yaml",
    ),
    "PROFILE_NOT_IN_FORCE": Text(
        "sender {value} has a profile, but none in force when the document was made",
        "发送方 {value} 有配置档案，但在制单时间未生效",
        "a profile whose valid_from and valid_until hold the document's time",
    ),
    "UNKNOWN_DOCUMENT": Text(
        "{value} is no kind of move in {message}, {directory}",
        "{message}（{directory}）中没有代码为 {value} 的动作",
        standard="code list 1001",
    ),
    "CODE_NOT_IN_DIRECTORY": Text(
        "{value} does not mean {move} in {directory}{meaning}; read as is usual in {message}",
        "{directory} 中 {value} 不表示 {move}{meaning}，按 {message} 惯例读取",
        standard="code list 1001 of the directory in UNH S009",
    ),
    "UNKNOWN_FUNCTION": Text(
        "message function {value} is not known here",
        "未知的报文功能代码 {value}",
        "9 original, 1 cancellation, 4 change, 5 replacement",
        "code list 1225",
    ),
    "NO_REFERENCE": Text(
        "function {value} needs RFF+ACW with the number of the document that it is about",
        "报文功能 {value} 须用 RFF+ACW 注明所涉及的原单证号",
        "RFF+ACW:<document number>",
        "BGM 1225, RFF 1153",
    ),
    "FLAT_AMENDMENT": Text(
        "function {value}: a flat file has no document number, so it cannot name what it changes",
        "功能代码 {value}：平台文件没有单证号，无法指明所更改的内容",
        "9; correct the move in the terminal's system, or send the amendment as EDIFACT with RFF+ACW",
        "JT/T flat files, record 00",
    ),
    "NO_BOXES": Text("the message names no box", "报文中没有集装箱", "at least one box", "EQD"),
    "NOT_A_CONTAINER": Text(
        "equipment {value} is no container; no event was made of it",
        "设备类型 {value} 不是集装箱，未生成事件",
        "CN",
        "code list 8053",
    ),
    "NO_MOVE": Text(
        "box {value} is reported as short-landed: it was not moved, no event was made of it",
        "箱 {value} 报为短卸：未发生作业，未生成事件",
        standard="code list 8249",
    ),
    "BAD_CONTAINER": Text(
        "{value} is no container number",
        "{value} 不是有效的箱号",
        "four letters and seven digits",
        "ISO 6346",
    ),
    "BAD_CHECK_DIGIT": Text(
        "container number {value} has a wrong check digit",
        "箱号 {value} 校验位不符",
        "check the number on the box",
        "ISO 6346",
    ),
    "BOX_TWICE": Text(
        "box {value} stands twice in one message, with different facts; the second was refused",
        "箱 {value} 在同一报文中出现两次且内容不同，第二条已拒收",
        "each box once per message",
    ),
    "BOX_REPEATED": Text(
        "box {value} stands twice in one message, word for word",
        "箱 {value} 在同一报文中重复出现，内容相同",
        "each box once per message",
    ),
    "NO_TIME": Text(
        "no time of the move for box {value}",
        "箱 {value} 没有作业时间",
    ),
    "BAD_TIME": Text(
        "{value} is no time",
        "{value} 不是有效时间",
    ),
    "NO_VESSEL": Text(
        "the message names no vessel; a quay move cannot do without",
        "报文没有船舶信息，装卸动态必须有船舶",
    ),
    "BAD_IMO": Text(
        "vessel number {value} is no IMO number; the vessel goes by its name",
        "船舶编号 {value} 不是有效的 IMO 号，改用船名",
        "seven digits with a right check digit",
        "IMO resolution A.1117(30)",
    ),
    "VESSEL_BY_NAME": Text(
        "the vessel is known by name only: {value}",
        "仅以船名识别船舶：{value}",
        "an IMO number (code list 146) or a ship identification number",
        "TDT C222",
    ),
    "UNKNOWN_CODE": Text(
        "code {value} is not known; kept as sent",
        "代码 {value} 未知，按原样保留",
        standard="code list of the element",
    ),
    "BAD_WEIGHT": Text(
        "{value} is no weight",
        "{value} 不是有效重量",
        "a number of KGM, TNE or LBR",
        "MEA C174",
    ),
    "UNKNOWN_SIZE_TYPE": Text(
        "size type {value} is not known; kept as sent",
        "箱型代码 {value} 未知，按原样保留",
        "an ISO 6346 size-type code or one of schemas/reference/size_types.csv",
        "ISO 6346, EQD C224",
    ),
    "UNKNOWN_TERMINAL": Text(
        "terminal {value} is not among the partner's; kept as sent",
        "码头代码 {value} 不在该伙伴的对照表中，按原样保留",
        "a code of the partner's terminals in partners.yaml",
        "LOC+165",
    ),
    "OTHER_PORT": Text(
        "the message speaks of {value}, the sender reports for {port}",
        "报文所指港口为 {value}，而发送方所属港口为 {port}",
        "a place of the sender's port",
        "LOC+165",
    ),
    "BOOKING_AS_BILL": Text(
        "no bill of lading number; booking {value} stands for it",
        "没有提单号，以订舱号 {value} 代替",
        "RFF+BM or RFF+MB",
        "code list 1153",
    ),
    "BAD_CHARACTER": Text(
        "{value} has a character that must not be in a key",
        "{value} 含有不允许出现的字符",
        "no '|' and no control characters",
    ),
    "BAD_RECORD": Text(
        "record {value} has {found} fields, the layout has {wanted}",
        "记录 {value} 有 {found} 个字段，布局应为 {wanted} 个",
        "the usual layout, or the partner's own under layouts in partners.yaml",
        "JT/T flat files",
    ),
    "UNKNOWN_RECORD": Text(
        "record {value} is not known in {message}; it was left out",
        "{message} 中没有记录 {value}，已忽略",
        standard="JT/T flat files",
    ),
    "NOT_RECOGNISED": Text(
        "the file is neither EDIFACT nor a national flat file; it begins with {value}",
        "无法识别的文件格式，开头为 {value}",
        "UNA, UNB or UNH (EDIFACT), or record 00 (flat file)",
    ),
    "EMPTY_FILE": Text("the file is empty", "文件为空", "a message"),
}
