"""The options of policies in a run: their values, their errors, and how they ease a policy."""

from collections.abc import Iterator, Mapping
from typing import Any

from validator.findings.wording import did_you_mean, listing
from validator.plugins.option import toml
from validator.plugins.policy import Policy

PolicyOptions = Mapping[str, Mapping[str, Any]]
"""The values of options, by policy id and option name."""


def option_values(policy: Policy, configured: PolicyOptions) -> Mapping[str, Any]:
    """Return the values with which the functions of a policy are called."""
    if not policy.options:
        return {}
    own = configured.get(policy.id, {})
    return {
        item.name: own.get(item.name, item.default)
        for item in policy.options
        if not item.is_horizon
    }


def horizon_of(policy: Policy, configured: PolicyOptions, common: int) -> int:
    """Return the horizon of a policy, in days. `common` is the horizon of the run."""
    own = configured.get(policy.id)
    if not own:
        return common
    days = (own.get(item.name, item.default) for item in policy.options if item.is_horizon)
    return next((day for day in days if day is not None), common)


def wrong_options(
    name: str,
    configured: PolicyOptions,
    policies: Mapping[str, Policy],
    origins: Mapping[str, str],
) -> Iterator[str]:
    """Yield a line for each unknown policy, unknown option or invalid value in a configuration.

    `origins` are the files that values come from if they are not from the configuration `name`.
    """
    for id, values in configured.items():
        policy = policies.get(id)
        if policy is None:
            origin = next((origins.get(f"policy.{id}.{key}", name) for key in values), name)
            yield f"{origin}: policy: {_unknown_policy(id, policies)}"
            continue
        by_name = {item.name: item for item in policy.options}
        for key, value in values.items():
            at = f"{origins.get(f'policy.{id}.{key}', name)}: policy.{id}"
            if key not in by_name:
                names = listing(by_name) if by_name else "no options"
                called = f"no option is called {key}" if key else "the name of the option is empty"
                hint = did_you_mean(key, by_name) or f"{id} has {names}"
                yield f"{at}: {called}; {hint}"
            elif refusal := by_name[key].refusal(value):
                yield f"{at}.{key}: {refusal}"


def _unknown_policy(id: str, policies: Mapping[str, Policy]) -> str:
    if any(policy.topic == id for policy in policies.values()):
        return f"{id} is a topic, but only policies have options"
    hint = did_you_mean(id, policies)
    hint = f"{hint} It" if hint else "it"
    if not id:
        return "the id of the policy is empty; write it in [policy.ID]"
    return (
        f"no policy is called {id}; "
        f"{hint} may come from --policies or from a plugin that is not installed"
    )


def option_easings(
    name: str,
    configured: PolicyOptions,
    policies: Mapping[str, Policy],
    common: int,
    origins: Mapping[str, str],
) -> Iterator[str]:
    """Yield a sentence for each option that may make a policy find less than by default.

    `origins` are the files that values come from if they are not from the configuration `name`.
    """
    for id, values in configured.items():
        for item in policies[id].options if id in policies else ():
            usual = common if item.is_horizon and item.default is None else item.default
            if item.name in values and item.is_eased(values[item.name], usual):
                instead = item.otherwise if usual is None else toml(usual)
                value = toml(values[item.name])
                rest = f" instead of {instead}" if instead else ""
                origin = origins.get(f"policy.{id}.{item.name}", name)
                yield f"{origin} sets {item.name} of {id} to {value}{rest}"
