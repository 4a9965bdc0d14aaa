"""Explains the syntax errors of libyaml: the mistake, its place, and what to write instead.

libyaml marks the place where it could not continue, which is often the line after the mistake.
Each function here searches for one kind of mistake around that place and returns an Explanation,
or None.
Source of the recognised phrases: libyaml 0.2.5.
"""

from collections.abc import Callable

from validator.document.line_context import line_at
from validator.document.syntax_brackets import (
    explain_comma,
    explain_comment_in_brackets,
    explain_escape,
    explain_open_bracket,
    explain_open_quote,
    explain_text_after,
)
from validator.document.syntax_lines import (
    explain_indentation,
    explain_key_without_colon,
    explain_list_on_key_line,
    explain_other_character,
    explain_second_colon,
    explain_space_after_colon,
    explain_space_after_dash,
    explain_tab,
)
from validator.document.syntax_mistake import (
    Explanation,
    SyntaxMistake,
    quote_help,
    value_in_brackets,
)
from validator.document.token_scan import scan
from validator.findings.wording import shortened


def explain_mistake(
    text: str,
    phrase: str,
    start: int,
    context: str,
    context_start: int | None,
    document: tuple[int, int],
) -> Explanation:
    """Explain an error of libyaml. `document` holds the start and end of the document."""
    found = SyntaxMistake(text, phrase, start, context, context_start, scan(text, *document, start))
    for explain in _EXPLANATIONS:
        explanation = explain(found)
        if explanation is not None:
            return explanation
    return Explanation(
        phrase, "quote the value, or check for open quotes and brackets above", start, start + 1
    )


def _first_character(found: SyntaxMistake) -> Explanation | None:
    """Explain a value that begins with a special character."""
    phrase, start = found.phrase, found.start
    if _begins_item(found):
        message = "* does not begin a list item"
        return Explanation(message, "write - instead of *", start - 1, start)
    if phrase == "found character that cannot start any token":
        message = f"{found.char} cannot start an unquoted value"
    elif phrase.startswith("did not find expected alphabetic") and found.context_start is not None:
        start = found.context_start
        what = "an alias" if found.text[start] == "*" else "an anchor"
        first = found.text[start]
        message = f"a value that begins with {first} is {what}, but it has no valid name"
    elif phrase == "mapping keys are not allowed in this context":
        message = "an unquoted value cannot start with ? and a space"
    elif (
        phrase == "did not find expected comment or line break" and found.context_start is not None
    ):
        start = found.context_start
        message = f"the text of a block scalar must start on the line after {found.text[start]}"
    elif phrase == "found undefined tag handle" or "scanning a tag" in found.context:
        start = start if found.char == "!" else found.context_start or start
        message = "a value that begins with ! has a tag, but this tag does not exist"
    elif phrase == "did not find expected node content" and found.char in (":", "?"):
        message = f"a value in brackets cannot begin with {found.char}"
    else:
        return None
    value = found.rest(start)
    if found.scan.open:
        value = value_in_brackets(value)
    return Explanation(message, quote_help(value), start, start + max(1, len(value)))


def _begins_item(found: SyntaxMistake) -> bool:
    """Return whether the error is an asterisk at the beginning of a line, before a blank."""
    begins_line = not found.text[found.line.start : found.start - 1].strip()
    return begins_line and found.text[found.start - 1 : found.start + 1] in ("* ", "*\t")


def _end_of_document(found: SyntaxMistake) -> Explanation | None:
    if found.phrase != "did not find expected <document start>":
        return None
    rest = found.rest(found.start)
    if found.char == ":" and found.text[found.start - 1 : found.start] in ("'", '"'):
        message, help = "a space is missing after this colon", "put a space after the colon"
        return Explanation(message, help, found.start, found.start + 1)
    message = f"{shortened(rest)} follows the end of the document"
    help = "remove it, or start another document with a line ---"
    return Explanation(message, help, found.start, found.start + max(1, len(rest)))


def _other(found: SyntaxMistake) -> Explanation | None:
    start = found.start
    if "directive" in found.context or found.phrase == "found incompatible YAML document":
        line = found.line
        message = "a line that begins with % is a directive, but this directive does not exist"
        return Explanation(message, "remove the line, or quote it", line.start, line.end)
    if found.phrase == "did not find expected node content":
        shown = found.char.strip()
        message = f"a value is missing before {shown}" if shown else "a value is missing"
        return Explanation(message, "write a value before it", start, start + 1)
    return None


def _merge_conflict(found: SyntaxMistake) -> Explanation | None:
    """Explain a conflict marker from git."""
    # In brackets, the parser reads the marker as a word, and notices the next one.
    before = (token.start for token in found.scan.before)
    for offset in (found.start, found.context_start, *before):
        line = line_at(found.text, found.start if offset is None else offset)
        if line.content.startswith(("<<<<<<<", "=======", ">>>>>>>")):
            message = "this line is a conflict marker from git"
            help = "keep one of the two versions, and remove the conflict markers"
            return Explanation(message, help, line.content_start, line.end)
    return None


def _anchor_name(found: SyntaxMistake) -> Explanation | None:
    for token in found.scan.before[:1]:
        if token.start < found.start < token.end and found.text[token.start] in "&*":
            what = "an anchor" if found.text[token.start] == "&" else "an alias"
            message = f"the name of {what} cannot contain {found.char}"
            help = "use only letters, digits, - and _ in the name"
            return Explanation(message, help, token.start, token.end)
    return None


_EXPLANATIONS: tuple[Callable[[SyntaxMistake], Explanation | None], ...] = (
    explain_tab,
    _merge_conflict,
    explain_open_quote,
    explain_comment_in_brackets,
    explain_open_bracket,
    explain_escape,
    _first_character,
    _anchor_name,
    explain_other_character,
    explain_space_after_colon,
    explain_space_after_dash,
    explain_second_colon,
    explain_list_on_key_line,
    explain_text_after,
    explain_comma,
    explain_key_without_colon,
    explain_indentation,
    _end_of_document,
    _other,
)
