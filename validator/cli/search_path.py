"""Set the module search path when the program is started with `python -m`."""

import os
import sys


def remove_working_folder() -> None:
    """Remove the working folder, which `python -m` puts first, from the search path.

    Modules of the tree under check must not be imported. Python has already imported a few of its
    own modules at that point; `python -P -m` protects these, too. The working folder is kept if
    this package is in it, because worker processes import the package from there.
    """
    if sys.flags.safe_path or not sys.path:
        return
    first = os.path.realpath(sys.path[0])
    # Not with pathlib: the working folder may contain a module of this name.
    home = os.path.realpath(os.path.join(__file__, *[os.pardir] * 3))
    if first == os.path.realpath(os.curdir) != home:
        del sys.path[0]
