"""One module for each format; `render` turns a report into text."""

FORMATS = (
    "text", "concise", "json", "sarif", "junit", "github", "gitlab", "markdown", "html",
)  # fmt: skip
