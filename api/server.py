"""Runs the API in the foreground."""

import uvicorn

from api.app import create_app
from api.settings import ApiSettings


def serve(settings: ApiSettings) -> None:
    """Serves until SIGINT or SIGTERM; raises UnsafeSetup for an address outside loopback."""
    # No proxy in front of a loopback server, so nobody's word on the client's address or scheme is taken.
    uvicorn.run(
        create_app(settings),
        host=settings.host,
        port=settings.port,
        proxy_headers=False,
        server_header=False,
        log_level="warning",
        access_log=False,
        timeout_graceful_shutdown=5,
    )
