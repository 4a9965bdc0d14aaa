"""The command `schema`."""

import click

from validator.cli import options
from validator.cli.completion import complete_schemas
from validator.cli.exit_codes import no_verdict_as_click_error
from validator.cli.output import print_text


@click.command("schema")
@click.argument("name", metavar="[NAME]", default="tenant", shell_complete=complete_schemas)
@options.POLICIES
@options.CONFIG
def command(name: str, policy_folders: tuple[str, ...], config_file: str | None) -> int:
    """Print the JSON Schema of tenant files, or another schema.

    NAME is tenant (the default), config, policies, report, or a schema of a plugin. The schema
    config includes the policies that have options, also those in the configuration, in --policies
    and in plugins.
    """
    from validator.checking.config_schema import config_schema
    from validator.cli.requests import load_configured_plugins
    from validator.findings.wording import listing
    from validator.plugins.loading import load_plugins
    from validator.project.config import load_config
    from validator.system.bundled_files import bundled_schema

    with no_verdict_as_click_error():
        schemas = {item.name: item.text for item in load_plugins().schemas}
        schemas |= {name: bundled_schema(name) for name in ("config", "policies", "report")}
        if config_file is not None or name == "config":
            config = load_config(config_file)
            if name == "config":
                plugins = load_configured_plugins(policy_folders, config)
                schemas[name] = config_schema(plugins.policies.values())
    if name not in schemas:
        raise click.UsageError(
            f"no schema is called {name}; the schemas are {listing(sorted(schemas))}"
        )
    print_text(schemas[name], is_utf8=True)
    return 0
