"""Which machine one call may speak to, and until when.

Decides that an address is resolved once, checked, and connected to as checked: nobody can point a name somewhere else in between. Every
read and write obeys one deadline for the whole call, so that a server that drips one byte at a time gains nothing.
Knows nothing of HTTP, of platforms or of what is sent.
"""

from __future__ import annotations

import ipaddress
import re
import socket
import ssl
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import httpcore2

OPEN_PORTS = frozenset({80, 443})
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
_IP = ipaddress.IPv4Address | ipaddress.IPv6Address


class WireError(Exception):
    """The call could not be carried out on the network. `code` is stable; never carries what was sent."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(slots=True)
class Course:
    """How far one call has come. `sent`: the first byte of a request has left us, so the other side may have acted."""

    ends: float  # on the monotonic clock
    sent: bool = False

    def left(self) -> float:
        """Seconds until the deadline; raises once there are none."""
        seconds = self.ends - time.monotonic()
        if seconds <= 0:
            raise WireError("timed_out")
        return seconds


def is_public(address: str) -> bool:
    """Whether an IP address, and any IPv4 address wrapped inside it, belongs to the open internet."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    return all(part.is_global and not part.is_multicast and not part.is_reserved for part in _unfold(ip))


def _is_plainly_inner(host: str) -> bool:
    """Whether the host says by itself that it is none of the open internet's, without a look-up."""
    plain = host.strip("[]")
    return plain == "localhost" or (bool(re.fullmatch(r"[\d.]+|[\da-f:.]+", plain)) and not is_public(plain))


def _unfold(ip: _IP) -> tuple[_IP, ...]:
    """The addresses that really count: what a transition address (v4-mapped, 6to4, Teredo, NAT64) leads to."""
    if isinstance(ip, ipaddress.IPv4Address):
        return (ip,)
    if ip.ipv4_mapped is not None:
        return (ip.ipv4_mapped,)
    if ip.sixtofour is not None:
        return (ip, ip.sixtofour)
    if ip.teredo is not None:
        return ip.teredo
    if ip in _NAT64:
        return (ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF),)
    return (ip,)


def resolve(host: str, port: int, *, course: Course, allow_private: bool) -> list[tuple[int, Any]]:
    """(family, socket address) of a host, every one of them checked. Raises WireError: a single private one refuses them all."""
    if port not in OPEN_PORTS and not allow_private:
        raise WireError("address_private" if _is_plainly_inner(host) else "address_invalid")
    found = _look_up(host, port, course)
    if not found:
        raise WireError("unreachable")
    if not allow_private and not all(is_public(str(where[0])) for _, where in found):
        raise WireError("address_private")
    return found


def _look_up(host: str, port: int, course: Course) -> list[tuple[int, Any]]:
    # The system's resolver takes no deadline, so it runs beside us and is left behind when it is too slow.
    answer: list[list[tuple[int, Any]]] = []
    done = threading.Event()

    def ask() -> None:
        try:
            rows = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            answer.append(list(dict.fromkeys((row[0], row[4]) for row in rows)))
        except (OSError, UnicodeError):
            answer.append([])
        finally:
            done.set()

    threading.Thread(target=ask, name="resolve", daemon=True).start()
    if not done.wait(course.left()):
        raise WireError("timed_out")
    return answer[0]


class CheckedBackend(httpcore2.NetworkBackend):
    """Opens connections to checked addresses only, for one call."""

    def __init__(self, course: Course, *, allow_private: bool) -> None:
        self._course, self._allow_private = course, allow_private

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.NetworkStream:
        places = resolve(host, port, course=self._course, allow_private=self._allow_private)
        late = False
        for number, (family, where) in enumerate(places):
            sock = socket.socket(family, socket.SOCK_STREAM)
            try:
                # One dead address must not eat the time of the ones behind it.
                sock.settimeout(self._course.left() / (len(places) - number))
                sock.connect(where)
                sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                return TimedStream(sock, self._course)
            except OSError as error:
                late = late or isinstance(error, TimeoutError)
                sock.close()
            except WireError:
                sock.close()
                raise
        raise WireError("timed_out" if late else "unreachable")


class TimedStream(httpcore2.NetworkStream):
    """A connection that keeps the deadline of its call."""

    def __init__(self, sock: socket.socket, course: Course) -> None:
        self._sock, self._course = sock, course

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        try:
            self._sock.settimeout(self._course.left())
            return self._sock.recv(max_bytes)
        except TimeoutError:
            raise WireError("timed_out") from None
        except OSError:
            raise WireError("broken_off") from None

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        view = memoryview(buffer)
        try:
            while view:
                self._sock.settimeout(self._course.left())
                self._course.sent = True
                view = view[self._sock.send(view) :]
        except TimeoutError:
            raise WireError("timed_out") from None
        except OSError:
            # A server may refuse a large request before it has all of it: httpcore reads its answer after this one.
            raise httpcore2.WriteError("broken off") from None

    def close(self) -> None:
        self._sock.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore2.NetworkStream:
        try:
            self._sock.settimeout(self._course.left())
            return TimedStream(ssl_context.wrap_socket(self._sock, server_hostname=server_hostname), self._course)
        except TimeoutError:
            self._sock.close()
            raise WireError("timed_out") from None
        except (OSError, ValueError):  # ssl.SSLError is an OSError; ValueError: a name no certificate can carry
            self._sock.close()
            raise WireError("tls_failed") from None

    def get_extra_info(self, info: str) -> Any:
        return None
