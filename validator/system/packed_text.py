"""Compressed texts, because a report can be larger than the data from which it is made."""

import zlib
from collections.abc import Iterable, Iterator, Sequence

_PART_CHARACTERS = 256 * 1024
_LEVEL = 1


class PackedText:
    """A compressed text that is read in parts.

    `blobs` has the parts, each compressed separately.
    """

    __slots__ = ("blobs",)

    def __init__(self, blobs: Sequence[bytes] = ()) -> None:
        self.blobs = blobs

    def __str__(self) -> str:
        return "".join(self)

    def __iter__(self) -> Iterator[str]:
        """Yield the parts of the text. Raises ValueError if a blob is damaged."""
        for blob in self.blobs:
            try:
                yield zlib.decompress(blob).decode("utf-8", "surrogatepass")
            except zlib.error as error:
                raise ValueError("a compressed text is damaged") from error

    def validate(self) -> None:
        """Raise ValueError if a blob is damaged."""
        for _ in self:
            pass


def pack_text(parts: Iterable[str]) -> PackedText:
    """Return the compressed text from its parts."""
    return PackedText([_compressed(part) for part in _larger_parts(parts)])


def _larger_parts(parts: Iterable[str]) -> Iterator[str]:
    """Join the parts of a text into parts that are large enough to compress well."""
    waiting: list[str] = []
    size = 0
    for part in parts:
        waiting.append(part)
        size += len(part)
        if size >= _PART_CHARACTERS:
            yield "".join(waiting)
            waiting, size = [], 0
    if size:
        yield "".join(waiting)


def _compressed(text: str) -> bytes:
    return zlib.compress(text.encode("utf-8", "surrogatepass"), _LEVEL)
