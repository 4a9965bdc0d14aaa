"""Loads the selection and reads standard input for each command that reads tenant files."""

from collections.abc import Collection, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from validator.checking.renames import life_notes
from validator.checking.selection import Selection, load_selection
from validator.checking.selection_errors import validate_selection
from validator.checking.settings import EVERYTHING, Choice, Needs, Settings
from validator.findings.wording import did_you_mean, listing, not_called
from validator.plugins.hookspecs import Reporter
from validator.project.config import ConfigError
from validator.project.request import DEFAULT_EXPIRING_WITHIN, Request, ResolvedRequest
from validator.project.sources import read_stdin
from validator.reporters.formats import (
    FORMATS_WITHOUT_CHANGES,
    FORMATS_WITHOUT_CONTEXT,
    FORMATS_WITHOUT_FIXES,
    FORMATS_WITHOUT_NAMES,
)

if TYPE_CHECKING:
    from validator.checking.assumptions import Assumption


class Prepared(NamedTuple):
    """A request with everything that is needed before the first file is read.

    `notes` are lines about renamed or deprecated policies.
    """

    request: Request
    resolved: ResolvedRequest
    selection: Selection
    stdin: bytes
    notes: tuple[str, ...] = ()


def prepare(
    request: Request,
    resolved: ResolvedRequest,
    *,
    cached: bool = False,
    runs_policies: bool = True,
    needs: Needs = EVERYTHING,
) -> Prepared:
    """Return a request with its selection and the bytes of standard input.

    `cached` says whether the results will be cached. `needs` says what their diagnostics must
    have. A command that runs no policies does not check the ids in the configuration, because it
    does not load all folders of policies. Raises AssumptionError, ConfigError, PluginError,
    SchemaError and FileNotFoundError.
    """
    settings = _settings(request, resolved, cached=cached)._replace(needs=needs)
    selection = load_selection(settings)
    if request.timing:
        selection = Selection(selection.settings, selection.plugins, {})
    notes = tuple(life_notes(settings, selection.plugins.policies)) if runs_policies else ()
    validate_selection(selection, runs_policies=runs_policies)
    if resolved.new_config is not None:
        # The new configuration does not apply yet, but an error in it must not be merged.
        changed = resolved._replace(config=resolved.new_config)
        new_selection = load_selection(_settings(request, changed, cached=False))
        validate_selection(new_selection, runs_policies=runs_policies)
    needs_stdin = any(item.path is None for item in resolved.found.sources)
    stdin = read_stdin() if needs_stdin else b""
    return Prepared(request, resolved, selection, stdin, notes=notes)


def needs_of(request: Request) -> Needs:
    """Return what the diagnostics of a `check` run must have.

    Fixes need everything. A baseline and an older version need the names, which they compare. A
    plugin's format may show every part of a diagnostic.
    """
    compares = request.baseline is not None or request.since is not None
    if request.fix or request.diff:
        return EVERYTHING
    formats = set(request.formats)
    return Needs(
        context=not formats <= FORMATS_WITHOUT_CONTEXT,
        names=compares or not formats <= FORMATS_WITHOUT_NAMES,
        fixes=not formats <= FORMATS_WITHOUT_FIXES,
        changes=not formats <= FORMATS_WITHOUT_CHANGES,
    )


def forecast_needs(formats: Collection[str]) -> Needs:
    """Return what the diagnostics of a `forecast` must have: only `json` shows more than texts."""
    is_json = "json" in formats
    return Needs(context=is_json, names=False, fixes=is_json, changes=is_json)


def _settings(request: Request, resolved: ResolvedRequest, *, cached: bool) -> Settings:
    config = resolved.config
    horizon = request.expiring_within
    if horizon is None:
        horizon = config.expiring_within
    return Settings(
        as_of=request.as_of,
        expiring_within=DEFAULT_EXPIRING_WITHIN if horizon is None else horizon,
        options=Choice("", request.select, request.ignore, request.severity),
        config=Choice(config.name, config.select, config.ignore, config.severity),
        per_file=config.per_file,
        folder=config.folder,
        cwd=Path.cwd(),
        policy_folders=request.policy_folders,
        policy_files=config.policy_files,
        policy_data=config.policy_data,
        policy_options=config.policy,
        preview=request.preview or config.preview,
        origins=config.origins,
        since=request.since is not None,
        suppressions=request.suppressions,
        cached=cached,
        digests=request.fix or request.diff,
        assumptions=_assumptions(request.assume),
        is_everything=resolved.is_everything,
    )


def _assumptions(texts: Sequence[str]) -> "tuple[Assumption, ...]":
    if not texts:
        return ()
    from validator.checking.assumptions import parse_assumptions

    return parse_assumptions(texts)


def reporter_named(selection: Selection, name: str) -> Reporter:
    """Return the reporter of a format. Raises ConfigError."""
    reporters = selection.plugins.reporters
    if name not in reporters:
        hint = did_you_mean(name, list(reporters)) or f"write {listing(sorted(reporters), 'or')}"
        raise ConfigError(f"{not_called('format', name)}; {hint}")
    return reporters[name]
