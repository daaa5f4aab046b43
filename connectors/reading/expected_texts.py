"""What is expected in place of something wrong, in Chinese: phrase by phrase, with the English as the key.

Whoever finds something wrong says in English what was expected, beside the check itself. Who reads Chinese gets the same from
this table, at the time when it is shown. Codes, names and figures are the same in both.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Final

#: English -> Chinese. ``{}`` is anything, the same in both, and translated by itself where it is a phrase.
PHRASES: Final[dict[str, str]] = {
    # files as a whole
    "EDIFACT (UNA, UNB, UNH), a national flat file (00:), JSON or XML; a table (CSV, JSON lines, Excel) needs --mapping":
        "EDIFACT（UNA、UNB、UNH）、国内平文件（00:）、JSON或XML；表格（CSV、JSON lines、Excel）需加--mapping",
    "segment tags in capitals (UNA, UNB, UNH)": "大写的段标记（UNA、UNB、UNH）",
    "at least one event": "至少一个事件",
    "rows below the headings, or JSON objects": "表头下的数据行，或JSON对象",
    "a JSON document in UTF-8": "UTF-8编码的JSON文件",
    "a document of at most {} bytes": "不超过{}字节的文件",
    "a document of at most {} bytes, or one object a line": "不超过{}字节的文件，或每行一个对象",
    "a list of objects, or one object a line": "对象列表，或每行一个对象",
    "have the transfer translate it to ASCII (FTP: type A, not I)": "请在传输时转换为ASCII（FTP用A类型，不用I类型）",
    "save it as UTF-8": "请另存为UTF-8",
    "save it as an Excel file (.xlsx) or CSV": "请另存为Excel文件（.xlsx）或CSV",
    "save it as plain text": "请另存为纯文本",
    "save the attachment, or send the file from its UNA or UNB on": "请保存附件后发送，或从UNA或UNB起发送",
    "send the data itself, as the system that made it writes it": "请发送系统生成的数据文件本身",
    "unpack it and send what is in it": "请解压后发送其中的文件",
    "what was fetched may be a login or error page: look at it in a browser": "取到的可能是登录页或错误页，请在浏览器中查看",
    "the end of the file": "文件结尾",
    # what WRONG_FILE found
    "EDIFACT in EBCDIC": "EBCDIC编码的EDIFACT",
    "EDIFACT whose tags are not capitals": "段标记不是大写的EDIFACT",
    "a document of a word processor (RTF)": "文字处理文档（RTF）",
    "a file packed with gzip (.gz)": "gzip压缩文件（.gz）",
    "a mail, or EDIFACT with text before it": "邮件，或前面带有文字的EDIFACT",
    "a packed file": "压缩文件",
    "a picture": "图片",
    "a web page (HTML)": "网页（HTML）",
    "a zip archive": "zip压缩包",
    "an OpenDocument file": "OpenDocument文件",
    "an old Excel or Word file (.xls, .doc)": "旧版Excel或Word文件（.xls、.doc）",
    "text in UTF-16 without the mark that says so": "没有标记的UTF-16文本",
    # envelopes and segments
    "a sender of partners.yaml": "partners.yaml中的发送方",
    "a sender of partners.yaml whose profile is in force at the document's time": "partners.yaml中在单证时间有效的发送方",
    "a terminator after the last segment": "最后一段之后的段结束符",
    "a segment terminator within {} bytes": "{}字节以内的段结束符",
    "a ' after each record": "每条记录之后的'",
    "' after each record": "每条记录之后的'",
    "a ' within {} bytes": "{}字节以内的'",
    "{}; the message was refused": "{}；该报文已拒收",
    "{} around it": "外层的{}",
    "{} before it": "其前的{}",
    "{} segments for one box": "每箱{}段",
    "{} records for one box": "每箱{}条记录",
    "{} records for one bill": "每单{}条记录",
    "{} boxes in one interchange of a strict partner": "严格伙伴每个交换{}箱",
    "{} boxes in a consignment": "每票{}箱",
    "{} segments": "{}段",
    "{} records": "{}条记录",
    "{} boxes": "{}箱",
    "{} messages": "{}份报文",
    "{} events": "{}个事件",
    "UTF-8, GB18030, or the charset of the partner's profile or the syntax identifier":
        "UTF-8、GB18030，或伙伴配置、语法标识所注明的字符集",
    "the {} fields of the usual layout, or the partner's own under layouts in partners.yaml":
        "通用格式的{}个字段，或partners.yaml的layouts中该伙伴自己的格式",
    "record {} with the vessel": "含船舶的{}记录",
    "record {} with the vessel and its times": "含船舶及其时间的{}记录",
    "record {} with the vessel before it": "其前含船舶的{}记录",
    "record {} with the load port or {} with the discharge port": "含装货港的{}记录或含卸货港的{}记录",
    "record {}": "{}记录",
    "{} (record {})": "{}（{}记录）",
    "{} (column {})": "{}（列“{}”）",
    # documents, functions, parties
    "9 original, 1 cancellation, 5 replacement or 4 change": "9原始、1撤销、5替换或4变更",
    "9, an original": "9（原始）",
    "RFF+ACW with the number of the document": "含单证号的RFF+ACW",
    "RFF+BM or RFF+MB with a bill, or RFF+AAQ or EQD with a box": "含提单号的RFF+BM或RFF+MB，或含箱号的RFF+AAQ或EQD",
    "RFF+BM, RFF+MB or RFF+BN with a number": "含号码的RFF+BM、RFF+MB或RFF+BN",
    "GIS or GEI with a code of list 7365": "含代码表7365代码的GIS或GEI",
    "GIS or GEI with a code of list 7365 that decides": "含代码表7365中表示决定的代码的GIS或GEI",
    "4 released, 5 to be examined, 7 detained, 8 may move under transfer, 9 accepted, awaiting arrival":
        "4放行、5待查验、7扣留、8可转关、9已接受待运抵",
    "Manifest, or MFTMessage around one": "Manifest，或外层的MFTMessage",
    "a message of customs": "海关报文",
    "an element of {}": "{}的元素",
    "at least one of {}": "{}中至少一个",
    "at least one record {}": "至少一条{}记录",
    "at least one consignment": "至少一票货物",
    "at least one {}": "至少一个{}",
    "{} (unverified)": "{}（未经核实）",
    "{} of {} (unverified)": "{}（{}，未经核实）",
    # boxes
    "four letters and seven digits": "四个字母加七位数字",
    "four letters and seven digits, such as CSQU3054383": "四个字母加七位数字，如CSQU3054383",
    "four letters and seven digits with the right check digit, such as CSQU3054383":
        "四个字母加七位数字且校验位正确，如CSQU3054383",
    "a number with the right check digit": "校验位正确的箱号",
    "CN before the number of a container": "箱号前的CN",
    "CN, a container": "CN（集装箱）",
    "each box once per message": "每箱在一份报文中只出现一次",
    "an ISO size-type code such as 22G1": "ISO尺寸箱型代码，如22G1",
    "4 empty or 5 full": "4空箱或5重箱",
    "E, F or L": "E、F或L",
    "I, E, V or D": "I、E、V或D",
    "a code of list {}": "代码表{}中的代码",
    "LOA load, DIS discharge, RES restow or SHI shift": "LOA装、DIS卸、RES倒箱或SHI移位",
    "2 rail, 3 road or 8 barge": "2铁路、3公路或8驳船",
    "the number that stands on the seal": "封条上的号码",
    "the number of the bill, or nothing": "提单号，或留空",
    "a bill number": "提单号",
    "seven digits BBBRRTT, such as 0191006: bay not 000, tier not 00": "七位数字BBBRRTT，如0191006：贝不为000，层不为00",
    "remains on board": "留在船上",
    "shortlanded": "短卸",
    # weights
    "a number of {}": "以{}计的数字",
    "a number from 0 to 999999999": "0至999999999的数字",
    "kilograms": "千克数",
    "kilograms without a mark between the thousands": "千克数，不带千位分隔符",
    "kilograms without their unit": "千克数，不带单位",
    "unit and weight in C174, as in KGM:20000": "C174中的单位和重量，如KGM:20000",
    "MEA+AAE+VGM with the verified gross mass": "含核实重量的MEA+AAE+VGM",
    # places and vessels
    "a UN/LOCODE such as CNTAO": "UN/LOCODE代码，如CNTAO",
    "a port of the platform, or --port": "平台港口，或用--port注明",
    "a customs office of the platform's ports, or --port": "平台各港的海关关区，或用--port注明",
    "LOC+9 and LOC+11; taken for {}": "LOC+9和LOC+11；按{}处理",
    "one of {}": "{}之一",
    "one of {}, or another under values in the mapping": "{}之一，或在映射文件的values中补充",
    "one of {} in a {} record": "{}之一（{}记录）",
    "the code of a terminal": "码头代码",
    "the number of a berth": "泊位号",
    "an IMO number (code list 146)": "IMO编号（代码表146）",
    "UN and the IMO number, such as UN9321483": "UN加IMO编号，如UN9321483",
    '"UN" and seven digits, as in UN9346524': "“UN”加七位数字，如UN9346524",
    "a vessel with an IMO number (IMO:9346524)": "有IMO编号的船舶（IMO:9346524）",
    "TDT+20 with an IMO number, or the vessel's name, in C222": "TDT+20的C222中的IMO编号或船名",
    "the ship in the eighth element, TDT C222": "第八个元素（TDT C222）中的船舶",
    # times
    "a time such as 202611241730 in format 203, years 2000 to 2099": "格式203的时间，如202611241730，年份2000至2099",
    "a time of 12 or 14 digits, such as 202611241730, years 2000 to 2099": "12或14位数字的时间，如202611241730，年份2000至2099",
    "a time such as {}, or UTC milliseconds": "时间，如{}，或UTC毫秒数",
    "a time such as {}": "时间，如{}",
    "a time such as {}, or UTC milliseconds; a time without an offset says nothing":
        "时间，如{}，或UTC毫秒数；不带时差的时间没有意义",
    "a time YYYYMMDDHHmmssfff, Beijing time": "时间YYYYMMDDHHmmssfff，北京时间",
    "a time in ms UTC": "UTC毫秒时间",
    "a date YYYYMMDD": "日期YYYYMMDD",
    "a time of the years 2000 to 2099; a number is UTC milliseconds, not seconds or microseconds":
        "2000至2099年的时间；数字为UTC毫秒数，不是秒或微秒",
    "the document's time (DTM+137, or UNB)": "单证时间（DTM+137，或UNB）",
    "DTM+137 or the time of UNB": "DTM+137或UNB的时间",
    "DTM+7 with the time at the gate": "含过闸时间的DTM+7",
    "DTM+203 (or 403, 404) with the time of the move": "含作业时间的DTM+203（或403、404）",
    "{} or the document's time (DTM+137, or UNB)": "{}或单证时间（DTM+137，或UNB）",
    # DCSA
    "an event of DCSA with its eventType": "带eventType的DCSA事件",
    "the event's own eventID": "事件自己的eventID",
    "gate and quay moves, customs, vessels": "闸口和码头作业、海关、船舶",
    "{} and the like": "{}等",
    # tables and fields of events
    "an Excel file (.xlsx)": "Excel文件（.xlsx）",
    "each column of the mapping once": "映射中的每列各一次",
    "the column {} stands twice": "列“{}”出现两次",
    "no column": "没有任何列",
    "the columns of the mapping; found {}": "映射中的列；找到的是{}",
    "a word that the mapping translates": "映射中有对应值的词",
    "rows with closed quotes": "引号成对的行",
    "lines shorter than {} characters": "短于{}个字符的行",
    "text in {} (table, encoding in the mapping)": "{}编码的文本（映射中的table、encoding）",
    "{} bytes unpacked": "解压后{}字节",
    "{} bytes": "{}字节",
    "at most {}": "最多{}",
    "at most {} characters": "最多{}个字符",
    "damaged or cut off ({})": "已损坏或被截断（{}）",
    "one JSON object a line": "每行一个JSON对象",
    "one JSON object a line ({})": "每行一个JSON对象（{}）",
    "the name {} stands twice": "名称{}出现两次",
    "a JSON object, one event": "一个JSON对象，即一个事件",
    "a list": "列表",
    "a list, each {}": "列表，每项为{}",
    "a number": "数字",
    "a number, with a point before the fraction and nothing between thousands": "数字，小数用点，千位不加分隔符",
    "a whole number": "整数",
    "a whole number below 2,147,483,648": "小于2,147,483,648的整数",
    "true or false": "true或false",
    "text": "文本",
    "text that is not empty": "非空文本",
    "text: half a character is none": "文本：半个字符无效",
    "text without '|' and control characters": "不含“|”和控制字符的文本",
    "text without '|' and control characters: it becomes part of keys": "不含“|”和控制字符的文本：它是键的一部分",
    "an object with {}": "含{}的对象",
    "an object with {}; {}: {}": "含{}的对象；{}：{}",
    "the fields of a {} event stand in a JSON object": "{}事件的各字段应在一个JSON对象内",
    "{} or nothing": "{}或留空",
    "a field of a {} event (see docs/events.md)": "{}事件的字段（见docs/events.md）",
    "a value: no event can do without it": "任何事件必填的值",
    "a value: {} cannot do without": "{}必填的值",
    "an event of at most {} bytes": "不超过{}字节的事件",
    "exactly one of container_no, bill_no, vessel_id; none in a remark on a source of the port":
        "container_no、bill_no、vessel_id中恰好一个；对港口数据源的备注则都不填",
    "exactly one of: {}": "以下之一：{}",
    "call_id, bill_no, bill_no with container_no, container_no": "call_id、bill_no、bill_no加container_no、container_no",
    "exactly one of: {}; a declaration number alone is refused, look up its bill or containers and send one each":
        "以下之一：{}；仅有报关单号不予接收，请查出其提单或箱号后逐个发送",
    "{}; OVERRIDE is refused, the platform never decides for customs: VOID what is wrong, with the reason":
        "{}；不接受OVERRIDE，平台不替海关作决定：请用VOID作废有误的事件并写明原因",
    "an event: a report that was sent cannot be voided, DELETE it by its message_id":
        "事件：已发送的报告不能作废，请按message_id用DELETE删除",
    "source_party|source_system|event_id of the event it is about": "所指事件的source_party|source_system|event_id",
    "the message_id of the arrival report it is about": "所指运抵报告的message_id",
    "the exception_id of the exception it is about": "所指异常的exception_id",
    "the container whose report it is": "该报告的箱号",
    "the hold that is lifted: UNHOLD names it": "所解除的布控：UNHOLD须指明",
    "the name of the officer who acts": "操作人员姓名",
    "the name of whom it is assigned to": "指派对象姓名",
    "the reason, in the officer's words: nothing is done without one": "操作人员写明的原因：没有原因不予执行",
    "the vessel of the call: a release by call is keyed by it": "挂靠的船舶：按挂靠的放行以此为键",
    "{}, the party of the API key: nobody speaks for another": "{}（API密钥所属单位）：不得代其他单位发送",
    "{}, the port of the topic: a port writes only its own topics": "{}（该主题的港口）：各港口只能写入本港主题",
    "{} is not JSON in UTF-8: {}": "{}不是UTF-8编码的JSON：{}",
    "the body": "请求内容",
    "line {}": "第{}行",
    "the request holds more than {} events; send them in several requests": "请求内超过{}个事件，请分多次发送",
    "the body is no Avro object container file: {}": "请求内容不是Avro对象容器文件：{}",
    "the Avro file is compressed with {}; send it with codec null": "该Avro文件用{}压缩，请用codec null发送",
    "the record has no value (a tombstone); an Avro record was expected": "记录没有内容（墓碑）；应为Avro记录",
    "the value ({} bytes) begins with {}; expected 00 and a 4-byte schema id (Confluent wire format): write with a Confluent "
    "Avro serializer or this platform's codec":
        "内容（{}字节）开头为{}；应为00和4字节的模式编号（Confluent格式）：请用Confluent的Avro序列化器或本平台的编码器写入",
    "schema id {} is not in schemas/avro/ids.yaml; ids from {} on are given out there only: {}":
        "模式编号{}不在schemas/avro/ids.yaml中；{}起的编号只在该文件中分配：{}",
    "schema id {} belongs to a schema registry, and none is configured; set the registry's address, or write with this "
    "platform's own ids ({} and above)":
        "模式编号{}属于模式登记库，但未配置登记库；请配置其地址，或用本平台的编号（{}及以上）写入",
    "schema id {} is unknown to the registry at {}": "模式编号{}在登记库{}中不存在",
    "schema id {} is no Avro record schema at {}: {}": "模式编号{}在{}不是Avro记录模式：{}",
    "the sender is newer than this platform, or made the id up": "发送方版本比本平台新，或编号有误",
    "no such kind of record: {}; known are {}": "没有{}这类记录；已知的有{}",
    "{}: {} near byte {}": "{}：{}，约在第{}字节",
    "the record is of kind {} (schema id {}), this topic holds {} records: publish it to the topic of its kind":
        "记录为{}类（模式编号{}），该主题为{}类：请发送到对应的主题",
    "a {} record has no field {}; it has {}": "{}记录没有字段{}；有{}",
    "a {} record needs {}": "{}记录须有{}",
    "a {} record cannot be written: {}": "{}记录无法写入：{}",
    "the {} bytes after the prefix are not a {} record of schema {} ({}): cut short, or written with another schema":
        "前缀之后的{}字节不是{}记录（模式{}，{}）：被截断，或用其他模式写入",
    "{} bytes are left over after a {} record of schema {} ended at byte {}: written with another schema, or two records in "
    "one value":
        "多出{}字节：{}记录（模式{}）在第{}字节已结束；用其他模式写入，或一个值内有两条记录",
    # mappings and profiles of partners
    "no YAML in UTF-8": "不是UTF-8编码的YAML",
    "no YAML in UTF-8: look at line {}": "不是UTF-8编码的YAML：请查看第{}行",
    "must hold kind, port, party and fields": "须有kind、port、party和fields",
    "must hold a list 'partners'": "须有列表partners",
    "{} must be given": "须填写{}",
    "kind is {}; expected {}": "kind为{}；应为{}",
    "port is {}; expected {}": "port为{}；应为{}",
    "time_zone is {}; expected an offset such as +08:00": "time_zone为{}；应为时差，如+08:00",
    "{} is {}; expected a date such as 2026-01-31": "{}为{}；应为日期，如2026-01-31",
    "{} is no format of times; expected one such as %Y/%m/%d %H:%M": "{}不是时间格式；应如%Y/%m/%d %H:%M",
    "unknown encoding: {}": "未知的字符集：{}",
    "unknown key {}; known are {}": "未知的键{}；可用的键有{}",
    "events have no such field": "事件没有该字段",
    "events have no such field; did you mean {}?": "事件没有该字段；是否应为{}？",
    "must be a block with {}": "须为含有{}的块",
    "must be the name of a column, or a block with {}": "须为列名，或含有{}的块",
    "needs a column, or a value": "须有column或value，二者取一",
    "values is a list of 'word sent: value'": "values为“发送的词: 值”的列表",
    "only a list is split, and this is a {}": "split只用于列表，而该字段为{}",
    "number": "数字",
    "time": "时间",
    "truth": "是否值",
    "a factor is a number, for a number": "factor须为数字，且只用于数字字段",
    "every partner needs a sender; found {}": "每个伙伴须有sender；实际为{}",
    "two profiles are in force at the same time": "两份配置同时有效，请更正有效期",
    # what stands in the way of reading, in the words of Python's readers too
    "No such file or directory": "没有该文件",
    "Permission denied": "没有权限",
    "Is a directory": "这是文件夹",
    "line {}: {}": "第{}行：{}",
    "not well-formed XML ({})": "XML格式有误（{}）",
    "a DTD (<!DOCTYPE …>) or entity is not accepted in a message": "报文中不接受DTD（<!DOCTYPE …>）和实体",
    "more than {} elements inside each other": "元素嵌套超过{}层",
    "the encoding cannot be read ({}); expected UTF-8 or GB18030": "编码无法读取（{}）；应为UTF-8或GB18030",
    "{} has more than {} characters": "{}超过{}个字符",
    "{} has the attribute {}; expected none": "{}有属性{}；不应有属性",
    "{} has the text {} between its elements": "{}的元素之间有文字{}",
    "the bytes {}": "字节{}",
    "the bytes are no text in the encoding that the document declares ({})": "文件内容与其声明的编码不符（{}）",
    "no element found": "没有元素，或文件不完整",
    "mismatched tag": "起止标签不一致",
    "unclosed token": "标记没有结束",
    "not well-formed (invalid token)": "有无效字符",
    "junk after document element": "根元素之后有多余内容",
    "duplicate attribute": "属性重复",
    "unexpected end of data": "数据意外结束",
    "field larger than field limit ({})": "单元格超过{}个字符",
    "'{}' expected after '\"'": "引号之后应为“{}”",
    "{}: line {} column {} (char {})": "{}：第{}行第{}列（第{}个字符）",
    "Expecting value": "应为一个值",
    "Expecting property name enclosed in double quotes": "应为双引号中的名称",
    "Expecting ',' delimiter": "应为逗号",
    "Expecting ':' delimiter": "应为冒号",
    "Extra data": "有多余内容",
    "Unterminated string starting at": "字符串没有结束，开始于",
    "Invalid control character at": "有控制字符，位于",
    # customs' profile
    "2 (add) or 3 (delete)": "2（新增）或3（删除）",
    "4-digit customs code and 9-character organisation code": "4位关区代码加9位组织机构代码",
    "letters, digits, - and _": "字母、数字、-和_",
    'UN/LOCODE, 6-character site number, "/", customs office, as in CNTAC230030/2327; enter it in the sites file':
        "UN/LOCODE、6位场所编号、“/”和关区，如CNTAC230030/2327；请在场所文件中登记",
    "digits only": "仅数字",
    "printable characters without blanks around them": "可见字符，前后无空格",
    # answers to what we sent
    "no error": "无错误",
    "no reason is given": "未说明原因",
}  # fmt: skip
#: Words of the errors of a CONTRL, which are put together of parts.
_OF_ERRORS: Final = {
    "segment ": "段", "element ": "元素", "invalid value": "值无效", "value not supported here": "此处不支持该值",
    "not supported here":
        "此处不支持", "no agreement": "无协议", "unknown sender": "发送方未知", "invalid character": "字符无效",
    "count does not match": "计数不符", "references do not match": "参考号不符", "outside of any message": "不在任何报文内",
    "missing": "缺失",
}  # fmt: skip
_ERRORS: Final = re.compile(r"(segment |element |0085 )")
_ERROR_WORD: Final = re.compile("|".join(map(re.escape, _OF_ERRORS)))
#: Codes of which one is expected.
_CODES: Final = re.compile(r"[A-Z0-9+*.:, ]+( or [A-Z0-9+*.:, ]+)+")


@cache
def _patterns() -> list[tuple[re.Pattern[str], str]]:
    """Phrases with something in them; the most particular first."""
    with_holes = [(en, zh) for en, zh in PHRASES.items() if "{}" in en]
    with_holes.sort(key=lambda pair: -len(pair[0].replace("{}", "")))
    return [(re.compile(re.escape(en).replace(r"\{\}", "(.+?)"), re.DOTALL), zh) for en, zh in with_holes]


_IN_A_FILE: Final = re.compile(r"([^:]+?\.ya?ml)(, [^:]+)?: (.+)", re.DOTALL)
_PARTS_OF_A_FILE: Final = {", field ": "，字段", ", partner ": "，伙伴", ", table": "，table"}


def setting_in_chinese(said: str) -> str:
    """What is wrong with a mapping or a partner's profile: the file, the place in it, and a phrase."""
    found = _IN_A_FILE.fullmatch(said)
    if found is None:
        return in_chinese(said)
    place = found[2] or ""
    for english, chinese in _PARTS_OF_A_FILE.items():
        place = chinese + place.removeprefix(english) if place.startswith(english) else place
    return f"{found[1]}{place}：{in_chinese(found[3])}"


def in_chinese(expected: str) -> str:
    """What was expected, for who reads Chinese. What is no phrase of ours, as codes, names and others' words, stays."""
    known = PHRASES.get(expected)
    if known is not None and "{}" not in expected:
        return known
    for pattern, text in _patterns():
        if found := pattern.fullmatch(expected):
            return text.format(*(in_chinese(part) for part in found.groups()))
    if _ERRORS.match(expected):
        return _ERROR_WORD.sub(lambda word: _OF_ERRORS[word[0]], expected)
    return expected.replace(" or ", "或") if _CODES.fullmatch(expected) else expected
