"""Whether the server can have the address it is to listen on, asked before any work is done."""

import errno
import socket

import click


def check_address(host: str, port: int) -> None:
    """Refuses an address that somebody listens on: the web workers would share the port with him (SO_REUSEPORT)."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as problem:
            raise click.ClickException(_why_not(problem, host, port)) from problem


def _why_not(problem: OSError, host: str, port: int) -> str:
    if problem.errno == errno.EADDRINUSE:
        return f"Port {port} on {host} is taken by another program. Stop that one, or choose another with --port."
    if problem.errno == errno.EACCES:
        return f"You may not listen on port {port}. Choose one above 1023, and put a proxy in front of it."
    return f"Cannot listen on {host}, port {port}: {problem.strerror}."
