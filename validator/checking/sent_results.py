"""Results that are quick to send to another process."""

from typing import Any

from validator.checking.checked_file import CheckedFile
from validator.checking.fact_columns import FactColumns, fact_columns, with_facts
from validator.checking.record_columns import Columns, columns_of, records_of


class SentResults(list[CheckedFile]):
    """A list of results. It arrives in the other process as a plain list."""

    def __reduce__(self) -> tuple[Any, ...]:
        without_facts = [item._replace(sightings={}, places={}) for item in self]
        columns = columns_of(CheckedFile, without_facts)
        return received_results, (columns, fact_columns(self))


def received_results(files: Columns, facts: FactColumns) -> list[CheckedFile]:
    """Return the results with the given columns."""
    return with_facts(records_of(CheckedFile, files), facts)
