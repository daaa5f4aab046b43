"""The words of every problem, English and Chinese, by code. ``{value}`` is what stood there."""

from __future__ import annotations

from typing import Final

TEXTS: Final[dict[str, tuple[str, str]]] = {
    "UNKNOWN_FORMAT": (
        "this is neither EDIFACT nor a national flat file: it begins with '{value}'; expected {expected}. "
        "Check that the right file was handed over",
        "既不是EDIFACT也不是交通部平台文件：开头为“{value}”，应为{expected}。请确认文件是否正确",
    ),
    "EMPTY_FILE": ("the file is empty; ask the sender for it again", "文件为空，请要求发送方重发"),
    "UNREADABLE": ("the file cannot be read: {value}", "文件无法读取：{value}"),
    "UNKNOWN_SENDER": (
        "the sender '{value}' is not in the list of partners; expected {expected}. "
        "Add it to partners.yaml or say which port the file is for",
        "发送方“{value}”不在伙伴名单中；应为{expected}。请在partners.yaml中登记，或指明文件所属港口",
    ),
    "NOT_TERMINATED": (
        "the file ends in the middle of a segment: '{value}'; expected {expected}. It was cut off: ask for it again",
        "文件在段中间结束：“{value}”；应为{expected}。文件被截断，请要求重发",
    ),
    "SEGMENT_TOO_LONG": (
        "a segment has no end: '{value}'; expected {expected}. Reading stopped here",
        "段没有结束符：“{value}”；应为{expected}。读取在此停止",
    ),
    "MESSAGE_TOO_LONG": (
        "the message has more than {expected}; it was refused: ask the sender to split it",
        "报文超过{expected}，已拒收，请发送方拆分",
    ),
    "TRUNCATED": (
        "the file ends within the message: {expected} is missing; the message was refused: ask for the file again",
        "文件在报文内结束：缺少{expected}；该报文已拒收，请要求重发文件",
    ),
    "NO_TRAILER": (
        "'{value}' comes before {expected}: the end of what was open is missing",
        "“{value}”出现在{expected}之前：缺少结束段",
    ),
    "NO_ENVELOPE": (
        "the message stands alone: '{value}' without {expected}",
        "报文没有信封：“{value}”之外缺少{expected}",
    ),
    "STRAY_SEGMENT": (
        "'{value}' stands outside of any message and was not read; expected {expected}",
        "“{value}”不在任何报文内，未读取；应为{expected}",
    ),
    "COUNT_MISMATCH": (
        "the sender counted {value}, the file holds {expected}",
        "发送方计数为{value}，实际为{expected}",
    ),
    "REFERENCE_MISMATCH": (
        "the trailer names '{value}', the header '{expected}'",
        "结尾参考号为“{value}”，开头为“{expected}”",
    ),
    "UNSUPPORTED_MESSAGE": (
        "messages of type '{value}' are not read here; expected {expected}",
        "不读取“{value}”类报文；应为{expected}",
    ),
    "UNKNOWN_DOCUMENT": (
        "document code '{value}' says neither in nor out, load nor discharge; expected {expected}. The message was refused",
        "单证代码“{value}”不能说明进出或装卸；应为{expected}。报文已拒收",
    ),
    "UNCONFIRMED_CODE": (
        "document code '{value}' has another meaning in this directory; taken as {expected} by practice",
        "单证代码“{value}”在该目录版本中另有含义；按惯例作为{expected}处理",
    ),
    "UNKNOWN_FUNCTION": (
        "message function '{value}' is not known; expected {expected}. The message was refused",
        "报文功能代码“{value}”未知；应为{expected}。报文已拒收",
    ),
    "NO_PREVIOUS_DOCUMENT": (
        "function '{value}' cancels or replaces a document but names none; expected {expected}. Refused: nothing can "
        "be found to change. Ask the sender to name it",
        "功能代码“{value}”为撤销或替换，但未指明原单证；应为{expected}。已拒收，请发送方补充",
    ),
    "NO_BOXES": (
        "the message names no container; expected {expected}",
        "报文中没有箱号；应为{expected}",
    ),
    "BAD_CONTAINER": (
        "'{value}' is no container number; expected {expected}. This box was refused",
        "“{value}”不是箱号；应为{expected}。该箱已拒收",
    ),
    "BAD_CHECK_DIGIT": (
        "the check digit of '{value}' is wrong; expected {expected}. Taken as sent: look at the box",
        "箱号“{value}”校验位错误；应为{expected}。按原样接收，请核对实箱",
    ),
    "NOT_A_CONTAINER": (
        "equipment of kind '{value}' was not read; expected {expected}",
        "“{value}”类设备未读取；应为{expected}",
    ),
    "NOT_A_MOVE": (
        "status '{value}' says that the box did not move ({expected}): no event was made of it",
        "状态“{value}”表示该箱未发生移动（{expected}），未生成事件",
    ),
    "BAD_TIME": (
        "'{value}' is no time; expected {expected}. Refused",
        "“{value}”不是有效时间；应为{expected}。已拒收",
    ),
    "NO_TIME": (
        "the time of the move is missing; expected {expected}. This box was refused",
        "缺少移动时间；应为{expected}。该箱已拒收",
    ),
    "NO_DOCUMENT_TIME": (
        "the time of the document is missing or wrong ('{value}'); expected {expected}. Another time stands in for it",
        "单证时间缺失或错误（“{value}”）；应为{expected}。以其他时间代替",
    ),
    "UNKNOWN_ZONE": (
        "time zone '{value}' is not known; expected {expected}. Taken as the port's own time",
        "时区“{value}”未知；应为{expected}。按港口当地时间处理",
    ),
    "TIME_IMPRECISE": (
        "'{value}' is a date without a time; expected {expected}. Taken as the beginning of the day",
        "“{value}”只有日期没有时刻；应为{expected}。按当日零时处理",
    ),
    "NO_VESSEL": (
        "a quay move without a vessel; expected {expected}. Refused",
        "装卸动态没有船舶；应为{expected}。已拒收",
    ),
    "BAD_IMO": (
        "'{value}' is no IMO number; expected {expected}. The vessel is known by its name only",
        "“{value}”不是IMO编号；应为{expected}。仅按船名识别",
    ),
    "VESSEL_BY_NAME": (
        "the vessel has no number that is known ('{value}'); expected {expected}. It is known by its name only",
        "船舶没有可识别的编号（“{value}”）；应为{expected}。仅按船名识别",
    ),
    "UNKNOWN_STATUS": (
        "equipment status '{value}' is not known; expected {expected}. Kept as sent",
        "设备状态“{value}”未知；应为{expected}。按原样保留",
    ),
    "UNKNOWN_FULLNESS": (
        "'{value}' says neither empty nor full; expected {expected}. Left open",
        "“{value}”不能说明空重；应为{expected}。留空",
    ),
    "UNKNOWN_SIZE_TYPE": (
        "size and type '{value}' is not in the list; expected {expected}. Kept as sent",
        "尺寸箱型“{value}”不在清单中；应为{expected}。按原样保留",
    ),
    "UNKNOWN_PURPOSE": (
        "purpose '{value}' is not known; expected {expected}. Left open",
        "进出目的“{value}”未知；应为{expected}。留空",
    ),
    "UNKNOWN_MODE": (
        "mode of transport '{value}' is not known; expected {expected}. Left open",
        "运输方式“{value}”未知；应为{expected}。留空",
    ),
    "BOOKING_AS_BILL": (
        "no bill of lading number: booking '{value}' stands for it; expected {expected}",
        "没有提单号，以订舱号“{value}”代替；应为{expected}",
    ),
    "UNKNOWN_TERMINAL": (
        "terminal '{value}' is not in the partner's list; expected {expected}. Kept as sent",
        "码头代码“{value}”不在该伙伴的清单中；应为{expected}。按原样保留",
    ),
    "UNKNOWN_DIRECTORY": (
        "directory '{value}' is not known; expected {expected}. Read as the nearest one",
        "报文目录版本“{value}”未知；应为{expected}。按相近版本读取",
    ),
    "SENDER_NOT_LISTED": (
        "the sender '{value}' is not in the list of partners; expected {expected}. Read for the port that was named",
        "发送方“{value}”不在伙伴名单中；应为{expected}。按指定港口读取",
    ),
    "AMENDMENT_WITHOUT_NUMBER": (
        "function '{value}' changes an earlier report, but a flat file has no document number to name it by; expected "
        "{expected}. Refused",
        "功能代码“{value}”更改先前报告，但平台文件没有单证号，无法指明原报告；应为{expected}。已拒收",
    ),
    "BAD_RECORD": (
        "the record '{value}' does not fit its layout; expected {expected}. Refused",
        "记录“{value}”与布局不符；应为{expected}。已拒收",
    ),
    "BAD_WEIGHT": (
        "'{value}' is no weight; expected {expected}. Left open",
        "“{value}”不是重量；应为{expected}。留空",
    ),
    "BAD_LOCODE": (
        "'{value}' is no UN/LOCODE; expected {expected}. Kept as sent",
        "“{value}”不是UN/LOCODE；应为{expected}。按原样保留",
    ),
    "PORT_MISMATCH": (
        "the place is '{value}', the file is taken for {expected}",
        "地点为“{value}”，而文件归属{expected}",
    ),
    "BAD_CHARACTER": (
        "'{value}' holds a character that cannot be part of a key; expected {expected}. This box was refused",
        "“{value}”含有不能作为键值的字符；应为{expected}。该箱已拒收",
    ),
    "BAD_CHARSET": (
        "the text '{value}' is in no known charset; expected {expected}. Taken with the damage",
        "文字“{value}”字符集无法识别；应为{expected}。按损坏文字接收",
    ),
    "SAME_BOX_TWICE": (
        "'{value}' is listed twice for one move; expected {expected}. Both are taken",
        "“{value}”在同一动态中出现两次；应为{expected}。两条均接收",
    ),
    "STRAY_RECORD": (
        "record '{value}' has nothing to belong to and was not read; expected {expected}",
        "记录“{value}”没有所属，未读取；应为{expected}",
    ),
}
