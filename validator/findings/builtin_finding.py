"""Represents a kind of finding that no policy reports."""

from typing import NamedTuple

from validator.findings.severity import Severity
from validator.system.addresses import finding_address, link_articles


class BuiltinFinding(NamedTuple):
    """A kind of finding that no policy reports.

    `page` is Markdown, as the page of a policy. With `blocks_policies` no policy can run on a
    document that has the finding; it cannot be ignored, and always stays an error.
    """

    id: str
    topic: str
    severity: Severity
    page: str
    blocks_policies: bool = False

    @property
    def can_be_hidden(self) -> bool:
        """Whether files of the tree can hide it: a comment, a baseline, the configuration."""
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
        """The page as readers see it."""
        return link_articles(self.page)

    @property
    def address(self) -> str:
        """The address of the page on the web."""
        return finding_address(self.id)
