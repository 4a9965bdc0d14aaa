"""Other distributions that install a package named `validator`, too.

PyPI has several. There are three ways in which one of them gets in the way:

- It was installed into the same folder later, and its `validator/__init__.py` replaced ours. The
  rest of our package is still there, so our code runs, but `from validator import Finding` fails.
- It was uninstalled again, and our `validator/__init__.py` with it. Our code runs as well.
- It lies in a folder that comes earlier on `sys.path`. Then the `tenantlint` script cannot import
  `validator.cli`, and no code of ours runs: Python prints a ModuleNotFoundError. The same holds
  if the other `validator/__init__.py` raises an exception. Nothing here can change that.
"""

_ADVICE = "in an environment of its own, for example with pipx"


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
        f"another distribution that installed a package named validator has been removed, "
        f"and {missing} with it; install tenantlint again, {_ADVICE}"
    )
