"""An idle user holds a licence.

The user is inactive in Control Hub, or has not accessed the service for more than 90 days.
A named licence is paid for even if it is not used, and another user may need the seat.

**Do:** remove a user who has left, from the file and from Control Hub. Or keep the assignments and
suppress this finding with the reason.

**Source:** Control Hub's export of users: User Status, Last Service Accessed Time.

```yaml bad
subscriptions: [{id: Sub1, type: named, start: 2025-01-01}]
users:
  - {email: maud@harbour.example, roles: [agent], assignments: [Sub1], status: inactive}  # expect: idle-license
  - {email: tom@harbour.example, roles: [agent], assignments: [Sub1], last_access: 2026-01-30}  # expect: idle-license
```

```yaml good
subscriptions: [{id: Sub1, type: named, start: 2025-01-01}]
users:
  - {email: tom@harbour.example, roles: [agent], assignments: [Sub1], last_access: 2026-01-31}
```
"""

from collections.abc import Iterator

from validator import Finding, Option, TenantOn, User, few, listing, policy

_MAX_PARTNERS = 10


@policy(
    severity="info",
    options=[
        Option(
            "days",
            "integer",
            "The number of days without access after which a user is idle.",
            default=90,
            minimum=1,
            maximum=36_500,
            eases="higher",
        )
    ],
)
def idle_license(tenant: TenantOn, *, days: int) -> Iterator[Finding]:
    approved: dict[str, dict[str, None]] = {}
    for partner in tenant.partners:
        approved.setdefault((partner.approved_by or "").lower(), {})[partner.id] = None
    partners = {email: few(ids, _MAX_PARTNERS) for email, ids in approved.items()}
    for user in tenant.users:
        if not tenant.is_idle(user, days):
            continue
        serving = [item for item in user.assignments if tenant.serves(user, item)]
        if serving:
            why = (
                "is inactive"
                if user.status == "inactive"
                else f"last accessed the service on {user.last_access}"
            )
            held = listing(
                dict.fromkeys(
                    f"{item.license} in {item.subscription}" if item.license else item.subscription
                    for item in serving
                )
            )
            names = partners.get(user.email.lower(), "")
            yield user.finding(
                message=f"{user.label} {why} and holds {held}", help=_help(tenant, user, names)
            )


def _help(tenant: TenantOn, user: User, partners: str) -> str:
    """Return what to do. `partners` names those whose access the user has approved."""
    remove = f"remove {user.label} from the file and from Control Hub if the user has left"
    keep = "or keep the assignments and suppress this finding with the reason"
    if "administrator" in user.roles and not tenant.has_lasting_administrator:
        return f"give another administrator access; then {remove}; {keep}"
    if partners:
        remove += f", and write who approves the access of {partners} instead"
    return f"{remove}; {keep}"
