"""XML from outside: read piece by piece, and nothing in it is obeyed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from connectors.customs.xml_events import MAX_DEPTH, MAX_TEXT, Leaf, XmlProblem, leaves

BOMB = b"""<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x "ha"><!ENTITY y "&x;&x;&x;">]><a>&y;</a>"""


def test_leaves_come_with_path_text_and_line_and_without_namespace() -> None:
    text = '<?xml version="1.0"?>\n<m:A xmlns:m="urn:x"><m:B>\n<C> 箱&amp;号 </C></m:B><D/></m:A>'.encode()
    assert list(leaves([text])) == [Leaf("A/B/C", "箱&号", 3), Leaf("A/D", "", 3)]
    assert list(leaves([bytes([b]) for b in text])) == list(leaves([text]))


def test_a_long_document_is_read_as_it_comes() -> None:
    given = 0

    def pieces() -> Iterator[bytes]:
        nonlocal given
        yield b"<A>"
        while True:
            given += 1
            yield b"<B><C>1</C></B>" * 10

    found = leaves(pieces())
    assert [next(found).path for _ in range(25)] == ["A/B/C"] * 25
    assert given <= 8  # the first kilobyte, for the encoding, and what is asked for


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (BOMB, "DTD"),
        (b'<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>', "DTD"),
        (b"<a>&nbsp;</a>", "not well-formed"),
        (b"<a>" * (MAX_DEPTH + 1), f"more than {MAX_DEPTH} elements"),
        (b"<a><b>" + b"x" * (MAX_TEXT + 1), f"a/b has more than {MAX_TEXT} characters"),
        (b"<a>" + b"<!-- c -->x" * (MAX_TEXT + 1), f"more than {MAX_TEXT}"),
        (b'<a><b id="1"/></a>', "a/b has the attribute 'id'"),
        (b"<a>stray<b/></a>", "a has the text 'stray'"),
        (b"<a><b/>stray</a>", "a has the text 'stray'"),
        (b"<a>", "not well-formed"),
        (b"", "not well-formed"),
        (b"\xff\xfe\x00", "not well-formed"),
        (b"<?xml version='1.0' encoding='klingon'?><a/>", "encoding"),
    ],
)
def test_what_is_not_plain_xml_is_refused_with_the_line(content: bytes, says: str) -> None:
    with pytest.raises(XmlProblem, match=says):
        list(leaves([content]))
