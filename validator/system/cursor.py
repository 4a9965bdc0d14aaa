"""The cursor of the terminal, which a progress bar hides."""

import os

_ERASE_LINE_AND_SHOW = b"\r\x1b[2K\x1b[?25h"


def show_cursor() -> None:
    """Erase the line of the progress bar and show the cursor, if standard error is a terminal."""
    try:
        if os.isatty(2):
            os.write(2, _ERASE_LINE_AND_SHOW)
    except OSError:
        return  # standard error is closed
