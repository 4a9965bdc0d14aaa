"""Kinds of findings that do not come from a policy."""

from typing import NamedTuple

from validator.findings.severity import Severity
from validator.system.addresses import finding_address, link_articles


class BuiltinFinding(NamedTuple):
    """A kind of finding that does not come from a policy.

    `page` is Markdown, like the page of a policy. If `blocks_policies` is true, no policy runs on a
    document with such a finding. The finding cannot be ignored, and its severity is always error.
    """

    id: str
    topic: str
    severity: Severity
    page: str
    blocks_policies: bool = False

    @property
    def can_be_hidden(self) -> bool:
        """Whether a comment, a baseline or the configuration can hide it."""
        return not self.blocks_policies and self.id != "suppression-added"

    @property
    def title(self) -> str:
        """The first line of the page."""
        return self.page.split("\n", 1)[0]

    @property
    def help(self) -> str:
        """The paragraph of the page that begins with `**Do:**`, on one line."""
        return " ".join(self.page.split("**Do:**")[1].split("\n\n")[0].split())

    @property
    def text(self) -> str:
        """The page, with links to the articles that it cites."""
        return link_articles(self.page)

    @property
    def address(self) -> str:
        """The web address of the page."""
        return finding_address(self.id)
