"""Format `text` of `why`: sentences for people."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from validator.findings.severity import Severity
from validator.findings.wording import counted
from validator.reporters.terminal import SEVERITY_COLORS, Paint, painter, wrap_width
from validator.system.printable import printable
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


class _Line(NamedTuple):
    """A line before it is wrapped. A heading is bold; `mark` is a severity to be coloured."""

    text: str
    is_heading: bool = False
    mark: Severity | None = None


def render(report: WhyReport) -> str:
    """Return the explanation of each tenant in the file."""
    paint = painter(color=report.color)
    blocks = [block for tenant in report.tenants for block in _tenant(report, tenant)]
    return "\n".join("\n".join(_painted(report, block, paint)) + "\n" for block in blocks)


def _painted(report: WhyReport, lines: list[_Line], paint: Paint) -> Iterator[str]:
    """Yield the lines in their colours, wrapped to the width of the terminal."""
    for line in lines:
        parts = [line.text]
        if report.width is not None:
            indent = line.text[: len(line.text) - len(line.text.lstrip())] + _INDENT
            parts = wrap_width(line.text, report.width, indent)
        if line.is_heading:
            parts = [paint(part, bold=True) for part in parts]
        elif line.mark is not None:
            mark = paint(line.mark, fg=SEVERITY_COLORS[line.mark])
            parts = [parts[0].replace(line.mark, mark, 1), *parts[1:]]
        yield from parts


def _tenant(report: WhyReport, item: ExplainedTenant) -> Iterator[list[_Line]]:
    head = f"{item.name} ({report.file}), as of {report.as_of}; soon means until {report.soon}"
    yield [_heading(head), *_indented(tenant_sentences(item.standing))]
    for subscription in item.subscriptions:
        yield _subscription(subscription)
    for user in item.users:
        yield _user(user)
    if item.policy is not None:
        lines = _policy(item.policy)
        if item.policy.soon not in (None, report.soon):
            lines += _indented([f"for this policy, soon means until {item.policy.soon}"])
        yield lines


def _heading(text: str) -> _Line:
    return _Line(printable(text), is_heading=True)


def _indented(lines: Iterable[str]) -> list[_Line]:
    return [_Line(f"{_INDENT}{printable(line)}") for line in lines]


def _subscription(item: SubscriptionStanding) -> list[_Line]:
    subscription = item.subscription
    head = state_sentence(item) + (f" ({subscription.name})" if subscription.name else "")
    lines = [primary_sentence(item)]
    if not item.is_first:
        lines.append("an earlier subscription has the same id, and references to it mean that one")
    lines.append(f"{counted(item.users, 'user')} assigned")
    if not subscription.has_entitlements:
        lines.append("it lists no entitlements, so its licences and seats are not known")
    lines += [service_sentence(item, service) for service in item.services]
    return [_heading(head), *_indented(lines)]


def _user(item: UserStanding) -> list[_Line]:
    remark = remark_sentence(item)
    lines = [remark] if remark else []
    lines += [assignment_sentence(part) for part in item.assignments]
    if item.licenses:
        lines += [f"licence {license_sentence(part)}" for part in item.licenses]
    return [_heading(cover_sentence(item)), *_indented(lines)]


def _policy(item: PolicyAnswer) -> list[_Line]:
    lines = [_heading(_policy_head(item))]
    for found, status in item.found:
        place = f"line {found.span.line}"
        state = "" if status == "reported" else f" ({_status_text(status, found.suppressed)})"
        text = f"{_INDENT}{found.severity}, {place}: {printable(found.message + state)}"
        lines.append(_Line(text, mark=found.severity))
    if item.elsewhere:
        lines += _indented([f"{counted(item.elsewhere, 'finding')} elsewhere in the document"])
    if item.questions:
        lines += _indented(["it used these terms:"])
        lines += _indented(f"{_INDENT}{_question(part)}" for part in item.questions)
    elif item.outcome == "ran":
        lines += _indented(["it used no terms, only the keys of the file"])
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
