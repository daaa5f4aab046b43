"""A listening socket, or a clear error."""

from __future__ import annotations

import socket


def listen(host: str, port: int) -> socket.socket:
    """Listen on ``host:port`` (0: any free port). Raises OSError that says what to do."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
        listening.listen(256)  # who comes before the server is up waits, and is not turned away
    except OSError as error:
        listening.close()
        raise OSError(f"cannot listen on {host}:{port}: {error.strerror}; choose another --port") from error
    return listening
