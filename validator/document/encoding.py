"""Detects the encoding of YAML: UTF-8, UTF-16 or UTF-32, with or without a byte order mark."""

_BYTE_ORDER_MARKS = (
    (b"\x00\x00\xfe\xff", "utf-32-be"),
    (b"\xff\xfe\x00\x00", "utf-32-le"),
    (b"\xfe\xff", "utf-16-be"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xef\xbb\xbf", "utf-8"),
)


def detect_encoding(data: bytes) -> tuple[bytes, str]:
    """Return the byte order mark of a YAML stream, which may be empty, and its encoding.

    Source: YAML 1.2.2, section 5.2.
    """
    if data[:4].isascii() and 0 not in data[:4]:
        return b"", "utf-8"
    for mark, encoding in _BYTE_ORDER_MARKS:
        if data.startswith(mark):
            return mark, encoding
    match tuple(byte == 0 for byte in data[:4]):
        case (True, True, True, False):
            return b"", "utf-32-be"
        case (False, True, True, True):
            return b"", "utf-32-le"
        case (True, False, *_):
            return b"", "utf-16-be"
        case (False, True, *_):
            return b"", "utf-16-le"
    return b"", "utf-8"


def encode_like(data: bytes, text: str) -> bytes:
    """Return a text in the encoding of a YAML stream, with the byte order mark of the stream."""
    mark, encoding = detect_encoding(data)
    return mark + text.encode(encoding)


def decode(data: bytes) -> str:
    """Return the text of a YAML stream without its byte order mark.

    Raises UnicodeDecodeError.
    """
    mark, encoding = detect_encoding(data)
    return data[len(mark) :].decode(encoding)
