"""The protocol of pygls, with an answer to every request that cannot be handled."""

from typing import Any

from cattrs import ClassValidationError, transform_error
from lsprotocol import types
from pygls.exceptions import (
    JsonRpcException,
    JsonRpcInvalidParams,
    JsonRpcInvalidRequest,
    JsonRpcServerNotInitialized,
)
from pygls.protocol import LanguageServerProtocol

from validator.findings.wording import bounded

_MOST_REASONS = 3


class Protocol(LanguageServerProtocol):
    """The protocol: requests with invalid parameters and requests at a wrong time are refused.

    pygls does not answer them, and an editor would wait for ever.
    """

    def structure_message(self, data: dict[str, Any]) -> Any:
        """Return a message from its JSON; None if it is a request that has been refused."""
        if "method" in data and self.get_message_type(data["method"]) is None:
            data = {"params": None, **data}  # pygls requires them to refuse an unknown method
        try:
            return super().structure_message(data)
        except JsonRpcException as error:
            method = data.get("method")
            invalid = JsonRpcInvalidParams(f"{method}: {_reasons(error)}")
            if "id" not in data or method is None:
                raise invalid from error
            self._refuse(data["id"], invalid)
            return None

    def handle_message(self, message: Any) -> None:
        """Handle a message. Requests at a wrong time are refused.

        These are those before `initialize` and after `shutdown`, and a second `initialize`.
        """
        if message is None:
            return
        method, id = getattr(message, "method", None), getattr(message, "id", None)
        if id is not None and method is not None:
            if self._shutdown:
                self._refuse(id, JsonRpcInvalidRequest("the server has been shut down"))
                return
            if self._workspace is None and method != types.INITIALIZE:
                self._refuse(id, JsonRpcServerNotInitialized("send initialize first"))
                return
            if self._workspace is not None and method == types.INITIALIZE:
                self._refuse(id, JsonRpcInvalidRequest("initialize has already been sent"))
                return
        super().handle_message(message)

    def _refuse(self, id: Any, error: JsonRpcException) -> None:
        self._send_response(id, error=error.to_response_error())


def _reasons(error: JsonRpcException) -> str:
    """Return which parameters are invalid, such as `invalid value for type @ $.position.line`."""
    cause = error.__cause__
    if not isinstance(cause, ClassValidationError):
        return "the parameters are invalid"
    return bounded("; ".join(transform_error(cause, path="$")[:_MOST_REASONS]))
