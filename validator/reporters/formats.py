"""The names of the formats of each command. Each format is a module of the same name."""

CHECK_FORMATS = (
    "text", "concise", "json", "sarif", "junit", "github", "gitlab", "markdown", "html",
)  # fmt: skip
FORECAST_FORMATS = ("text", "json", "markdown", "html", "ics")
USAGE_FORMATS = ("text", "json", "csv", "markdown", "html")
PLAN_FORMATS = ("text", "json", "markdown", "html", "ics", "csv")
