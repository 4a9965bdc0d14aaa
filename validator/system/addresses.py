"""The web addresses of the project. No other module contains them."""

import re

from validator.system.patterns import compiled

PROJECT = "https://github.com/tenantlint/tenantlint"
PAGES = f"{PROJECT}/blob/main/docs/policies.md"
"""The pages of the policies; the policy id is the anchor."""
FINDINGS = f"{PROJECT}/blob/main/docs/findings.md"
"""The pages of the built-in findings; the id of the page is the anchor."""
SCHEMAS = "https://raw.githubusercontent.com/tenantlint/tenantlint/main/schemas"


ARTICLES = "https://help.webex.com/article"
"""Cisco's help articles; an address ends with the article id."""
_SOURCES = r"(?m)^\*\*Source:\*\* .*(?:\n.+)*"
_ARTICLE_IDS = r"\b(?:n98y8mz|52ulis|nl83mgp|gsmsaeb)\b"


def link_articles(page: str) -> str:
    """Return a Markdown page with links to the articles that it cites as sources."""

    def linked(match: re.Match[str]) -> str:
        return compiled(_ARTICLE_IDS).sub(
            lambda found: f"[{found[0]}]({ARTICLES}/{found[0]})", match[0]
        )

    return compiled(_SOURCES).sub(linked, page)


def page_address(id: str) -> str:
    """Return the web address of a policy's page."""
    return f"{PAGES}#{id}"


def finding_address(id: str) -> str:
    """Return the web address of a built-in finding's page."""
    return f"{FINDINGS}#{id.lower()}"


def schema_address(name: str) -> str:
    """Return the web address of a bundled schema, such as `tenant`; it is also the `$id`."""
    return f"{SCHEMAS}/{name}.schema.json"
