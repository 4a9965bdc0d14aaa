"""The worker of a folder: a process that answers the questions of the server, one by one.

Policy files may come from the edited folder. Therefore the work is done in a child process with
time and memory limits, as in `check`. If a limit stops it, it is restarted, and the server repeats
the question.
"""

import os
import pickle
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any, BinaryIO

from validator.lsp.completion import complete
from validator.lsp.fixes import fix_all, fixes
from validator.lsp.folder import Folder
from validator.lsp.hover import hover
from validator.lsp.messages import READY, Answer, Options, Place, Question, frame, read_frame
from validator.lsp.navigation import define, symbols
from validator.system.errors import NoVerdictError, describe_failure
from validator.system.garbage_collector import collect_all_garbage, collect_garbage_on_request
from validator.system.limits import KilledError, run_in_limited_child

_ANSWERS: Mapping[str, Callable[[Folder, Place], Any]] = {
    "check": Folder.check,
    "hover": hover,
    "complete": complete,
    "define": define,
    "symbols": symbols,
    "fixes": fixes,
    "fix all": fix_all,
}
_CHARACTERS_BETWEEN_COLLECTIONS = 1_000_000


def main() -> None:
    """Answer questions from standard input until it ends; the first message has the options."""
    incoming = sys.stdin.buffer
    outgoing = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # the output of a policy must not mix with the answers
    options = read_frame(incoming)
    if options is None:
        return
    try:
        run_in_limited_child(restart=True)
    except KilledError as error:
        os.write(2, f"tenantlint: {error}\n".encode())
        os._exit(2)
    collect_garbage_on_request()
    with suppress(BrokenPipeError):  # the server has ended
        answer_questions(pickle.loads(options), incoming, outgoing)  # noqa: S301 - from the server


def answer_questions(options: Options, incoming: BinaryIO, outgoing: BinaryIO) -> None:
    """Answer questions until there are no more."""
    folder = Folder(options)
    _send(outgoing, READY)
    characters = 0
    while (data := read_frame(incoming)) is not None:
        question: Question = pickle.loads(data)  # noqa: S301 - from the server
        if question.kind == "close":
            folder.close(question.place.name)
        else:
            _send(outgoing, answer_to(folder, question))
        # A check leaves reference cycles. They are freed here, when the editor is not waiting.
        characters += len(question.place.text)
        if characters > _CHARACTERS_BETWEEN_COLLECTIONS:
            characters = 0
            collect_all_garbage()


def answer_to(folder: Folder, question: Question) -> Answer:
    """Return the answer to a question; an exception is answered, too.

    About a file that is not a tenant file, there is nothing to say. Editors also ask about those.
    """
    try:
        if question.kind != "check" and not folder.is_tenant_file(question.place):
            return Answer()
        return Answer(_ANSWERS[question.kind](folder, question.place))
    except (NoVerdictError, FileNotFoundError) as error:
        return Answer(failure=str(error))
    except Exception as error:
        return Answer(failure=f"{question.place.name}: {describe_failure(error)}")


def _send(outgoing: BinaryIO, message: object) -> None:
    outgoing.write(frame(message))
    outgoing.flush()


if __name__ == "__main__":
    main()
