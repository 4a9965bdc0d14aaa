"""Explains syntax errors in quotes, brackets, commas and escapes."""

import re

from validator.document.line_context import line_at, line_end
from validator.document.syntax_mistake import (
    MAX_WRITTEN,
    Explanation,
    SyntaxMistake,
    is_short,
    quote_help,
    value_in_brackets,
)
from validator.document.token_scan import CLOSING, PAIRS, PLAIN, QUOTED, Token, scan
from validator.findings.wording import shortened

_FLOW_VALUE = re.compile(r"(?:(?! #)[^,\[\]{}\r\n])*")
_LIKE_A_VALUE = re.compile(r"[ \t]*#[^ \t#]")
_BEFORE_VALUE = re.compile(r"(?:.*[:,\[{])?[ \t]*")
_WORD = re.compile(r"\"[^\"\r\n]*\"?|'[^'\r\n]*'?|[^\s,\[\]{}]+")


def explain_open_quote(found: SyntaxMistake) -> Explanation | None:
    """Explain a quote that is never closed, or only closed by the next quote some lines below."""
    start: int | None = None
    noticed: tuple[int, str] | None = None
    if "while scanning a quoted scalar" in found.context:
        start = found.context_start
    elif not found.phrase.startswith("found ") and found.scan.before:
        token = found.scan.before[0]
        is_multiline = line_end(found.text, token.start) < token.end
        if token.kind == QUOTED and is_multiline and token.end == found.start:
            start = token.start
            noticed = (token.end - 1, "the next quote closes it here")
    if start is None:
        return None
    rest = found.rest(start)
    quote = found.text[start]
    if found.scan.open:
        rest = value_in_brackets(rest)
    value = f"{rest}{quote}"
    help = f"write `{value}`" if len(value) <= MAX_WRITTEN else f"close it with {quote}"
    help = help if quote not in rest[1:] and "`" not in rest else f"close it with {quote}"
    return Explanation("this quote is never closed", help, start, start + len(rest), noticed)


def _innermost_unclosed(found: SyntaxMistake) -> int | None:
    """Return the offset of the last bracket before the error that is never closed, or None."""
    return next((at for at in reversed(found.scan.open) if at in found.scan.unclosed), None)


def explain_comment_in_brackets(found: SyntaxMistake) -> Explanation | None:
    """Explain a `#` that begins a comment, in which the closing bracket is.

    A `#` before a blank is meant as a comment.
    """
    innermost = _innermost_unclosed(found)
    if innermost is None:
        return None
    line = line_at(found.text, innermost)
    rest = found.rest(innermost)
    comment = found.text[innermost + len(rest) : line.end]
    closing = PAIRS[found.text[innermost]]
    if closing not in comment or not _LIKE_A_VALUE.match(comment):
        return None
    before = _BEFORE_VALUE.match(rest)
    value = (rest + comment)[before.end() if before else 0 :].lstrip(" \t")
    start = innermost + len(rest + comment) - len(value)
    value = value_in_brackets(value)
    message = f"# begins a comment, so {found.text[innermost]} is never closed"
    return Explanation(message, quote_help(value), start, start + len(value))


def explain_open_bracket(found: SyntaxMistake) -> Explanation | None:
    """Explain a bracket or brace that is never closed, or closed by the wrong character."""
    text = found.text
    if found.scan.mismatched is not None and found.scan.mismatched == found.start:
        opening = found.context_start
        wanted = "]" if "']'" in found.phrase else "}"
        related = None if opening is None else (opening, f"{text[opening]} is opened here")
        return Explanation(
            f"{found.char} cannot close {'[' if wanted == ']' else '{'}",
            f"put {wanted} before it",
            found.start,
            found.start + 1,
            related,
        )
    innermost = _innermost_unclosed(found)
    if innermost is None or found.start < innermost:
        return None
    closing = PAIRS[text[innermost]]
    rest = found.rest(innermost)
    inner = scan(text, innermost, innermost + len(rest), innermost + len(rest))
    is_simple = len(inner.unclosed) == 1 and len(rest) < MAX_WRITTEN and "`" not in rest
    noticed = line_at(text, innermost).start != found.line.start
    noticed_at = found.scan.before[0].start if found.scan.before else found.start
    related = (noticed_at, "something else begins here") if noticed and found.char else None
    if is_simple and len(rest) > 1:
        help = f"write `{rest.rstrip(',')}{closing}`"
    else:
        help = f"close it with {closing}"
    return Explanation(
        f"{text[innermost]} is never closed", help, innermost,
        innermost + (len(rest) if is_simple else 1), related,
    )  # fmt: skip


def explain_text_after(found: SyntaxMistake) -> Explanation | None:
    """Explain text after a quoted value, a list or mapping in brackets, or an alias."""
    if not found.scan.before or not found.char:
        return None
    line, token = found.line, found.scan.before[0]
    if found.char in "]}" and not found.scan.open:
        message = f"there is no open bracket that this {found.char} closes"
        return Explanation(message, f"remove `{found.char}`", found.start, found.start + 1)
    if token.start < line.start or found.scan.open or not found.phrase.startswith("did not find"):
        return None
    if found.char == ":" and token.kind == QUOTED:
        return Explanation(
            "a space is missing after the colon", "put a space after the colon",
            token.start, found.start + 1,
        )  # fmt: skip
    if token.kind == QUOTED:
        whole = found.rest(token.start)
        if found.rest(found.start) == ",":
            message = "a comma follows the closing quote, but this value is not in brackets"
            return Explanation(message, "remove the comma", found.start, found.start + 1)
        quote = whole[0]
        is_enclosed = whole.endswith(quote) and len(whole) > 2  # noqa: PLR2004
        return Explanation(
            "text follows the closing quote", quote_help(whole[1:-1] if is_enclosed else whole),
            token.start, token.start + len(whole),
        )  # fmt: skip
    rest = found.rest(found.start)
    if token.kind == CLOSING:
        closing = found.text[token.start]
        help = f"remove it, or put it before the {closing}"
        return Explanation(
            f"text follows the closing {closing}", help, found.start, found.start + len(rest)
        )
    if found.text[token.start] == "*":
        whole = found.rest(token.start)
        message = "a value that begins with * is an alias, and text follows this alias"
        return Explanation(message, quote_help(whole), token.start, token.start + len(whole))
    return None


def explain_comma(found: SyntaxMistake) -> Explanation | None:
    """Explain a missing or superfluous comma in brackets."""
    if found.phrase == "did not find expected node content" and found.char == ",":
        message = "there is no value before this comma"
        return Explanation(message, "remove the comma", found.start, found.start + 1)
    if not found.scan.open or not found.phrase.startswith(
        ("did not find expected ','", "found unexpected ':'")
    ):
        return None
    start, end = found.start, found.start + 1
    if found.phrase.startswith("found unexpected"):
        message = "a space is missing after this colon"
        return Explanation(message, "put a space after the colon", start, end)
    if found.char == ":" and not found.text[found.line.start : start].strip():
        message = "in braces, the colon must be on the line of its key"
        return Explanation(message, "put the colon after the key", start, end)
    token = found.scan.before[0] if found.scan.before else None
    if token is not None and (closed_late := _quote_closed_late(found, token)):
        return closed_late
    if found.char == ":" and token is not None and token.kind in (QUOTED, PLAIN):
        start, end = token.start, token.end
        # In `a b: c` the comma is missing before the last word.
        if token.kind == PLAIN:
            start = max(found.text.rfind(" ", start, end) + 1, start)
        before = found.text[:start].rstrip(" ")
        if token.kind == PLAIN and start == token.start and before.endswith(":"):
            match = _FLOW_VALUE.match(found.text, start)
            value = match[0].rstrip() if match else ""
            message = "a value that contains a colon and a space is read as a key"
            return Explanation(message, quote_help(value), start, start + len(value))
    elif match := _WORD.match(found.text, start):
        end = match.end()
    shown = shortened(found.text[start:end]) or "this"
    return Explanation(f"a comma is missing before {shown}", "put a comma before it", start, end)


def _quote_closed_late(found: SyntaxMistake, token: Token) -> Explanation | None:
    """Explain a quote that is closed by the one that was to open the next value."""
    content = found.text[token.start + 1 : token.end - 1]
    is_before_word = token.kind == QUOTED and token.end == found.start
    if not is_before_word or not re.search(r"[:,\[{][ \t]*\Z", content):
        return None
    value = found.text[token.start] + value_in_brackets(content)
    help = f"write `{value}{value[0]}`" if is_short(value) else f"close it with {value[0]}"
    noticed = (token.end - 1, "the next quote closes it here")
    return Explanation(
        "this quote is never closed", help, token.start, token.start + len(value), noticed
    )


def explain_escape(found: SyntaxMistake) -> Explanation | None:
    """Explain an invalid escape in double quotes."""
    if "while parsing a quoted scalar" not in found.context or found.context_start is None:
        return None
    start = found.text.rfind("\\", found.context_start, found.start + 1)
    shown = found.text[start : start + 2]
    if found.phrase == "found unknown escape character":
        message = f"{shown} is not a valid escape in double quotes"
        closing = found.text.find('"', start)
        content = found.text[found.context_start + 1 : closing]
        is_on_one_line = 0 < closing < line_end(found.text, found.context_start)
        if is_on_one_line and "'" not in content and is_short(content):
            return Explanation(message, f"write `'{content}'`", found.context_start, closing + 1)
        return Explanation(message, "write two backslashes", start, start + 2)
    if found.phrase == "found invalid Unicode character escape code":
        message = f"{found.text[start : start + 6]} is only one half of a surrogate pair"
        return Explanation(message, "write both halves, or the character itself", start, start + 6)
    digits = {"x": 2, "u": 4, "U": 8}.get(shown[1:], 0)
    message = f"{shown} must be followed by {digits} hexadecimal digits"
    return Explanation(message, "write all digits, or write two backslashes", start, start + 2)
