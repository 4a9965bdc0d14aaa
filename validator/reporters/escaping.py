"""Escapes text so that it is safe on a terminal or in Markdown."""

from collections.abc import Iterator

from validator.system.patterns import compiled
from validator.system.printable import printable

_MARKDOWN_SPECIAL = r"[\\`*_{}\[\]<>#!|~@&$%^]"
# The start of a reference, a mention or a link on GitHub or GitLab. They search the rendered text,
# in which entities are already replaced by their characters.
_REFERENCE = r"(?i)[@#!~$%^&](?=[\w\"'{\[*])|:(?=//)|(?<=www)\.|(?<=\bgh)-(?=[0-9])"
_ZERO_WIDTH_SPACE = "&#8203;"
# An e-mail address is shown as code, so that it is not a mention and can be copied.
_CODE = r"`([^`|]+)`|(?<![^\s(,;:])([\w.+-]+@[\w-]+(?:\.[\w-]+)+)(?![\w@-])"


def escape_markdown(text: str) -> str:
    """Return Markdown that shows any text literally and on one line.

    Text in backticks and e-mail addresses are shown as code.
    """
    line = " ".join(printable(text.replace("\n", " ")).split())
    return "".join(
        f"`{part}`" if is_code else _escape_plain_markdown(part)
        for part, is_code in _code_parts(line)
    )


def _code_parts(line: str) -> Iterator[tuple[str, bool]]:
    """Yield the parts of a line, each with whether it is code."""
    end = 0
    for match in compiled(_CODE).finditer(line):
        code = (match[1] or match[2]).strip()
        if code:
            yield line[end : match.start()], False
            yield code, True
            end = match.end()
    yield line[end:], False


def _escape_plain_markdown(text: str) -> str:
    apart = compiled(_REFERENCE).sub(lambda match: match[0] + "\0", text)
    escaped = compiled(_MARKDOWN_SPECIAL).sub(lambda match: f"&#{ord(match[0])};", apart)
    return escaped.replace("\0", _ZERO_WIDTH_SPACE)
