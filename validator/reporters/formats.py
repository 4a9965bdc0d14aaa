"""The names of each command's formats. Each format is a module of the same name."""

CHECK_FORMATS = (
    "text", "concise", "json", "sarif", "junit", "github", "gitlab", "rdjson", "markdown", "html",
)  # fmt: skip
FORECAST_FORMATS = ("text", "json", "markdown", "html", "ics")
USAGE_FORMATS = ("text", "json", "csv", "markdown", "html")
PLAN_FORMATS = ("text", "json", "markdown", "html", "ics", "csv")
WHY_FORMATS = ("text", "json")

FORMATS_WITHOUT_CONTEXT = frozenset({"concise", "github", "gitlab", "markdown"})
"""The formats of `check` that show neither source lines nor related locations."""
FORMATS_WITHOUT_NAMES = frozenset(
    {"text", "concise", "json", "github", "rdjson", "markdown", "html"}
)
"""The formats of `check` that show neither stable paths nor fingerprints."""
FORMATS_WITHOUT_FIXES = frozenset({"concise", "junit", "github", "gitlab", "markdown", "html"})
"""The formats of `check` that neither show nor count fixes."""
FORMATS_WITHOUT_CHANGES = FORMATS_WITHOUT_FIXES | {"text"}
"""The formats of `check` that do not show what a fix changes."""

UTF8_FORMATS = frozenset(
    {"json", "sarif", "junit", "github", "gitlab", "rdjson", "markdown", "html", "ics", "csv"}
)
"""The formats that other programs read. They are always written as UTF-8."""
