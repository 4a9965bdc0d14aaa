"""Encodings of YAML streams, and bytes that are invalid in them."""

import pytest

from validator.document.encoding import decode
from validator.document.reader import read_undecodable


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_every_unicode_encoding_is_decoded(encoding: str, mark: str) -> None:
    assert decode(f"{mark}a: é😀\r\n".encode(encoding)) == "a: é😀\r\n"


@pytest.mark.parametrize(
    ("data", "offset"),
    [(b"a: \xff", 3), (b"\xef\xbb\xbfa: \xc3(", 3), (b"\xff\xfea\x00\x00\xd8", 1)],
)
def test_invalid_bytes_are_a_syntax_finding(data: bytes, offset: int) -> None:
    with pytest.raises(UnicodeDecodeError) as caught:
        decode(data)
    _, document = read_undecodable(caught.value)
    assert not document.is_readable
    assert [(item.id, item.start) for item in document.findings] == [("yaml-syntax", offset)]
