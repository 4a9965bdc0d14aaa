"""Generate random YAML in all its notations, valid or nearly valid, to compare two readers."""

from random import Random

_PLAIN = (
    "a", "b c", "no", "012", "0x1f", "0o17", "1_0", "12:30", "1e3", "-.5", ".inf", "+1", "null", "~",
    "True", "TRUE", "tRUE", "2026-05-01", "a:b", "a#b", "a'b", 'a"b', "x,y", "?x", "-x", ":x", "é",
    "<<", "=", ".", "..", "--", "a - b", "0.", "00", "-0", "1.e2", ".e1", "0x", "9" * 20, "",
)  # fmt: skip
_QUOTED = (
    '"a\\tb"', '"a\\\n  b"', '"\\x41\\u00e9"', '"\\ud83d\\ude00"', "'a''b'", "'a\n\n  b'", '""', "''",
    '"a\n  b"', '"\\/"', '"no"', "'1'",
)  # fmt: skip
_AFTER = ("", "", "", " # c", "  #c", "# c", " ", "\t", " \t# c")


def snippet(chance: Random) -> str:
    """Return a text with one to three documents."""
    texts = []
    for number in range(chance.choice((1, 1, 1, 2, 3))):
        start = chance.choice(("---\n", "--- ", "--- # c\n", "")) if number == 0 else "---\n"
        block = chance.random() < 0.8 and start != "--- "
        body = _block(chance, 0, 3) if block else _flow(chance, 2)
        texts.append(
            start + body.rstrip("\n") + "\n" + chance.choice(("", "", "", "...\n", "# c\n"))
        )
    text = "".join(texts)
    if chance.random() < 0.3:
        at = chance.randrange(len(text) + 1)
        text = (
            text[:at] + chance.choice(":-?#[]{},&*!|>'\" \n\t") + text[at + chance.randrange(2) :]
        )
    return text


def _scalar(chance: Random) -> str:
    scalar = chance.choice(chance.choice((_PLAIN, _PLAIN, _QUOTED)))
    return f"{chance.choice(('', '', '', '', '&a ', '!!str ', '&b !!str '))}{scalar}"


def _flow(chance: Random, depth: int) -> str:
    kind = chance.randrange(4) if depth else 3
    space, after = chance.choice(("", " ")), chance.choice(("", "", ",", " "))
    if kind == 0:
        items = [_flow(chance, depth - 1) for _ in range(chance.randrange(4))]
        return f"[{space}{', '.join(items)}{after}]"
    if kind == 1:
        items = [
            f"{_key(chance, number)}{chance.choice((': ', ': ', ':'))}{_flow(chance, depth - 1)}"
            for number in range(chance.randrange(4))
        ]
        return f"{{{space}{', '.join(items)}{after}}}"
    return chance.choice((_scalar(chance), _scalar(chance), "*a"))


def _key(chance: Random, number: int) -> str:
    return chance.choice(
        (f"k{number}", f"k{number}", f'"q{number}"', f"'s{number}'", f"{number}", "<<")
    )


def _block(chance: Random, indent: int, depth: int) -> str:
    """Return the lines of a block, each with a line break."""
    margin = " " * indent
    kind = chance.randrange(5) if depth else 4
    lines = []
    if kind in (0, 1):
        lines += [
            f"{margin}{_key(chance, number)}:{_value(chance, indent, depth)}"
            for number in range(chance.randrange(1, 4))
        ]
    elif kind == 2:
        lines += [
            f"{margin}-{_value(chance, indent, depth)}" for _ in range(chance.randrange(1, 4))
        ]
    elif kind == 3:
        return f"{margin}{_flow(chance, depth)}{chance.choice(_AFTER)}\n"
    else:
        return f"{margin}{_scalar(chance)}{chance.choice(_AFTER)}\n"
    return "".join(lines)


def _value(chance: Random, indent: int, depth: int) -> str:
    """Return the text after a `:` or a dash, with its line break."""
    kind = chance.randrange(6)
    if kind == 0 and depth:
        name = chance.choice(("", "", " &a", " &b", " !!map", " # c"))
        block = _block(chance, indent + chance.choice((1, 2, 2, 4)), depth - 1)
        return f"{name}\n{block}"
    if kind == 1:
        header = chance.choice(("|", ">", "|-", ">+", "|2", "> # c", ">-"))
        inner = " " * (indent + 2)
        body = "".join(
            f"{inner}{line}\n"
            for line in chance.choices(("a", "  b", "c # d", "- e", "", "f: g"), k=3)
        )
        return f" {header}\n{body}"
    if kind == 2:
        return f" {_flow(chance, 2)}{chance.choice(_AFTER)}\n"
    return f" {_scalar(chance)}{chance.choice(_AFTER)}\n"
