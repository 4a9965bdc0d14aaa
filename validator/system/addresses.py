"""The addresses of the project on the web: the only place where they are written."""

import re

PROJECT = "https://github.com/tenantlint/tenantlint"
PAGES = f"{PROJECT}/blob/main/docs/policies.md"
"""The pages of the policies; the id of a policy is the anchor."""
FINDINGS = f"{PROJECT}/blob/main/docs/findings.md"
"""The pages of the findings that no policy reports; the id of the page is the anchor."""
SCHEMAS = "https://raw.githubusercontent.com/tenantlint/tenantlint/main/schemas"


ARTICLES = "https://help.webex.com/article"
"""Cisco's help articles; the id of an article is the end of its address."""
_SOURCES = re.compile(r"^\*\*Source:\*\* .*(?:\n.+)*", re.MULTILINE)
_ARTICLE_IDS = re.compile(r"\b(?:n98y8mz|52ulis|nl83mgp|gsmsaeb)\b")


def link_articles(page: str) -> str:
    """Return a page in Markdown with links to the articles that it names as its sources."""

    def linked(match: re.Match[str]) -> str:
        return _ARTICLE_IDS.sub(lambda found: f"[{found[0]}]({ARTICLES}/{found[0]})", match[0])

    return _SOURCES.sub(linked, page)


def page_address(id: str) -> str:
    """Return the address of the page of a policy."""
    return f"{PAGES}#{id}"


def finding_address(id: str) -> str:
    """Return the address of the page of a finding that no policy reports."""
    return f"{FINDINGS}#{id.lower()}"


def schema_address(name: str) -> str:
    """Return the address of a bundled schema, such as `tenant`; it is also its `$id`."""
    return f"{SCHEMAS}/{name}.schema.json"
