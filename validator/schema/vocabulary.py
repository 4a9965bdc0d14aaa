"""Other words for the values and keys of a tenant file, such as those in Control Hub.

Words are compared in plain form: lower case, with a space for everything that is neither a letter
nor a digit. Sources: the names of licences, roles, statuses and telephony types in Control Hub
(help.webex.com nlkiw8e, afv3q8, n98y8mz), ISO 3166-1 for countries, and Dutch words that orders
and spreadsheets use.
"""

import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cache, lru_cache

from validator.schema.countries import COUNTRIES

LICENSE_NAMES: Mapping[str, tuple[str, ...]] = {
    "standard-agent": ("standard agent",),
    "premium-agent": ("premium agent",),
    "ivr-port": ("ivr port", "ivr", "self service port", "ivr self service port"),
    "ai-agent": ("ai agent", "webex ai agent", "virtual agent"),
    "ai-assistant": ("ai assistant", "webex ai assistant", "cisco ai assistant"),
    "ivr-outbound-campaign": (
        "ivr outbound campaign", "outbound campaign", "outbound ivr campaign", "ivr campaign",
    ),
    "webex-connect": ("webex connect", "connect", "imiconnect"),
    "wfo-quality-management": (
        "wfo quality management", "workforce optimization quality management",
        "workforce optimisation quality management", "quality management", "wfo qm", "qm",
    ),
    "wfo-workforce-management": (
        "wfo workforce management", "workforce optimization workforce management",
        "workforce optimisation workforce management", "workforce management", "wfo wfm", "wfm",
    ),
    "wfo-analytics": (
        "wfo analytics", "workforce optimization analytics", "workforce optimisation analytics",
        "analytics",
    ),
    "pstn-inbound-toll": (
        "pstn inbound toll", "inbound toll", "inbound toll number", "pstn toll", "toll",
        "pstn inbound toll number",
    ),
    "pstn-toll-free": (
        "pstn toll free", "toll free", "toll free number", "inbound toll free",
        "pstn inbound toll free", "pstn toll free number", "tollfree",
    ),
}  # fmt: skip
"""The licence names of each service, in plain form and in the singular."""

_VALUES: Mapping[str, tuple[str, ...]] = {
    # services, in addition to LICENSE_NAMES
    "standard-agent": ("standard", "standaard", "standaard agent", "standaardagent", "agent"),
    "premium-agent": ("premium", "premiumagent", "agent"),
    # telephony
    "webex-calling": (
        "webex calling", "calling", "wxc", "webex calling pstn", "cisco calling plan",
    ),
    "bundled-pstn": (
        "cisco bundled pstn", "bundled", "bundle", "cisco pstn", "pstn bundle", "cisco bundle",
        "webex contact center pstn",
    ),
    "vpop": (
        "vpop bridge", "voice pop", "voice pop bridge", "voice pop bridge vpop", "rtms vpop",
        "voice point of presence",
    ),
    # types and offers
    "concurrent": ("concurrent agent", "concurrent license", "concurrent licence", "gelijktijdig"),
    "named": ("named agent", "named user", "named license", "named licence", "op naam"),
    "flex-3": (
        "flex 3 0", "flex3", "flex plan 3", "flex plan 3 0", "collaboration flex plan 3",
        "collaboration flex plan 3 0", "cisco collaboration flex plan 3 0", "a flex 3",
        "a flex 3 cc",
    ),
    "flex": ("flex plan", "collaboration flex plan", "cisco collaboration flex plan", "a flex"),
    # statuses
    "active": ("actief", "enabled", "provisioned", "in service", "running"),
    "trial": ("trialing", "proof of concept", "poc", "proef"),
    "pending": (
        "invite pending", "invited", "provisioning", "upcoming", "scheduled", "future",
        "in afwachting", "uitgenodigd",
    ),
    "suspended": ("on hold", "opgeschort", "geschorst"),
    "cancelled": (
        "canceled", "expired", "ended", "terminated", "over", "geannuleerd", "opgezegd", "verlopen",
        "beeindigd",
    ),
    "verified": ("geverifieerd",),
    "not-verified": ("unverified", "niet geverifieerd"),
    "inactive": ("deactivated", "disabled", "inactief"),
    # roles
    "administrator": (
        "admin", "full administrator", "full admin", "organization administrator", "org admin",
        "organisation administrator", "id full admin", "customer administrator", "beheerder",
        "contact center administrator", "contact center service administrator",
        "service administrator",
    ),
    "read-only-administrator": (
        "read only admin", "readonly admin", "readonly administrator", "id readonly admin",
        "read only", "readonly", "alleen lezen",
    ),
    "supervisor": ("contact center supervisor", "team leader", "teamlead", "teamleider"),
    "agent": (
        "contact center agent", "standard agent", "premium agent", "user", "medewerker",
        "gebruiker",
    ),
    # partner access, deployment
    "full": ("full access", "read write", "full admin", "full administrator", "volledig"),
    "read-only": ("read only access", "readonly", "read", "viewer", "alleen lezen"),
    "cloud": ("saas", "cloud only"),
    "hybrid": ("hybride",),
}  # fmt: skip

_KEYS: Mapping[str, tuple[str, ...]] = {
    "access": ("role", "permission", "access level", "toegang"),
    "approved_by": ("approver", "approved", "granted by", "goedgekeurd door"),
    "assignments": ("subscription", "subscriptions", "sub", "subs", "toewijzingen", "abonnementen"),
    "auto_renew": ("auto renewal", "automatic renewal", "renews", "renew", "renewal"),
    "country": ("land", "country code"),
    "department": ("dept", "team", "cost centre", "cost center", "afdeling"),
    "email": (
        "e mail", "mail", "email address", "e mail address", "user id", "user id email", "login",
        "e mailadres", "mailadres", "user id email required",
    ),
    "end": (
        "end date", "ends", "end on", "expiry", "expires", "expiry date", "expiration",
        "expiration date", "renewal date", "term end", "until", "to", "einde", "einddatum", "tot",
    ),
    "entitlements": (
        "licenses", "licences", "license", "licence", "services", "quantities", "items",
        "licenties",
    ),
    "from": ("start", "since", "start date", "begin", "van", "vanaf"),
    "grace_days": ("grace", "grace period"),
    "id": (
        "subscription id", "subscription", "sub id", "organisation id", "organization id", "org id",
        "partner id", "number", "tenant id",
    ),
    "last_access": ("last login", "last accessed", "last seen", "last service accessed"),
    "license": ("licence", "service", "licentie", "type"),
    "month": ("period", "date", "maand", "periode"),
    "name": (
        "display name", "full name", "first name", "last name", "title", "customer name",
        "subscription name", "organisation name", "organization name", "org name", "orgname",
        "voornaam", "achternaam", "naam",
    ),
    "notice_days": ("notice", "notice period", "opzegtermijn"),
    "partner": ("reseller", "sold by"),
    "quantity": (
        "qty", "amount", "count", "used", "usage", "units", "total units", "seats", "number",
        "aantal", "total", "value",
    ),
    "roles": ("role", "rol", "rollen"),
    "service": ("license", "licence", "type", "dienst", "product"),
    "since": ("from", "start", "start date", "vanaf"),
    "start": (
        "start date", "starts", "begin", "begin date", "begins", "from", "since", "term start",
        "begindatum", "startdatum", "ingangsdatum", "start of term",
    ),
    "status": ("state", "user status", "subscription status", "toestand"),
    "subscription": ("id", "sub", "subscription id", "abonnement"),
    "subscriptions": ("abonnementen", "subs", "contracts", "contracten"),
    "telephony": ("telephony option", "telephony type", "pstn", "voice", "telefonie"),
    "tenant": ("organisation", "organization", "org", "customer", "klant", "organisatie"),
    "term_months": (
        "term", "months", "initial term", "term length", "duration", "looptijd", "contract length",
    ),
    "type": (
        "license type", "licence type", "subscription type", "agent type", "license model",
        "licence model", "model", "soort",
    ),
    "until": ("to", "end", "end date", "till", "tot", "tot en met"),
    "usage": ("consumption", "verbruik", "gebruik"),
    "users": ("people", "agents", "members", "gebruikers", "medewerkers"),
    "version": ("schema version", "api version", "format", "versie"),
}  # fmt: skip

_MAX_WORD_LENGTH = 100
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_NO_LETTER_OR_DIGIT = re.compile(r"[\W_]+")
_SUBSCRIPTION_OR_STATUS = re.compile(r"\[[^\[\]]*\]|\([^()]*\)")
_VENDOR = re.compile(r"(?:cisco |webex )*(?:wxcc |contact cent(?:er|re) )?(?=.)")
_LICENSE = re.compile(r"(?<=.)(?: (?:licen[cs]es?|licenties?|add on|entitlements?))+$")


def plain(word: str) -> str:
    """Return the plain form of a word; empty if the text is too long to be a word."""
    return _plain(word) if len(word) <= _MAX_WORD_LENGTH else ""


@lru_cache(maxsize=2_000)
def _plain(word: str) -> str:
    decomposed = unicodedata.normalize("NFKD", _CAMEL.sub(" ", word))
    letters = "".join(char for char in decomposed if not unicodedata.combining(char))
    return _NO_LETTER_OR_DIGIT.sub(" ", letters.casefold()).strip()


def service_of_license(name: str, services: Collection[str] = tuple(LICENSE_NAMES)) -> str | None:
    """Return the service for a licence's full name, such as "Contact Center Premium Agent".

    None if no service in `services` has this name. Names must begin with "Contact Center", because
    "Webex Premium" is another product.
    """
    words = plain(name).removeprefix("cisco ").removeprefix("webex ")
    for product in ("contact center ", "contact centre "):
        if words.startswith(product):
            other = _singular(words.removeprefix(product))
            return next((item for item in services if other in LICENSE_NAMES[item]), None)
    return None


def meant_value(word: str, options: Collection[str]) -> str | None:
    """Return the option that a word means; None if it means none or several."""
    for meant in _meanings(word, options):
        if len(meant) == 1:
            return meant[0]
    return None


def meant_values(word: str, options: Collection[str]) -> list[str]:
    """Return the options that a word means, such as the two agent licences for "agent"."""
    only = meant_value(word, options)
    return [only] if only is not None else next(iter(_meanings(word, options)), [])


def _meanings(word: str, options: Collection[str]) -> Sequence[list[str]]:
    """Return the options for each form of a word that has a meaning."""
    name = plain(_SUBSCRIPTION_OR_STATUS.sub(" ", word))
    return _meanings_of(name, tuple(options)) if name else ()


@lru_cache(maxsize=1_000)
def _meanings_of(name: str, options: tuple[str, ...]) -> Sequence[list[str]]:
    return list(_each_meaning(name, options))


def _each_meaning(name: str, options: tuple[str, ...]) -> Iterator[list[str]]:
    joined = {plain(option).replace(" ", ""): option for option in options}
    product = _VENDOR.sub("", name, count=1)
    forms = [name, _singular(name), product, _singular(product), _LICENSE.sub("", product)]
    forms.append(_singular(forms[-1]))
    for form in dict.fromkeys(forms):
        if form.replace(" ", "") in joined:
            yield [joined[form.replace(" ", "")]]
        meant = [option for option in _values().get(form, ()) if option in options]
        if meant:
            yield meant


def meant_key(word: str, keys: Collection[str]) -> str | None:
    """Return the key that a word means; None if it means none or several."""
    name = plain(word)
    if not name:
        return None
    same = same_key(word, keys)
    if same is not None:
        return same
    meant = [key for key in keys if name in _KEYS.get(key, ())]
    return meant[0] if len(meant) == 1 else None


def same_key(word: str, keys: Collection[str]) -> str | None:
    """Return the key for which a word is another spelling; None if there is none."""
    name = _joined(word)
    return next((key for key in keys if name and _joined(key) == name), None)


def _joined(key: str) -> str:
    """Return the plain form of a key in the singular, without spaces."""
    return _singular(plain(key)).replace(" ", "")


def _singular(words: str) -> str:
    """Return words in the singular, without the endings of "premium agents" or "agenten"."""
    if words.endswith(("agenten", "poorten")):
        return words[:-2]
    if words.endswith("ies"):
        return f"{words[:-3]}y"
    return words[:-1] if words.endswith("s") and not words.endswith("ss") else words


@cache
def _values() -> Mapping[str, tuple[str, ...]]:
    """Return the values that each word can mean."""
    found: dict[str, tuple[str, ...]] = {}
    for table in (LICENSE_NAMES, _VALUES, COUNTRIES):
        for value, words in table.items():
            for word in words:
                found[word] = (*found.get(word, ()), value)
    return found
