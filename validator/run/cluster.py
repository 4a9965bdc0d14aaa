"""An executor that runs work on a Dask cluster."""

import logging
import socket
import sys
import threading
import warnings
from collections.abc import Iterator
from concurrent.futures import Executor, Future
from contextlib import contextmanager
from importlib.util import find_spec
from typing import TYPE_CHECKING

from validator.system.errors import NoVerdictError, describe_error

if TYPE_CHECKING:
    from distributed import Client

# How long to wait for the scheduler, and for a first worker, in seconds.
PATIENCE = 5


class ClusterError(NoVerdictError):
    """Raised if a cluster cannot be reached or has no workers."""


@contextmanager
def cluster(address: str) -> Iterator[Executor]:
    """Yield an executor for the Dask cluster whose scheduler is at the given address.

    If a worker dies, other workers repeat its work. Raises ClusterError.
    """
    if find_spec("distributed") is None:
        raise ClusterError("--scheduler needs Dask: pip install 'tenantlint[dask]'")
    try:
        client = _connect(address)
    except (OSError, ValueError) as error:
        # A client that has not connected prints another error when it is deleted.
        sys.unraisablehook = lambda _: None
        raise ClusterError(f"--scheduler {address}: no Dask scheduler responds") from error
    try:
        try:
            client.wait_for_workers(1, timeout=PATIENCE)
        except TimeoutError as error:
            raise ClusterError(f"--scheduler {address}: the cluster has no workers") from error
        executor = client.get_executor(pure=False)  # type: ignore[no-untyped-call]
        try:
            yield executor
        except BaseException:
            executor.shutdown(wait=False)  # an interrupted run does not wait for results
            raise
        executor.shutdown()
    finally:
        try:
            client.close(timeout=1)  # type: ignore[no-untyped-call]
        except Exception as error:  # the cluster is gone, and its files are reported as failures
            logging.getLogger(__name__).debug("%s", describe_error(error))


def _connect(address: str) -> "Client":
    """Return a client that is connected to the scheduler. Raises OSError and ValueError.

    The client is made in a thread because the timeout of the library has no effect if a program
    other than a scheduler listens at the address.
    """
    from distributed import Client
    from distributed.comm.addressing import get_address_host_port

    # The log messages of the library are not for the user. Its errors are raised as exceptions.
    for name in ("distributed", "distributed.client", "tornado"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    warnings.simplefilter("ignore")
    host, port = get_address_host_port(address)
    with socket.create_connection((host, port), PATIENCE):
        pass
    made: Future[Client] = Future()

    def make() -> None:
        try:
            made.set_result(Client(address, timeout=PATIENCE, set_as_default=False))  # type: ignore[no-untyped-call]
        except Exception as error:
            made.set_exception(error)

    threading.Thread(target=make, daemon=True).start()
    return made.result(2 * PATIENCE)
