"""The tokenizer against a slow, obvious twin that goes character by character, in any chunking of the stream."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import example, given
from hypothesis import strategies as st

from connectors.edi.syntax import EDIFACT, FLAT, Segments, Service

Plain = list[list[list[str]]]

#: Many service characters, line breaks and characters of two and four bytes in GB18030, none of them also UTF-8.
TEXT = st.text(st.sampled_from("AB7+:?'+:?'\r\n 青岛𠮷UNA|"), max_size=60)
UNA = st.sampled_from(["", "UNA:+.? '", "UNA:+.?*'", "UNA|*.^ ~", "UNA:+.  '", "UNA:+.? \n"])


def slowly(text: str, service: Service) -> tuple[Plain, str]:
    """(segments, what stands after the last terminator) as ISO 9735 says it, one character after the other."""
    if service.component and text.startswith("UNA") and len(text) >= 9:
        component, element, _, release, _, terminator = text[3:9]
        service, text = Service(component, element, release.strip(), terminator.encode()), text[9:]
    end = service.terminator.decode()
    segments: Plain = []
    segment: list[list[str]] = [[""]]
    raw, released = "", False
    for char in text:
        raw += char
        if char in "\r\n" and char != end:
            continue
        if released:
            lone = not service.component and char not in (service.element, service.release, end)
            segment[-1][-1] += service.release + char if lone else char
            released = False
        elif char == service.release:
            released = True
        elif char == end:
            segments.append(segment)
            segment, raw = [[""]], ""
        elif char == service.element:
            segment.append([""])
        elif char == service.component:
            segment[-1].append("")
        else:
            segment[-1][-1] += char
    if end in "\r\n" and raw.strip() and not released:  # the last line of a file need not have a break
        segments.append(segment)
        raw = ""
    return [cleaned for cleaned in map(_cleaned, segments) if cleaned != [[""]]], raw.strip()


def _cleaned(segment: list[list[str]]) -> list[list[str]]:
    """Blanks before a tag are no part of it."""
    (tag, *others), *elements = segment
    return [[tag.lstrip(), *others], *elements]


def quickly(data: bytes, cuts: list[int], service: Service) -> tuple[Plain, str]:
    edges = [0, *sorted(cut % (len(data) + 1) for cut in cuts), len(data)]
    stream = Segments((data[a:b] for a, b in pairwise(edges)), service)
    found = list(stream)
    assert [s.position for s in found] == list(range(1, len(found) + 1))
    assert all(s.tag == s.elements[0][0] for s in found)
    return [s.elements for s in found], stream.rest


@given(una=UNA, text=TEXT, cuts=st.lists(st.integers(0, 200), max_size=8), charset=st.sampled_from(["utf-8", "gb18030"]))
@example(una="", text="A+?'?'B'C'", cuts=[3, 4], charset="utf-8")
@example(una="", text="A+??'B'", cuts=[4], charset="utf-8")
@example(una="", text="FTX+青岛?+港'", cuts=[5, 6, 7], charset="gb18030")
def test_edifact_is_cut_as_the_slow_twin_cuts_it(una: str, text: str, cuts: list[int], charset: str) -> None:
    # what begins with UNA announces other service characters, wherever it stands: that is for the unit tests
    body = "X+" + text.replace("UNA", "UN")
    segments, rest = slowly(una + body, EDIFACT)
    found, found_rest = quickly((una + body).encode(charset), cuts, EDIFACT)
    assert found == segments
    assert bool(found_rest) == bool(rest)


@given(text=TEXT, cuts=st.lists(st.integers(0, 200), max_size=8))
@example(text="50:?'A?:B??:C?D'", cuts=[4])
def test_flat_records_are_cut_as_the_slow_twin_cuts_them(text: str, cuts: list[int]) -> None:
    segments, rest = slowly("00:" + text, FLAT)
    found, found_rest = quickly(("00:" + text).encode(), cuts, FLAT)
    assert found == segments
    assert bool(found_rest) == bool(rest)
