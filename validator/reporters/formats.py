"""The names of the formats of each command; each has a module of that name."""

CHECK_FORMATS = (
    "text", "concise", "json", "sarif", "junit", "github", "gitlab", "markdown", "html",
)  # fmt: skip
"""`concise`: one line for each finding, `file:line:column: severity: id: message`."""
FORECAST_FORMATS = ("text", "json", "markdown", "html", "ics")
USAGE_FORMATS = ("text", "json", "csv", "markdown", "html")
