"""Recognizes an entry of a list of different words that means a word which is listed already."""

from validator.findings.finding import Finding
from validator.findings.fix import Edit, Fix
from validator.findings.json_pointer import pointer, value_at
from validator.schema.location import Location
from validator.schema.shown_value import shown_value
from validator.schema.suggestions import Accepts, accepted_values, written

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
        self._meant: dict[tuple[int, type, object], object] = {}

    def without_repetition(self, finding: Finding, location: Location) -> Finding:
        """Return a finding whose help and fix do not write a word twice in a list.

        The entry is to be removed instead.
        """
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
            meant = self._meant_by(items[number], location)
            if isinstance(meant, str):
                first.setdefault(meant, number)
        self._lists[path] = first
        return first

    def _meant_by(self, word: object, location: Location) -> object:
        """Return the accepted value that a wrong word means; None for none."""
        known = id(location.schema), type(word), word
        if known not in self._meant:
            schema, key = location.schema, location.key
            values = accepted_values(word, None, schema, key, self._accepts)
            self._meant[known] = next(iter(values), None)
        return self._meant[known]
