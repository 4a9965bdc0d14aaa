"""The files that `init` writes: a tenant, a configuration and a pre-commit configuration."""

from collections.abc import Mapping
from datetime import date

from validator.system.addresses import PROJECT, schema_address

_TENANT_TEXT = """\
# yaml-language-server: $schema={schema}
# One tenant is one document. `tenantlint schema` says all that may stand here.
# From an export of Control Hub: tenantlint import --users users.csv --into tenants/NAME.yaml
version: 1
tenant:
  id: 00000000-0000-0000-0000-000000000000   # Control Hub, Management > Account
  name: Example
  country: NL                                # ISO 3166-1
  telephony: webex-calling                   # webex-calling, bundled-pstn or vpop

subscriptions:
  - id: Sub100001                            # Control Hub, Account > Subscriptions
    name: Customer care
    type: concurrent                         # named or concurrent; the same in all
    start: {start}
    # end: {end}                        # the last day; without one it is open-ended
    # auto_renew: true
    entitlements:                            # service: quantity
      premium-agent: 10
      ai-agent: {{quantity: 2, since: {start}}}

users:
  - email: ada@example.com
    name: Ada
    roles: [administrator, agent]            # or supervisor, read-only-administrator
    assignments:                             # a subscription, or a licence in one
      - {{subscription: Sub100001, license: premium-agent}}

partners: []
#  - {{id: northwind, name: Northwind BV, access: read-only}}

usage: []
#  - {{month: {month}, subscription: Sub100001, service: premium-agent, quantity: 9}}
"""
_CONFIG_TEXT = """\
# tenantlint's configuration; `tenantlint schema config` says all that may stand here.

# What a folder is searched for, and what of it is left out; patterns as in .gitignore.
# include = ["**/*.tenant.yaml", "**/tenants/**/*.yaml"]
# exclude = ["archive/"]

# Days ahead within which an end is reported; Control Hub's own badge says 30.
expiring-within = 30

# The lowest severity that fails a run: error, warning, info or never.
fail-on = "error"

# [severity]
# term-mismatch = "info"           # error, warning, info or off
"""
_PRE_COMMIT_TEXT = """\
repos:
  - repo: {project}
    rev: v{version}
    hooks:
      - id: tenantlint-fleet       # all tenant files, when one changes
"""


def init_files(today: date, version: str) -> Mapping[str, str]:
    """Return the texts of the files by name.

    The subscription of the tenant starts on the first day of the month of `today`.
    """
    start = today.replace(day=1)
    end = start.replace(year=start.year + 3)
    return {
        "tenants/example.yaml": _TENANT_TEXT.format(
            start=start,
            end=end,
            month=f"{start.year}-{start.month:02}",
            schema=schema_address("tenant"),
        ),
        "tenantlint.toml": _CONFIG_TEXT,
        ".pre-commit-config.yaml": _PRE_COMMIT_TEXT.format(version=version, project=PROJECT),
    }
