"""The names of the formats of each command. Each format is a module of the same name."""

CHECK_FORMATS = (
    "text", "concise", "json", "sarif", "junit", "github", "gitlab", "rdjson", "markdown", "html",
)  # fmt: skip
FORECAST_FORMATS = ("text", "json", "markdown", "html", "ics")
USAGE_FORMATS = ("text", "json", "csv", "markdown", "html")
PLAN_FORMATS = ("text", "json", "markdown", "html", "ics", "csv")
WHY_FORMATS = ("text", "json")

FORMATS_WITHOUT_NAMES = frozenset({"text", "concise", "github"})
"""The formats of `check` that show no stable path and no fingerprint."""
FORMATS_WITHOUT_FIXES = frozenset({"concise", "github"})
"""The formats of `check` that show no fix and do not count them."""

UTF8_FORMATS = frozenset(
    {"json", "sarif", "junit", "github", "gitlab", "rdjson", "markdown", "html", "ics", "csv"}
)
"""The formats that other programs read; they are UTF-8 wherever they are printed."""
