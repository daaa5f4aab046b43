"""What an answer says to people in both languages, who must act, and how they are reached."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final, NamedTuple

import yaml

from ops.explain import words

#: It always says so.
PREVAILS: Final = "以海关指令为准。Customs' own instruction prevails."
#: What is no condition of a step: owner, Chinese, English.
_OWN: Final = {
    "CLEAR": ("", "各项条件已满足，可以通行。", "All conditions are met. It may pass."),
    "UNKNOWN_BOX": (
        "terminal", "平台没有该箱的记录。请核对箱号，人工处理。",
        "The platform does not know this box. Check its number, and decide by hand.",
    ),
    "STALE": (
        "platform", "平台数据不是最新的，不能据此放行。请人工处理，并通知平台运维。",
        "The platform's data is not fresh: nothing may move by it. Decide by hand, and call platform operations.",
    ),
    "LEFT": (
        "terminal", "按记录该箱已离港，且没有新的预报。请核对箱号。",
        "By the record this box has left, and nothing announces it. Check its number.",
    ),
    "NOT_NEXT": (
        "terminal", "按记录这不是该箱的下一步。请核对箱号与作业。",
        "By the record this is not the box's next step. Check its number and the task.",
    ),
    "OTHER_PORT": (
        "terminal", "按记录该箱应在另一港办理。请核对。",
        "By the record this step belongs to another port. Check where the box must go.",
    ),
    "NOT_OPEN": (
        "terminal", "该航次尚未开始集港。请到开港时间再来。",
        "The yard is not open yet for this call. Come back when it opens.",
    ),
}  # fmt: skip


class Told(NamedTuple):
    """A reason in both languages, and who must act."""

    owner: str
    zh: str
    en: str


class Contact(NamedTuple):
    """How somebody is reached; "" : not known."""

    phone: str = ""
    desk: str = ""


class ContactsError(ValueError):
    """A file of contacts that makes no sense."""


@cache
def tell(code: str, why: str, known: bool = True) -> Told:
    """The reason that a code stands for; ``known`` False: nobody knows whether the condition is met."""
    if code in _OWN:
        return Told(*_OWN[code])
    said = words(code, why)
    zh = "：".join(filter(None, (said["text_zh"], said["why_zh"])))
    en = ": ".join(filter(None, (said["text_en"], said["why_en"])))
    do_zh, do_en = (f"{said[name]}{end}" if said[name] else "" for name, end in (("action_zh", "。"), ("action_en", ".")))
    lead_zh, lead_en = ("未满足", "Not met") if known else ("待核实", "To be checked")
    return Told(said["owner"], f"{lead_zh}：{zh}。{do_zh}", f"{lead_en}: {en}. {do_en}".strip())


def load_contacts(path: Path | None) -> Mapping[str, Contact]:
    """Contacts of a file: owner, or ``owner@port``, to phone and desk. None: nobody's are known. Raises ContactsError.

    Example: ``customs@qingdao: {phone: "0532-0000000", desk: 前湾查验科}``
    """
    if path is None:
        return {}
    try:
        listed: dict[str, dict[str, Any]] = yaml.safe_load(path.read_text("utf-8")) or {}
        return {owner: Contact(**{name: str(value) for name, value in entry.items()}) for owner, entry in listed.items()}
    except (OSError, yaml.YAMLError, AttributeError, TypeError) as error:
        raise ContactsError(f"{path}: expected owner, or owner@port, with phone and desk ({error})") from error
