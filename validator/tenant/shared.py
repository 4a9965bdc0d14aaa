"""A property of a tenant on a day that is computed once, with the days on which it is valid."""

from collections.abc import Callable
from typing import Any, Generic, TypeVar, overload

Answer = TypeVar("Answer")


class shared(Generic[Answer]):  # noqa: N801
    """A property whose value is shared by all policies, and by later days while it is valid.

    Its class must have the method `share`, like `TenantOn`.
    """

    def __init__(self, work_out: Callable[[Any], Answer]) -> None:
        self._work_out = work_out
        self._name = work_out.__name__
        self.__doc__ = work_out.__doc__

    @overload
    def __get__(self, tenant: None, owner: type) -> "shared[Answer]": ...
    @overload
    def __get__(self, tenant: object, owner: type) -> Answer: ...
    def __get__(self, tenant: Any, owner: type) -> "shared[Answer] | Answer":
        if tenant is None:
            return self
        answer: Answer = tenant.share(self._name, self._work_out, tenant)
        return answer
