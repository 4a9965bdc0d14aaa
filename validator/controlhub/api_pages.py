"""Read the pages of Webex API responses from JSON files.

A file contains one or more responses, concatenated or in a list, with or without the headers that
`curl --include` prints. The header `Link` or the key `next` of a response has the address of the
next page. `pull` uses the same functions for the responses that it requests.
Source: developer.webex.com/docs/basics, pagination; /docs/api/v1/licenses, license details.
"""

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from validator.controlhub.export import ExportError, read_text

_HEADERS = re.compile(r"HTTP/[0-9.]+ [^\n]*\n(?:[^\r\n][^\n]*\n)*\r?\n")
_LINK = re.compile(r"^link:(.*)$", re.IGNORECASE | re.MULTILINE)
_BETWEEN_LINKS = re.compile(r",\s*(?=<)")
_REL = re.compile(r"\brel\s*=\s*(?:[\"']([^\"']*)|([^\s;,]*))", re.IGNORECASE)
_HOLDERS = ("links", "paging")
"""The keys of a response whose mapping may have the key `next`."""
_BLANK = re.compile(r"\s*")


class Page(NamedTuple):
    """A page of a response: a part of a list, or a licence with some of its users.

    `resource` is the id of the licence; empty for a list. `next` is empty on the last page.
    """

    file: str
    resource: str
    items: tuple[dict[str, Any], ...]
    next: str

    @property
    def is_list(self) -> bool:
        """Whether the page is part of a list."""
        return not self.resource


def read_pages(names: Iterable[str], key: str) -> list[Page]:
    """Return the pages in files, in any order. Raises ExportError.

    `key` is a key of their items, for messages. The pages must include the last page of each list
    or licence, and at least one item.
    """
    pages = [page for name in names for page in _pages(name, key)]
    last_page: dict[str, Page] = {}
    for page in pages:
        seen = last_page.get(page.resource)
        if seen is None or not page.next:
            last_page[page.resource] = page
    for page in last_page.values():
        if page.next:
            raise ExportError(
                f"{page.file}: not complete: the response continues at {page.next[:200]}, and no "
                "file has its last page; fetch all pages"
            )
    if pages and not any(page.items for page in pages):
        raise ExportError(
            f"{pages[0].file}: no items with {key}; every organisation has some, so the response "
            "is not complete, or the token has no access to them"
        )
    return pages


def _pages(name: str, key: str) -> Iterator[Page]:
    found = False
    for value, link in _answers(name):
        pending: list[Any] = [value]
        while pending:
            answer = pending.pop()
            if isinstance(answer, list):
                bare = tuple(item for item in answer if has_id(item) and not next_of_answer(item))
                if bare and len(bare) == len(answer) and not any("users" in i for i in bare):
                    found = True
                    yield Page(name, "", bare, link)
                else:
                    pending += reversed(answer)
            elif isinstance(answer, dict) and isinstance(answer.get("items"), list):
                found = True
                if not all(has_id(item) for item in answer["items"]):
                    raise ExportError(_no_answer(name))
                if any(item.get("errors") for item in (answer, *answer["items"])):
                    raise ExportError(
                        f"{name}: not complete: the response reports errors; fetch it again"
                    )
                yield Page(name, "", tuple(answer["items"]), link or str(next_of_answer(answer)))
            elif has_id(answer):
                found = True
                yield Page(name, answer["id"], (answer,), link or str(next_of_answer(answer)))
            else:
                raise ExportError(_no_answer(name))
    if not found:
        raise ExportError(f"{name}: not a response of the Webex API: it has no items with {key}")


def _answers(name: str) -> Iterator[tuple[Any, str]]:
    """Yield each JSON value in a file, and the address of the next page in its headers."""
    text = read_text(name)
    decoder = json.JSONDecoder()
    at = _BLANK.match(text).end()  # type: ignore[union-attr]
    count = 0
    while at < len(text) or not count:
        link = ""
        while (headers := _HEADERS.match(text, at)) is not None:
            link = next_of_links(_LINK.findall(headers[0]))
            at = headers.end()
        try:
            value, at = decoder.raw_decode(text, _BLANK.match(text, at).end())  # type: ignore[union-attr]
        except (ValueError, RecursionError) as error:
            raise ExportError(f"{name}: not JSON: {' '.join(str(error).split())}") from error
        yield value, link
        count += 1
        at = _BLANK.match(text, at).end()  # type: ignore[union-attr]


def next_of_links(headers: Iterable[str]) -> str:
    """Return the address of the next page in values of the header `Link`, or an empty string."""
    for line in headers:
        for part in _BETWEEN_LINKS.split(line.strip()):
            address, _, parameters = part.removeprefix("<").partition(">")
            relation = _REL.search(parameters)
            if relation and "next" in (relation[1] or relation[2] or "").lower().split():
                return str(address)
    return ""


def has_id(value: object) -> bool:
    """Return whether a value is a mapping with an id, as each item of a response is."""
    return isinstance(value, dict) and isinstance(value.get("id"), str)


def next_of_answer(answer: dict[str, Any]) -> Any:
    """Return what the keys of a response have as its next page, or an empty string.

    This is an address or a part of one, if the response is of the Webex API.
    """
    for holder in (answer, *map(answer.get, _HOLDERS)):
        if isinstance(holder, dict) and holder.get("next"):
            value = holder["next"]
            return (value.get("href") or value) if isinstance(value, dict) else value
    return ""


def without_next(answer: dict[str, Any]) -> dict[str, Any]:
    """Return a response without the keys that may have its next page."""
    return {key: value for key, value in answer.items() if key not in ("next", *_HOLDERS)}


def _no_answer(name: str) -> str:
    return f"{name}: not a response of the Webex API: it has no items with an id"
