"""Whether the server can have the address it is to listen on, asked before any work is done."""

import errno
import socket
import sys

import click

LONGEST_STALL = 30_000  # milliseconds
SEND_BUFFER = 128 * 1024  # bytes that the kernel keeps for a reader who is slow; it would take megabytes
BACKLOG = 2048


def check_address(host: str, port: int) -> None:
    """Refuses an address that somebody listens on: the web workers would share the port with him (SO_REUSEPORT)."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as problem:
            raise click.ClickException(_why_not(problem, host, port, "--port")) from problem


def apart(port: int, streaming_port: int) -> None:
    """Refuses one port for pages and streams."""
    if port == streaming_port:
        raise click.ClickException(
            f"Port {port} is meant for pages and for streams. Choose another with --streaming-port."
        )


def listen(host: str, port: int) -> socket.socket:
    """A socket that streams are asked for at; port 0 takes a free one. Linux ends connections whose peer has not read for
    `LONGEST_STALL`, since what a stream wrote for him would otherwise be kept for ever."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER)
    if sys.platform == "linux":
        listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, LONGEST_STALL)
    try:
        listening.bind((host, port))
    except OSError as problem:
        listening.close()
        raise click.ClickException(_why_not(problem, host, port, "--streaming-port")) from problem
    listening.listen(BACKLOG)
    return listening


def _why_not(problem: OSError, host: str, port: int, option: str) -> str:
    if problem.errno == errno.EADDRINUSE:
        return f"Port {port} on {host} is taken by another program. Stop that one, or choose another with {option}."
    if problem.errno == errno.EACCES:
        return f"You may not listen on port {port}. Choose one above 1023, and put a proxy in front of it."
    return f"Cannot listen on {host}, port {port}: {problem.strerror}."
