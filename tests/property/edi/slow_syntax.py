"""EDIFACT syntax the slow, obvious way: one character after the other. Text, not bytes; the whole of it."""

from __future__ import annotations


def read(text: str) -> list[list[list[str]]]:
    """The segments of a text whose service characters are below 0x40, without what follows the last terminator."""
    component, element, release, terminator = ":", "+", "?", "'"
    segments: list[list[list[str]]] = []
    segment: list[list[str]] = [[""]]
    blank = True  # nothing but white space in this segment so far
    released = False
    place = 0
    text = text.removeprefix("\ufeff").lstrip(_SPACE)
    while place < len(text):
        if blank and text.startswith("UNA", place) and len(text) >= place + 9:
            component, element, release, terminator = text[place + 3], text[place + 4], text[place + 6], text[place + 8]
            release = release if release != " " else ""
            place += 9
            continue
        char = text[place]
        place += 1
        if char in "\r\n" and terminator not in "\r\n":
            continue
        if released:
            segment[-1][-1] += char
            released = False
        elif release and char == release:
            released, blank = True, False
        elif char == terminator:
            if not blank:
                segments.append(segment)
            segment, blank = [[""]], True
        elif blank and char in _SPACE:
            continue
        elif char == element:
            segment.append([""])
            blank = False
        elif char == component:
            segment[-1].append("")
            blank = False
        else:
            segment[-1][-1] += char
            blank = False
    return segments


_SPACE = " \t\n\r\x0b\x0c"
