"""Detect other distributions that also install a package named `validator`.

PyPI has several. They cause errors in three ways:

- It was installed into the same folder later, and its `validator/__init__.py` replaced ours. The
  rest of our package is still there, so our code runs, but `from validator import Finding` fails.
- It was then uninstalled, which also removed our `validator/__init__.py`. Our code still runs.
- It is in a folder that comes earlier on `sys.path`. Then the `tenantlint` script cannot import
  `validator.cli`, and no code of ours runs: Python prints a ModuleNotFoundError. The same happens
  if the other `validator/__init__.py` raises an exception. This module cannot detect these cases.
"""

_ADVICE = "in its own environment, for example with pipx"


def foreign_package() -> str | None:
    """Return a message if `validator/__init__.py` is not that of this distribution."""
    import validator

    if vars(validator).get("__distribution__") == "tenantlint":
        return None
    file = validator.__file__
    if file is not None:
        return (
            f"another distribution has installed a package named validator: {file}; "
            f"install tenantlint {_ADVICE}"
        )
    from pathlib import Path

    missing = Path(__file__).parents[1] / "__init__.py"
    return (
        f"{missing} is missing: it was removed together with another distribution that has a "
        f"package named validator; reinstall tenantlint {_ADVICE}"
    )
