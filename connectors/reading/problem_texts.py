"""The words of every problem, English and Chinese, by code. ``{value}`` is what stood there."""

from __future__ import annotations

from typing import Final

TEXTS: Final[dict[str, tuple[str, str]]] = {
    "UNKNOWN_FORMAT": (
        "the format of this file is not known: it begins with '{value}'; expected {expected}. "
        "Check that the right file was handed over",
        "无法识别文件格式：开头为“{value}”，应为{expected}。请确认文件是否正确",
    ),
    "LOWER_CASE_TAGS": (
        "this is EDIFACT, but its segment tags are not capitals: it begins with '{value}'; expected {expected}. Nothing of "
        "it was read: switch off the step that changes letters (an FTP or mail gateway, a script) and send it again",
        "这是EDIFACT报文，但段标记不是大写：开头为“{value}”；应为{expected}。全部未读取：请关闭改变大小写的环节（FTP或邮件网关、脚本）后重发",
    ),
    "WRONG_FILE": ("this is {value} and was not read: {expected}", "这是{value}，未读取：{expected}"),
    "NOTHING_IN_IT": (
        "the file holds nothing to read; expected {expected}. If there should be something, ask the sender for it again",
        "文件中没有可读取的内容；应有{expected}。如应有内容，请要求发送方重发",
    ),
    "EMPTY_FILE": ("the file is empty; ask the sender for it again", "文件为空，请要求发送方重发"),
    "TOO_LARGE": (
        "the file is too large to be read as a whole; expected {expected}. Split it and send the parts",
        "文件过大，无法整体读取；应为{expected}。请拆分后重发",
    ),
    "UNREADABLE": (
        "the file cannot be read: {value}. Check the path and the right to read it, and try again",
        "文件无法读取：{value}。请检查路径和读取权限后重试",
    ),
    "UNKNOWN_SENDER": (
        "the sender '{value}' is not in the list of partners; expected {expected}. "
        "Add it to partners.yaml, or name the port with --port",
        "发送方“{value}”不在伙伴名单中；应为{expected}。请在partners.yaml中登记，或用--port指明港口",
    ),
    "NOT_TERMINATED": (
        "the file ends in the middle of a segment: '{value}'; expected {expected}. It was cut off: ask for it again",
        "文件在段中间结束：“{value}”；应为{expected}。文件被截断，请要求重发",
    ),
    "ODD_SERVICE_CHARACTERS": (
        "the file does not say as the standard does what separates and ends its segments: '{value}'; expected {expected}. "
        "Read as what it seems to mean: have the sender mend it",
        "文件未按标准声明段的分隔符和结束符：“{value}”；应为{expected}。按其可能的含义读取，请发送方更正",
    ),
    "SEGMENT_TOO_LONG": (
        "a segment has no end: '{value}'; expected {expected}. Reading stopped here: have the sender end each segment, and "
        "send it again",
        "段没有结束符：“{value}”；应为{expected}。读取在此停止，请发送方补上结束符后重发",
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
        "'{value}' comes before {expected}: the end of what was open is missing. Look whether the file is whole; if not, "
        "ask for it again",
        "“{value}”出现在{expected}之前：缺少结束段。请核对文件是否完整，不完整时请要求重发",
    ),
    "NO_ENVELOPE": (
        "the message stands alone: '{value}' without {expected}. Have the sender put it in an interchange",
        "报文没有信封：“{value}”之外缺少{expected}。请发送方补上",
    ),
    "STRAY_SEGMENT": (
        "'{value}' stands outside of any message and was not read; expected {expected}. Have the sender correct it and send "
        "it again",
        "“{value}”不在任何报文内，未读取；应为{expected}。请发送方更正后重发",
    ),
    "COUNT_MISMATCH": (
        "the sender counted {value}, the file holds {expected}. Ask the sender whether something was lost",
        "发送方计数为{value}，实际为{expected}。请向发送方核实是否有遗漏",
    ),
    "REFERENCE_MISMATCH": (
        "the trailer names '{value}', the header '{expected}'. Ask the sender whether parts of two files were mixed",
        "结尾参考号为“{value}”，开头为“{expected}”。请向发送方核实是否混入了其他文件的内容",
    ),
    "UNSUPPORTED_MESSAGE": (
        "messages of type '{value}' are not read here; expected {expected}. Ask the sender for one that is",
        "不读取“{value}”类报文；应为{expected}。请发送方改发可读取的报文",
    ),
    "PORT_CHANGE_NOT_READ": (
        "'{value}' (change of the port of call; in older tables change of the export vessel) is known but not read: sources "
        "differ on its meaning, and no decision of the platform waits for it. Report the new call by berth events, and a "
        "change of vessel by MT8102 to MT8104",
        "“{value}”（改靠港申请；旧表为出口改船）已知但不读取：各来源含义不一，平台没有依据它的判断。"
        "请用靠泊事件报告新的挂靠，换船请用MT8102至MT8104",
    ),
    "UNKNOWN_DOCUMENT": (
        "document code '{value}' says neither in nor out, load nor discharge; expected {expected}. The message was refused: "
        "if the sender means one of these, say so under documents in its profile (partners.yaml)",
        "单证代码“{value}”不能说明进出或装卸；应为{expected}。报文已拒收：如发送方所指为其中之一，请在其配置（partners.yaml）的documents中注明",
    ),
    "UNCONFIRMED_CODE": (
        "document code '{value}' has another meaning in this directory; taken as {expected} by practice. If the sender "
        "means something else, say so under documents in its profile (partners.yaml)",
        "单证代码“{value}”在该目录版本中另有含义；按惯例作为{expected}处理。如发送方另有所指，请在其配置（partners.yaml）的documents中注明",
    ),
    "UNKNOWN_FUNCTION": (
        "message function '{value}' is not known; expected {expected}. The message was refused: have the sender correct it "
        "and send it again",
        "报文功能代码“{value}”未知；应为{expected}。报文已拒收，请发送方更正后重发",
    ),
    "REPLACES_UNNAMED": (
        "function '{value}' replaces an earlier report but names none; expected {expected}. Taken as a report of its own: "
        "if the earlier one was wrong, void it",
        "功能代码“{value}”为替换，但未指明原报告；应为{expected}。按独立报告接收；如先前报告有误，请作废",
    ),
    "NO_PREVIOUS_DOCUMENT": (
        "function '{value}' cancels or replaces a document but names none; expected {expected}. Refused: nothing can "
        "be found to change. Ask the sender to name it",
        "功能代码“{value}”为撤销或替换，但未指明原单证；应为{expected}。已拒收，请发送方补充",
    ),
    "NO_BOXES": (
        "the message names no container; expected {expected}. Have the sender add them and send it again",
        "报文中没有箱号；应有{expected}。请发送方补充后重发",
    ),
    "BAD_CONTAINER": (
        "'{value}' is no container number; expected {expected}. This box was refused: have the sender correct it and send "
        "it again",
        "“{value}”不是箱号；应为{expected}。该箱已拒收，请发送方更正后重发",
    ),
    "BAD_CHECK_DIGIT": (
        "the check digit of '{value}' is wrong; expected {expected}. Taken as sent: look at the box",
        "箱号“{value}”校验位错误；应为{expected}。按原样接收，请核对实箱",
    ),
    "NO_EQUIPMENT_TYPE": (
        "the kind of equipment is not said of '{value}'; expected {expected}. Taken for a container: have the sender say it",
        "“{value}”未注明设备类型；应为{expected}。按集装箱处理，请发送方注明",
    ),
    "NOT_A_CONTAINER": (
        "equipment of kind '{value}' was not read; expected {expected}. If it is a container, have the sender correct its "
        "kind",
        "“{value}”类设备未读取；应为{expected}。如确为集装箱，请发送方更正设备类型",
    ),
    "NOT_A_MOVE": (
        "status '{value}' says that the box did not move ({expected}): no event was made of it",
        "状态“{value}”表示该箱未发生移动（{expected}），未生成事件",
    ),
    "BAD_TIME": (
        "'{value}' is no time; expected {expected}. Refused: have the sender correct it and send it again",
        "“{value}”不是有效时间；应为{expected}。已拒收，请发送方更正后重发",
    ),
    "NO_TIME": (
        "there is no time; expected {expected}. It was refused: have the sender add it and send it again",
        "缺少时间；应有{expected}。已拒收，请发送方补充后重发",
    ),
    "NO_DOCUMENT_TIME": (
        "the time of the document is missing or wrong ('{value}'); expected {expected}. Another time stands in for it: have "
        "the sender correct it",
        "单证时间缺失或错误（“{value}”）；应为{expected}。以其他时间代替，请发送方更正",
    ),
    "UNKNOWN_ZONE": (
        "time zone '{value}' is not known; expected {expected}. Taken as the port's own time: have the sender correct it",
        "时区“{value}”未知；应为{expected}。按港口当地时间处理，请发送方更正",
    ),
    "TIME_FORMAT": (
        "'{value}' is not in the format that it names; expected {expected}. Read by the number of its digits: have the "
        "sender correct it",
        "“{value}”与其注明的格式不符；应为{expected}。按位数读取，请发送方更正",
    ),
    "TIME_IMPRECISE": (
        "'{value}' is a date without a time; expected {expected}. Taken as the beginning of the day: ask the sender for the "
        "time",
        "“{value}”只有日期没有时刻；应为{expected}。按当日零时处理，请发送方补充时刻",
    ),
    "NO_VESSEL": (
        "a quay move without a vessel; expected {expected}. Refused: have the sender add it and send it again",
        "装卸动态没有船舶；应有{expected}。已拒收，请发送方补充后重发",
    ),
    "BAD_IMO": (
        "'{value}' is no IMO number; expected {expected}. The vessel is known by its name only: have the sender correct the "
        "number",
        "“{value}”不是IMO编号；应为{expected}。仅按船名识别，请发送方更正编号",
    ),
    "MISPLACED_VESSEL": (
        "the ship '{value}' does not stand where the standard has it; expected {expected}. Taken from where it stands: "
        "have the sender count the separators before it",
        "船舶“{value}”不在标准规定的位置；应为{expected}。按所在位置读取，请发送方核对其前的分隔符个数",
    ),
    "VESSEL_BY_NAME": (
        "the vessel has no number that is known ('{value}'); expected {expected}. It is known by its name only: have the "
        "sender add its IMO number",
        "船舶没有可识别的编号（“{value}”）；应为{expected}。仅按船名识别，请发送方补充IMO编号",
    ),
    "UNKNOWN_STATUS": (
        "equipment status '{value}' is not known; expected {expected}. Kept as sent: have the sender correct it",
        "设备状态“{value}”未知；应为{expected}。按原样保留，请发送方更正",
    ),
    "UNKNOWN_FULLNESS": (
        "'{value}' says neither empty nor full; expected {expected}. Left open: have the sender correct it",
        "“{value}”不能说明空重；应为{expected}。留空，请发送方更正",
    ),
    "UNKNOWN_SIZE_TYPE": (
        "size and type '{value}' is not in the list; expected {expected}. Kept as sent: have the sender correct it",
        "尺寸箱型“{value}”不在清单中；应为{expected}。按原样保留，请发送方更正",
    ),
    "UNKNOWN_PURPOSE": (
        "purpose '{value}' is not known; expected {expected}. Left open: have the sender correct it",
        "进出目的“{value}”未知；应为{expected}。留空，请发送方更正",
    ),
    "UNKNOWN_MODE": (
        "mode of transport '{value}' is not known; expected {expected}. Left open: have the sender correct it",
        "运输方式“{value}”未知；应为{expected}。留空，请发送方更正",
    ),
    "BOOKING_AS_BILL": (
        "no bill of lading number: booking '{value}' stands for it; expected {expected}. Have the sender add the bill once "
        "it is known",
        "没有提单号，以订舱号“{value}”代替；应为{expected}。提单号确定后请发送方补充",
    ),
    "UNKNOWN_TERMINAL": (
        "terminal '{value}' is not in the partner's list; expected {expected}. Kept as sent: add it under terminals in the "
        "partner's profile (partners.yaml), or have the sender correct it",
        "码头代码“{value}”不在该伙伴的清单中；应为{expected}。按原样保留。请在该伙伴配置（partners.yaml）的terminals中登记，或请发送方更正",
    ),
    "UNKNOWN_DIRECTORY": (
        "directory '{value}' is not known; expected {expected}. Read as the nearest one: look whether it was read well",
        "报文目录版本“{value}”未知；应为{expected}。按相近版本读取，请核对读取结果",
    ),
    "SENDER_NOT_LISTED": (
        "the sender '{value}' is not in the list of partners; expected {expected}. Read for the port that was named: add it "
        "to partners.yaml",
        "发送方“{value}”不在伙伴名单中；应为{expected}。按指定港口读取，请在partners.yaml中登记",
    ),
    "AMENDMENT_WITHOUT_NUMBER": (
        "function '{value}' changes an earlier report, but a flat file has no document number to name it by; expected "
        "{expected}. Refused: have the sender send the change as EDIFACT with RFF+ACW",
        "功能代码“{value}”更改先前报告，但平文件没有单证号，无法指明原报告；应为{expected}。已拒收，请发送方用含RFF+ACW的EDIFACT发送变更",
    ),
    "BAD_RECORD": (
        "the record '{value}' does not fit its layout; expected {expected}. Refused: have the sender correct it and send it "
        "again",
        "记录“{value}”与布局不符；应为{expected}。已拒收，请发送方更正后重发",
    ),
    "BAD_WEIGHT": (
        "'{value}' is no weight; expected {expected}. Left open: have the sender correct it",
        "“{value}”不是重量；应为{expected}。留空，请发送方更正",
    ),
    "BAD_LOCODE": (
        "'{value}' is no UN/LOCODE; expected {expected}. Kept as sent: have the sender correct it",
        "“{value}”不是UN/LOCODE；应为{expected}。按原样保留，请发送方更正",
    ),
    "PORT_MISMATCH": (
        "the place is '{value}', the file is taken for {expected}. Look whether the file was sent to the right port",
        "地点为“{value}”，而文件归属{expected}。请核对文件是否发往正确的港口",
    ),
    "BAD_CHARACTER": (
        "'{value}' holds a character that cannot be part of a key; expected {expected}. This box was refused: have the "
        "sender correct it and send it again",
        "“{value}”含有不能作为键值的字符；应为{expected}。该箱已拒收，请发送方更正后重发",
    ),
    "BAD_CHARSET": (
        "the text '{value}' is in no known charset; expected {expected}. Taken with the damage: have the sender correct it",
        "文字“{value}”字符集无法识别；应为{expected}。按损坏文字接收，请发送方更正",
    ),
    "ESCAPE_SEQUENCE": (
        "the text switches character sets by escape sequences (ISO 2022, UNOX): '{value}'; expected {expected}. The message "
        "was refused, as its segments cannot be told apart surely: ask the sender for UTF-8 (UNOW) or GB18030",
        "文本用转义序列切换字符集（ISO 2022，UNOX）：“{value}”；应为{expected}。"
        "无法可靠分段，该报文已拒收，请发送方改用UTF-8（UNOW）或GB18030",
    ),
    "SAME_BOX_TWICE": (
        "'{value}' is listed twice for one move; expected {expected}. Both are taken: ask the sender whether that is meant",
        "“{value}”在同一动态中出现两次；应为{expected}。两条均接收，请向发送方核实",
    ),
    "NO_SEAL_NUMBER": (
        "'{value}' is no number of a seal; expected {expected}. No seal was taken from it: if the box has one, have the "
        "sender add its number",
        "“{value}”不是封号；应为{expected}。未作为封条记录；如箱上有封条，请发送方补充封号",
    ),
    "NO_BILL_NUMBER": (
        "'{value}' is no number of a bill; expected {expected}. Taken as if no bill were named: if there is one, have the "
        "sender add it",
        "“{value}”不是提单号；应为{expected}。按未填提单号处理；如有提单，请发送方补充",
    ),
    "COUNTRY_AS_TERMINAL": (
        "'{value}' is a country; expected {expected}. Left out: have the sender name the terminal",
        "“{value}”是国家代码；应为{expected}。未采用，请发送方填写码头",
    ),
    "BAD_SLOT": (
        "'{value}' is no stowage cell; expected {expected}. Kept as sent: have the sender correct it",
        "“{value}”不是箱位（贝位）；应为{expected}。按原样保留，请发送方更正",
    ),
    "MISPLACED_WEIGHT": (
        "the weight '{value}' does not stand as the standard has it; expected {expected}. Read as what it can only mean: have "
        "the sender mend it",
        "重量“{value}”的写法不符合标准；应为{expected}。按唯一可能的含义读取，请发送方更正",
    ),
    "DECISION_BY_TEXT": (
        "the decision stands in words alone ('{value}'); expected {expected}. Taken at its word: have the sender "
        "send the code",
        "决定仅以文字“{value}”说明；应为{expected}。按文字接收，请发送方改发代码",
    ),
    "GROUP_VERSION": (
        "the group says {value} of its messages, the message says {expected}. Read as the message says: have the sender "
        "correct it",
        "功能组注明的报文版本为{value}，报文本身为{expected}。按报文本身读取，请发送方更正",
    ),
    "NO_EVENT_ID": (
        "the event has no id of its own; expected {expected}. It has one made of what it says: sent again unchanged it is "
        "the same event, sent again changed it is another: have the sender give it one",
        "事件没有自己的编号；应有{expected}。已按内容生成编号：内容相同视为同一事件，内容改变视为另一事件，请发送方为事件编号",
    ),
    "UNKNOWN_HANDLING": (
        "handling '{value}' is not known; expected {expected}. The ports of each box tell what is to be done with it: have "
        "the sender correct it",
        "作业指令“{value}”未知；应为{expected}。按各箱的装卸港判断，请发送方更正",
    ),
    "UNKNOWN_DECISION": (
        "decision '{value}' is not known; expected {expected}. Ask the sender what was decided",
        "决定代码“{value}”未知；应为{expected}。请向发送方核实决定内容",
    ),
    "NO_DECISION": (
        "the answer says no one decision that the platform knows ('{value}'); expected {expected}. Refused: where bills are "
        "decided differently, each needs an answer of its own",
        "回复中没有平台可识别的唯一决定（“{value}”）；应为{expected}。已拒收；各提单决定不同时，请分别发送回复",
    ),
    "NO_CALLS": (
        "the schedule names no port of call; expected {expected}. Have the sender add them and send it again",
        "船期中没有挂靠港；应有{expected}。请发送方补充后重发",
    ),
    "NO_BILL": (
        "neither a bill nor a booking is named; expected {expected}. Refused: ask the sender to name it",
        "没有提单号或订舱号；应有{expected}。已拒收，请发送方补充",
    ),
    "NO_SCOPE": (
        "the answer names neither a bill nor a box: a declaration number alone finds none; expected {expected}. Refused: "
        "have the sender add it and send it again",
        "回复未指明提单或箱号，仅凭报关单号无法定位；应有{expected}。已拒收，请发送方补充后重发",
    ),
    "NO_VGM": (
        "no verified gross mass is given; expected {expected}. This box was refused: have the sender add it and send it "
        "again",
        "没有核实重量（VGM）；应有{expected}。该箱已拒收，请发送方补充后重发",
    ),
    "NO_NUMBER": (
        "a box without a number cannot be followed: no event was made of it; expected {expected}. Have the sender add the "
        "number once it is known",
        "没有箱号的箱子无法跟踪，未生成事件；应有{expected}。箱号确定后请发送方补充",
    ),
    "NO_PLAN_TIME": (
        "the time is missing or wrong ('{value}'); expected {expected}. The document's time stands for it: have the sender "
        "correct it",
        "时间缺失或错误（“{value}”）；应为{expected}。以单证时间代替，请发送方更正",
    ),
    "NO_PORT_NAMED": (
        "a box names neither port of loading nor of discharge ('{value}'); expected {expected}. Have the sender add one of "
        "them",
        "箱子未注明装货港和卸货港（“{value}”）；应有{expected}。请发送方补充其中之一",
    ),
    "STAYS_ON_BOARD": (
        "{value} boxes are neither loaded nor discharged at {expected}: no event was made of them",
        "{value}个箱不在{expected}装卸，未生成事件",
    ),
    "NO_CALL_HERE": (
        "the schedule '{value}' names no call at {expected} with a time: no event was made. If the vessel comes here, have "
        "the sender add the call",
        "船期“{value}”中没有{expected}的挂靠时间，未生成事件；如船舶将挂靠本港，请发送方补充",
    ),
    "REPLY_ACCEPTED": (
        "the receiver has taken '{value}': {expected}",
        "接收方已接受“{value}”：{expected}",
    ),
    "REPLY_REFUSED": (
        "the receiver has refused '{value}': {expected}. Mend it and send it again",
        "接收方拒收“{value}”：{expected}。请更正后重发",
    ),
    "REPLY_UNCLEAR": (
        "the receiver answers to '{value}' and says by no known code whether it was taken: {expected}. Look at it",
        "接收方回复了“{value}”，但没有用已知代码说明是否接受：{expected}。请查看",
    ),
    "STRAY_RECORD": (
        "record '{value}' has nothing to belong to and was not read; expected {expected}. Have the sender correct it",
        "记录“{value}”没有所属，未读取；应为{expected}。请发送方更正",
    ),
    # -- tables and JSON lines
    "BAD_TABLE": (
        "the table cannot be read any further: {value}; expected {expected}. Correct the file and hand it over again",
        "表格无法继续读取：{value}；应为{expected}。请修正文件后重新提交",
    ),
    "COUNT_OF_DAYS": (
        "'{value}' is a count of days, as Excel holds times; expected {expected}. Read as that: format the column as a time",
        "“{value}”是Excel的日期序列值；应为{expected}。已按此读取，请将该列设为时间格式",
    ),
    "NO_SHEET": (
        "there is no sheet '{value}'; the file has {expected}. Name the right one in the mapping (table, sheet)",
        "没有工作表“{value}”；文件中有{expected}。请在映射文件中更正（table、sheet）",
    ),
    "NO_COLUMN": (
        "the table has no column {value}; expected {expected}. Correct the mapping: its columns, the number of its header row, "
        "or the encoding",
        "表格没有列“{value}”；应有{expected}。请修改映射文件：列名、表头行号或编码",
    ),
    "NO_MAPPING": (
        "a table needs a mapping file that says which column is which field; give one with --mapping",
        "表格需要映射文件说明各列对应的字段；请用--mapping指定",
    ),
    "BAD_ROW": (
        "'{value}' is not {expected}; it was refused: correct it and send it again",
        "“{value}”不是{expected}；已拒收，请更正后重发",
    ),
    "MISSING_FIELD": (
        "a value is missing; expected {expected}. It was refused: fill it in and send it again",
        "缺少值；应有{expected}。已拒收，请补充后重发",
    ),
    "UNKNOWN_FIELD": (
        "events have no such field; expected {expected}. It was refused: correct the name, or leave it out, and send it "
        "again",
        "事件没有该字段；应为{expected}。已拒收，请更正字段名或删除该字段后重发",
    ),
    "BAD_FIELD": (
        "'{value}' stands there; expected {expected}. It was refused: correct it and send it again",
        "该处为“{value}”；应为{expected}。已拒收，请更正后重发",
    ),
    "UNKNOWN_CODE": (
        "'{value}' is not in the mapping; expected {expected}. It was kept as it was sent, and flagged: add it to the "
        "mapping (values), or have it corrected",
        "映射文件中没有“{value}”；应为{expected}。已按原样保留并加标记；请在映射文件中补充（values）或更正",
    ),
    # -- JSON documents
    "NOT_JSON": (
        "this is no JSON: {value}; expected {expected}. Correct it and send it again",
        "不是JSON：{value}；应为{expected}。请更正后重发",
    ),
    "NOT_FOR_US": (
        "events '{value}' are none of the platform's and were left out; it takes {expected}",
        "平台不接收“{value}”类事件，已略过；可接收{expected}",
    ),
    "FOREIGN_PLACE": (
        "the place '{value}' is not here; expected {expected}. The event was refused: if it is of one of the ports, have "
        "the place corrected",
        "地点“{value}”不属于本平台；应为{expected}。该事件已拒收；如属于平台港口，请更正地点",
    ),
    # -- customs XML
    "BAD_XML": (
        "the message cannot be read: {value}; expected {expected}. Have the sender correct it and send it again",
        "报文无法读取：{value}；应为{expected}。请发送方更正后重发",
    ),
    "UNKNOWN_ELEMENT": (
        "'{value}' stands in an element that is not read; expected {expected}. Have the sender look at its name",
        "“{value}”所在的元素未被读取；应为{expected}。请发送方核对元素名",
    ),
    "NO_CONSIGNMENT": (
        "there is nothing to read in it; expected {expected}. Have the sender look at it and send it again",
        "报文中没有可读取的内容；应有{expected}。请发送方核对后重发",
    ),
}
