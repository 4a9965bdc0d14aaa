"""Recognizes an entry of a list of different words that means words which are listed already."""

from collections.abc import Iterable, Sequence

from validator.findings.finding import Finding
from validator.findings.fix import Edit, Fix
from validator.findings.json_pointer import pointer, value_at
from validator.findings.wording import listing
from validator.schema.location import Location
from validator.schema.shown_value import shown_value
from validator.schema.suggestions import Accepts, accepted_values, several_options, written

_MAX_COMPARED_WORDS = 20

_Path = tuple[str | int, ...]


class ListedWords:
    """The words in the lists of a value, each with the first entry that is it or means it.

    The entries that mean a word are only compared in a short list.
    """

    def __init__(self, value: object, accepts: Accepts) -> None:
        self._value = value
        self._accepts = accepts
        self._lists: dict[_Path, dict[str, int]] = {}
        # By schema, type and word, because many lists have the same wrong words.
        self._meant: dict[tuple[int, type, object], Sequence[str]] = {}

    def without_repetition(self, finding: Finding, location: Location) -> Finding:
        """Return a finding whose help and fix do not write a word twice in a list.

        The entry is to be removed instead. Several words in one entry become several entries.
        """
        if words := self._several_words(finding, location):
            return self._separated(finding, location, words)
        fix = finding.fix
        if fix is None or len(fix.edits) != 1 or not location.is_in_list_of_different_items:
            return finding
        (edit,) = fix.edits
        if edit.kind != "set" or edit.path != finding.path or not isinstance(edit.value, str):
            return finding
        index = location.path[-1]
        first = self._first_entries(location).get(edit.value, index)
        if first == index:
            return finding
        items = value_at(self._value, pointer(*location.path[:-1]))
        old, other = written(items[index]), shown_value(items[first])
        is_other = items[first] not in (edit.value, items[index])
        why = f"{other} already means {edit.value}" if is_other else f"{other} is already listed"
        help = f"remove {'this entry' if old is None else f'`{old}`'}: {why}"
        return finding._replace(help=help, fix=Fix(help, [Edit.remove(finding.path)]))

    def _several_words(self, finding: Finding, location: Location) -> Sequence[str]:
        """Return the words in an entry such as "agent supervisor"; empty if it is no such entry."""
        is_entry = bool(location.path) and isinstance(location.path[-1], int)
        if finding.fix is not None or not is_entry or "enum" not in location.schema:
            return ()
        return _several_options(value_at(self._value, finding.path), location.schema["enum"])

    def _separated(self, finding: Finding, location: Location, words: Sequence[str]) -> Finding:
        """Return a finding about an entry of several words."""
        first = self._first_entries(location) if location.is_in_list_of_different_items else {}
        index = location.path[-1]
        listed = [word for word in words if first.get(word, index) != index]
        missing = [word for word in words if word not in listed]
        why = f": {listing(listed)} {'is' if len(listed) == 1 else 'are'} already listed"
        why = why if listed else ""
        if not missing:
            help = f"remove this entry{why}"
            return finding._replace(help=help, fix=Fix(help, [Edit.remove(finding.path)]))
        how = ", each as a separate entry" if len(missing) > 1 else " instead"
        help = f"write {listing(missing)}{how}{why}"
        edits = [Edit.set(finding.path, missing[0])]
        items = pointer(*location.path[:-1])
        edits += [Edit.append(items, word) for word in missing[1:]]
        return finding._replace(help=help, fix=Fix(help, edits))

    def _first_entries(self, location: Location) -> dict[str, int]:
        path, schema = location.path[:-1], location.schema
        if path in self._lists:
            return self._lists[path]
        first: dict[str, int] = {}
        found = value_at(self._value, pointer(*path))
        items = found if isinstance(found, list) else []
        wrong: list[int] = []
        for number, item in enumerate(items):
            if isinstance(item, str) and self._accepts(schema, item):
                first.setdefault(item, number)
            elif not isinstance(item, list | dict):
                wrong.append(number)
        for number in wrong if len(items) <= _MAX_COMPARED_WORDS else ():
            for word in self._words_meant_by(items[number], location):
                first.setdefault(word, number)
        self._lists[path] = first
        return first

    def _words_meant_by(self, entry: object, location: Location) -> Sequence[str]:
        """Return the accepted words that a wrong entry means."""
        known = id(location.schema), type(entry), entry
        if known not in self._meant:
            schema, key = location.schema, location.key
            meant = next(iter(accepted_values(entry, None, schema, key, self._accepts)), None)
            several = _several_options(entry, schema.get("enum", ()))
            self._meant[known] = (meant,) if isinstance(meant, str) else several
        return self._meant[known]


def _several_options(entry: object, options: Iterable[object]) -> Sequence[str]:
    """Return the options in an entry such as "agent supervisor", each once; empty for another."""
    return tuple(dict.fromkeys(several_options(entry, options))) if isinstance(entry, str) else ()
