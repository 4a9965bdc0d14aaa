"""Each cause of exit code 2 is one line."""

import pytest

from validator.controlhub.export import ExportError
from validator.project.config_table import ConfigError
from validator.system.errors import NoVerdictError


@pytest.mark.parametrize("kind", [NoVerdictError, ConfigError, ExportError])
def test_each_cause_is_one_line(kind: type[NoVerdictError]) -> None:
    error = kind("a", "b\nc\u2028d")
    assert error.causes == ("a", "b\\x0ac\\u2028d")
    assert str(error) == "a\nb\\x0ac\\u2028d"
