"""Format `text` of `why`: sentences for people."""

from collections.abc import Iterable, Iterator

from validator.findings.wording import counted
from validator.reporters.escaping import printable
from validator.reporters.terminal import SEVERITY_COLORS, Paint, painter, wrap_width
from validator.tenant.questions import Question
from validator.tenant.subscription_standing import (
    SubscriptionStanding,
    primary_sentence,
    service_sentence,
    state_sentence,
)
from validator.tenant.tenant_standing import tenant_sentences
from validator.tenant.user_standing import (
    UserStanding,
    assignment_sentence,
    cover_sentence,
    license_sentence,
    remark_sentence,
)
from validator.tenant.why_report import ExplainedTenant, PolicyAnswer, WhyReport

_INDENT = "  "


def render(report: WhyReport) -> str:
    """Return the answers about each tenant of the file."""
    paint = painter(color=report.color)
    blocks = [block for tenant in report.tenants for block in _tenant(report, tenant, paint)]
    return "\n".join("\n".join(_wrapped(report, block)) + "\n" for block in blocks)


def _wrapped(report: WhyReport, lines: list[str]) -> Iterator[str]:
    """Yield lines no wider than the terminal."""
    for line in lines:
        if report.width is None or "\x1b" in line:
            yield line
        else:
            indent = line[: len(line) - len(line.lstrip())] + _INDENT
            yield from wrap_width(line, report.width, indent)


def _tenant(report: WhyReport, item: ExplainedTenant, paint: Paint) -> Iterator[list[str]]:
    head = f"{item.name} ({report.file}), as of {report.as_of}; soon is until {report.soon}"
    yield [paint(printable(head), bold=True), *_indented(tenant_sentences(item.standing))]
    for subscription in item.subscriptions:
        yield _subscription(subscription, paint)
    for user in item.users:
        yield _user(user, paint)
    if item.policy is not None:
        lines = _policy(item.policy, paint)
        if item.policy.soon not in (None, report.soon):
            lines.append(f"{_INDENT}for this policy, soon is until {item.policy.soon}")
        yield lines


def _indented(lines: Iterable[str]) -> list[str]:
    return [f"{_INDENT}{printable(line)}" for line in lines]


def _subscription(item: SubscriptionStanding, paint: Paint) -> list[str]:
    subscription = item.subscription
    head = state_sentence(item) + (f" ({subscription.name})" if subscription.name else "")
    lines = [primary_sentence(item)]
    if not item.is_first:
        lines.append("its id stands earlier in the file, and references lead to that entry")
    lines.append(f"{counted(item.users, 'user')} assigned")
    if not subscription.has_entitlements:
        lines.append("it lists no entitlements, so nothing is known of licences and seats")
    lines += [service_sentence(item, service) for service in item.services]
    return [paint(printable(head), bold=True), *_indented(lines)]


def _user(item: UserStanding, paint: Paint) -> list[str]:
    remark = remark_sentence(item)
    lines = [remark] if remark else []
    lines += [assignment_sentence(part) for part in item.assignments]
    if item.licenses:
        lines += [f"licence {license_sentence(part)}" for part in item.licenses]
    return [paint(printable(cover_sentence(item)), bold=True), *_indented(lines)]


def _policy(item: PolicyAnswer, paint: Paint) -> list[str]:
    lines = [paint(_policy_head(item), bold=True)]
    for found, status in item.found:
        color = SEVERITY_COLORS[found.severity]
        mark = paint(found.severity, fg=color)
        place = f"line {found.span.line}"
        state = "" if status == "reported" else f" ({_status_text(status, found.suppressed)})"
        lines.append(f"{_INDENT}{mark}, {place}: {printable(found.message + state)}")
    if item.elsewhere:
        lines.append(f"{_INDENT}{counted(item.elsewhere, 'finding')} elsewhere in the document")
    if item.questions:
        lines.append(f"{_INDENT}it asked:")
        lines += [f"{_INDENT * 2}{printable(_question(part))}" for part in item.questions]
    elif item.outcome == "ran":
        lines.append(f"{_INDENT}it asked no term; it looked at the keys of the file alone")
    return lines


def _policy_head(item: PolicyAnswer) -> str:
    if item.outcome == "off":
        return f"{item.id} is off: {item.reason}"
    if item.outcome == "not run":
        return f"{item.id} has not run: {item.reason}"
    if not item.found:
        return f"{item.id} has run and found nothing here"
    return f"{item.id} has run and found:"


def _status_text(status: str, suppressed: str | None) -> str:
    return f"suppressed: {suppressed}" if status == "suppressed" else "known to the baseline"


def _question(item: Question) -> str:
    term = item.term.replace("_", " ").replace(".", ": ")
    if item.times > 1 or not item.answer:
        return f"{term}, {counted(item.times, 'time')}"
    about = f" ({item.about})" if item.about else ""
    return f"{term}{about}: {item.answer}"
