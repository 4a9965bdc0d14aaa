"""Completion in bash, zsh and fish: the scripts that they source, and the completions.

Shells split words differently: bash splits `--severity user=w` at the `=`, the others keep
`--select=user` as one word. A value without known completions is completed as a file name.
"""

import os
from typing import Any

from click.shell_completion import (
    BashComplete,
    CompletionItem,
    FishComplete,
    ShellComplete,
    ZshComplete,
    add_completion_class,
    split_arg_string,
)

_BASH = """\
%(complete_func)s() {
    local IFS=$'\\n' line value
    COMPREPLY=()
    while read -r line; do
        value=${line#*,}
        case $line in
            file,*) compopt -o default ;;
            *=) COMPREPLY+=("$value"); compopt -o nospace ;;
            *) COMPREPLY+=("$value") ;;
        esac
    done < <(COMP_WORDS="${COMP_WORDS[*]}" COMP_CWORD=$COMP_CWORD \\
        %(complete_var)s=bash_complete "$1")
}
complete -F %(complete_func)s %(prog_name)s
"""
_ZSH = """\
#compdef %(prog_name)s
%(complete_func)s() {
    local line
    local -a whole begun
    for line in "${(@f)$(COMP_WORDS="${words[*]}" COMP_CWORD=$((CURRENT - 1)) \\
        %(complete_var)s=zsh_complete %(prog_name)s)}"; do
        case $line in
            file,*) _path_files -f ;;
            plain,*=) begun+=("${line#*,}") ;;
            plain,*) whole+=("${line#*,}") ;;
        esac
    done
    (( $#whole )) && compadd -U -V unsorted -a whole
    (( $#begun )) && compadd -U -S '' -V unsorted -a begun
}
if [[ $zsh_eval_context[-1] == loadautofunc ]]; then
    %(complete_func)s "$@"
else
    compdef %(complete_func)s %(prog_name)s
fi
"""
_FISH = """\
function %(complete_func)s
    for line in (env %(complete_var)s=fish_complete COMP_WORDS=(commandline -cp) \\
        COMP_CWORD=(commandline -t) %(prog_name)s)
        set -l parts (string split -m 1 , -- $line)
        switch $parts[1]
            case file
                __fish_complete_path $parts[2]
            case plain
                echo $parts[2]
        end
    end
end
complete --no-files --command %(prog_name)s --arguments "(%(complete_func)s)"
"""


def register_shells() -> None:
    """Register the completion classes of this module with click."""
    for cls in (_Bash, _Zsh, _Fish):
        add_completion_class(cls)


class _Completing(ShellComplete):
    """The behaviour that all shells share."""

    def get_completions(self, args: list[str], incomplete: str) -> list[CompletionItem[Any]]:
        """Return the completions of a word; a file name if none are known."""
        items = super().get_completions(args, incomplete)
        if not items and args and not incomplete.startswith("-"):
            return [CompletionItem(incomplete, type="file")]
        return items

    def format_completion(self, item: CompletionItem[Any]) -> str:
        """Return a line for the script: the type of an item and its value."""
        return f"{item.type},{item.value}"


class _Bash(_Completing, BashComplete):
    source_template = _BASH

    def get_completion_args(self) -> tuple[list[str], str]:
        """Return the words before the incomplete word, and that word, joined around `=`."""
        words, number = _bash_words()
        joined: list[str] = []
        for word in words[1 : number + 1]:
            if joined and (word == "=" or joined[-1].endswith("=")):
                joined[-1] += word
            else:
                joined.append(word)
        return joined[:-1], joined[-1] if joined else ""

    def get_completions(self, args: list[str], incomplete: str) -> list[CompletionItem[Any]]:
        """Return the completions of the last word of bash, which can begin after a `=`."""
        items = super().get_completions(args, incomplete)
        words, number = _bash_words()
        last = words[number].removeprefix("=")
        before = incomplete[: len(incomplete) - len(last)]
        if before.startswith("-"):
            before = before.partition("=")[2]
        return [CompletionItem(item.value.removeprefix(before), type=item.type) for item in items]


def _bash_words() -> tuple[list[str], int]:
    """Return the words as bash splits them, and the index of the last one."""
    number = int(os.environ["COMP_CWORD"])
    words = split_arg_string(os.environ["COMP_WORDS"])
    return [*words, *[""] * (number + 1 - len(words))], number


class _WholeWords(_Completing):
    """A shell that treats `--option=value` as one word; click completes only the value."""

    def get_completions(self, args: list[str], incomplete: str) -> list[CompletionItem[Any]]:
        """Return the completions of a word, including the option that it begins with."""
        items = super().get_completions(args, incomplete)
        option, equals, _ = incomplete.partition("=")
        if not equals or not option.startswith("-"):
            return items
        return [CompletionItem(f"{option}={item.value}", type=item.type) for item in items]


class _Zsh(_WholeWords, ZshComplete):
    source_template = _ZSH


class _Fish(_WholeWords, FishComplete):
    source_template = _FISH
