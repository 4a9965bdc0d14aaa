"""Advice on what to assign to users who have no access or licence, or soon lose it.

Following the advice exactly never causes another finding. If that is not certain, there is no
advice.
"""

from collections.abc import Collection, Sequence
from datetime import date
from typing import NamedTuple

from validator.findings.fix import Fix
from validator.findings.wording import counted, listing
from validator.tenant import terms
from validator.tenant.assignment_text import edits, entries
from validator.tenant.calendar_days import day_after
from validator.tenant.handover_on import HandoverOn
from validator.tenant.model import Assignment, Subscription, User
from validator.tenant.needs_on import EITHER_LICENSE, Need, NeedsOn, named_licenses
from validator.tenant.orders_on import OrdersOn
from validator.tenant.people_on import PeopleOn
from validator.tenant.runs import run_at
from validator.tenant.seat_shares_on import SeatSharesOn
from validator.tenant.successors_on import NeedKey, Successor, Successors, SuccessorsOn

_WAY = (
    "in Control Hub: Management > Users > the user > Summary > Licenses > Edit licenses, then Edit "
    "licenses once more in the panel that opens > Contact Center > the subscription > Save; "
    "then synchronize the users in the contact centre settings"
)
"""Sources: n98y8mz (R9), and 52ulis for the synchronization."""

_ACCESS = frozenset((None, EITHER_LICENSE, *terms.AGENT_LICENSES))
"""The needs for access; None is that of users who do not work."""


class Advice(NamedTuple):
    """The end of a finding's message, its help and its fix. All can be empty."""

    message: str = ""
    help: str = ""
    fix: Fix | None = None


class AdviceOn:
    """The advice for users of a tenant on a day."""

    def __init__(
        self, tenant: PeopleOn, handover: HandoverOn, known: dict[NeedKey, Successors]
    ) -> None:
        # `known` keeps the successors by need.
        self._tenant = tenant
        self._needs = NeedsOn(tenant)
        self._successors = SuccessorsOn(tenant, self._needs, handover, known)
        self._shares = SeatSharesOn(tenant, self._needs, handover, self._successors)
        self._orders = OrdersOn(tenant, self._shares)

    def for_user(self, user: User) -> Advice:
        """Return the advice for a user who has no access, or soon loses it."""
        return self._tenant.clock.for_words(self._for_user, user)

    def for_first(self, users: Sequence[User]) -> Advice:
        """Return the advice for the first of several users who can be assigned to a successor."""
        return self._tenant.clock.for_words(self._for_first, users)

    def for_license(self, user: User, license: str, until: date) -> Advice:
        """Return the advice for a user who has access, but soon loses a licence. It has no fix."""
        return self._tenant.clock.for_words(self._for_license, user, license, until)

    def for_unlisted(self, user: User) -> Advice:
        """Return the help for a user with an unlisted licence of a subscription that is over.

        Empty if the assignment can be removed.
        """
        key, share = ("advice.unlisted", user), self._tenant.share  # a user can have many
        found: Advice = self._tenant.clock.for_words(share, key, self._for_unlisted, user)
        return found

    def for_supervisor(self, user: User) -> Advice:
        """Return the help and the fix for a supervisor who has no premium-agent today."""
        return self._tenant.clock.for_words(self._for_supervisor, user)

    def _for_first(self, users: Sequence[User]) -> Advice:
        for user in users:
            needs = self._needs.of(user)
            if needs and all(self._shares.of(user, need) is not None for need in needs):
                advice = self._for_user(user)
                if advice.help:
                    return advice
        return next((self._for_user(user) for user in users if self._needs.of(user)), Advice())

    def _for_user(self, user: User) -> Advice:
        needs = self._needs.of(user)
        if not needs:
            return self._for_idle(user) if self._tenant.is_idle(user) else Advice()
        instead_of = [] if self._is_covered(user) else self._run_out(user)
        advice, first = self._for_needs(user, needs, instead_of)
        if first is None:
            return advice._replace(message=self._nothing(user, needs[0]))
        if not advice.help:
            return advice
        return advice._replace(message=self._description(needs[0], first))

    def _for_needs(
        self, user: User, needs: Sequence[Need], instead_of: Sequence[Assignment]
    ) -> tuple[Advice, Successor | None]:
        """Return the help and the fix for all needs of a user, and what meets the first need."""
        found = [(need, self._shares.of(user, need)) for need in needs]
        successors = [successor for _, successor in found if successor is not None]
        missing = [need for need, successor in found if successor is None]
        if successors:
            advice = self._advice(user, successors, instead_of, missing)
        else:
            advice = Advice(help=self._orders.order(user, missing, instead_of))
        return advice, found[0][1]

    def _for_idle(self, user: User) -> Advice:
        if "administrator" in user.roles:
            return Advice()
        return Advice(
            help=f"remove {user.label} from the file and from Control Hub if the user has left; "
            f"otherwise assign the user to a lasting subscription, {_WAY}"
        )

    def _for_license(self, user: User, license: str, until: date) -> Advice:
        need = Need(license, day_after(until))
        replaced = self._premium_instead(user, need.day) if license == terms.STANDARD else None
        if replaced is not None or self._tenant.is_idle(user):
            return replaced or Advice()
        # A user with both agent licences has a finding.
        other = terms.STANDARD if license == terms.PREMIUM else None
        standard = [item for item in user.assignments if other and item.license == other]
        successor = self._shares.of(user, need)
        if successor is None:
            return Advice(self._nothing(user, need), self._orders.order(user, [need], standard))
        help = self._advice(user, [successor], standard).help
        return Advice(self._description(need, successor), help) if help else Advice()

    def _for_unlisted(self, user: User) -> Advice:
        gone, known = self._run_out(user), self._tenant.subscription
        removed = {*gone}
        others = [item for item in user.assignments if item not in removed]
        kept = [item for item in others if known(item.subscription)]
        has_access = any(item.license in (None, *terms.AGENT_LICENSES) for item in kept)
        if has_access or self._is_covered(user) or not (kept or terms.needs_assignment(user)):
            return Advice()
        advice = self._for_user(user)
        other = f"assign {user.label} to a lasting subscription instead of {entries(gone)}, {_WAY}"
        return advice if advice.help else Advice(help=other)

    def _premium_instead(self, user: User, day: date) -> Advice | None:
        """Return the advice for a user who loses standard-agent on a day, but has premium-agent.

        None if premium-agent does not replace it.
        """
        tenant = self._tenant
        until = tenant.license_covered_until(user, terms.PREMIUM)
        covers = tenant.timeline.license_covers(user, terms.PREMIUM)
        if any(run_at(runs, day) is not None for runs in covers):
            standard = [item for item in user.assignments if item.license == terms.STANDARD]
            left = [item for item in user.assignments if item.license != terms.STANDARD]
            if until and until >= day and self._is_safe(user, user.with_assignments(left), ()):
                return Advice(
                    help=f"remove {entries(standard)} from the assignments of {user.label}; "
                    "premium-agent, which the user has, includes standard-agent"
                )
            return Advice(
                help=f"nothing is to be done: {user.label} has premium-agent on {day}, which "
                "includes standard-agent"
            )
        if until is not None and terms.PREMIUM in named_licenses(user):
            return self._for_license(user, terms.PREMIUM, until)
        return None

    def _for_supervisor(self, user: User) -> Advice:
        need = Need(terms.PREMIUM, self._tenant.clock.day)
        self._tenant.clock.note_tomorrow()
        standard = [
            item
            for item in user.assignments
            if item.license == terms.STANDARD and self._tenant.serves(user, item)
        ]
        run_out = [] if self._is_covered(user) else self._run_out(user)
        needs = (need, *self._needs.further(user))
        advice, _ = self._for_needs(user, needs, [*standard, *run_out])
        return advice

    def _description(self, need: Need, successor: Successor) -> str:
        """Return the end of a message: what the successor has on the day of the need."""
        item, license, seats, until, _ = successor
        runs = f"; {_named(item)} {self._tenant.runs_until(item)}"
        if license is None or not item.has_entitlements:
            return runs
        names = [license]
        if license == EITHER_LICENSE:
            has = self._tenant.timeline.has
            names = [name for name in terms.AGENT_LICENSES if run_at(has(item, name), need.day)]
        free = [] if seats is None else [counted(seats, "free seat")]
        if until != terms.last_day(item):
            return f"; {_named(item)} has {listing([f'{listing(names)} until {until}', *free])}"
        separator = "," if seats is not None else " and"
        return f"{runs}{separator} has {listing([*names, *free])}"

    def _nothing(self, user: User, need: Need) -> str:
        """Return the end of a message: no subscription of the file meets the need."""
        since = f"from {need.day} on" if need.is_unassigned else "from then on"
        awaited = self._orders.awaited(user, need)
        pending = f"; {awaited.id} is pending" if awaited else ""
        if need.license is None:
            return f"; no lasting subscription is available {since}{pending}"
        shares = self._shares.shares(need.license)
        if shares is not None and shares.first is not None and shares.first <= need.day:
            return f"; no free seat of {need.license} is left {since}{pending}"
        number = counted(self._orders.number(need), "free seat")
        what = f"with {need.license} and {number}"
        return f"; no lasting subscription {what} is available {since}{pending}"

    def _advice(
        self,
        user: User,
        successors: Sequence[Successor],
        instead_of: Sequence[Assignment],
        missing: Sequence[Need] = (),
    ) -> Advice:
        """Return the help that names the assignments; empty if following it is not safe.

        What is `missing` must be ordered, too. There is a fix if nothing is missing, there are no
        other successors, and the user has no unknown subscription.
        """
        added = [successor.assignment for successor in successors]
        gone = {*instead_of}
        kept = [item for item in user.assignments if item not in gone]
        ordered = {need.license for need in missing}
        # A first assignment meets no other, and a successor lasts.
        if user.assignments and not self._is_safe(
            user, user.with_assignments((*kept, *added)), ordered
        ):
            return Advice()
        new = entries(added)
        assign = f"and assign {'it' if len(added) == 1 else 'them'} {_WAY}"
        if instead_of:
            text = (
                f"write {new} instead of {entries(instead_of)} in the assignments of {user.label}"
            )
        else:
            text = f"add {new} to the assignments of {user.label}"
        if missing:
            return Advice(help=f"{self._orders.order(user, missing, ())}; {text}, {assign}")
        is_only = all(successor.is_only for successor in successors)
        # The correction of an unknown id may already be enough.
        is_known = all(self._tenant.subscription(item.subscription) for item in user.assignments)
        changes = edits(user, added, instead_of) if is_only and is_known else ()
        return Advice(help=f"{text}, {assign}", fix=Fix(text, changes) if changes else None)

    def _is_safe(self, user: User, changed: User, ordered: Collection[str | None]) -> bool:
        """Return whether changed assignments give a user lasting access without new findings.

        The findings are those about the licences of the user, except `ordered` ones.
        """
        tenant = self._tenant
        before, after = tenant.user_covered_until(user), tenant.user_covered_until(changed)
        gives_access = not _ACCESS.isdisjoint(ordered)
        if not gives_access and (after is None or tenant.is_ending(after)):
            return False
        if before is None and self._run_out(changed):
            return False  # license-inactive
        for license in named_licenses(changed).difference(ordered):
            until = tenant.license_covered_until(changed, license)
            if until is None or not tenant.is_ending(until):
                continue
            if before is None or before <= until:
                return False  # license-expiring
        serving = {item.license for item in changed.assignments if tenant.serves(changed, item)}
        return not serving.issuperset(terms.AGENT_LICENSES)  # duplicate-agent-license

    def _is_covered(self, user: User) -> bool:
        return self._tenant.user_covered_until(user) is not None

    def _run_out(self, user: User) -> list[Assignment]:
        """Return the assignments that are reported because of their licences.

        The licences have ended in active subscriptions, or are not listed by one that is over.
        """
        tenant = self._tenant
        found: list[Assignment] = []
        for item in user.assignments:
            subscription = tenant.subscription(item.subscription)
            if subscription is None or item.license is None:
                continue
            if item.license not in subscription.entitlements:
                if subscription.has_entitlements and tenant.is_over(subscription):
                    found.append(item)
            elif tenant.has_run_out(subscription, item.license) and tenant.is_active(subscription):
                found.append(item)
        return found


def _named(subscription: Subscription) -> str:
    """Return the id of a successor, for a message, which says that it is only a trial."""
    return subscription.id + (", a trial," if subscription.status == "trial" else "")
