"""Prefect's server as `tyle up` starts it: `python -m flows.scheduled.server.serve PORT ADDRESS …`.

It is what `prefect server start` runs, Prefect's application with all its services in uvicorn, but on 127.0.0.1 only,
never without a password, and only for the given addresses (flows/scheduled/server/guard.py).
"""

import gc
import sys
from collections.abc import Sequence

import uvicorn
from prefect.server.api.server import create_app
from prefect.settings import get_current_settings

from flows.scheduled.server.guard import OwnAddressOnly
from flows.scheduled.server.up import HOST


def serve(port: int, addresses: Sequence[str]) -> None:
    """Serve until a signal. Ends with a line where there is no password."""
    settings = get_current_settings().server
    if not settings.api.auth_string or not settings.api.auth_string.get_secret_value():
        sys.exit("PREFECT_SERVER_API_AUTH_STRING is not set")
    # Around the application, not a middleware in it: Prefect's own services call the application without a Host.
    application = OwnAddressOnly(create_app(final=True), addresses)
    gc.freeze()  # else each search for garbage goes through half a million objects that stay
    uvicorn.run(
        application,
        host=HOST,
        port=port,
        timeout_keep_alive=settings.api.keepalive_timeout,
        ws_ping_interval=settings.api.websocket_ping_interval,
        ws_ping_timeout=settings.api.websocket_ping_timeout,
        log_level=settings.logging_level.lower(),
    )


if __name__ == "__main__":
    serve(int(sys.argv[1]), sys.argv[2:])
