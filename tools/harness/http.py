"""Plain HTTP requests to loopback."""

import urllib.error
import urllib.request

_OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def request(url, method="GET", body=None, timeout=10, headers=None):
    """(status, text). Connection errors are raised as OSError."""
    asked = urllib.request.Request(url, data=body, method=method, headers=headers or {})
    try:
        with _OPENER.open(asked, timeout=timeout) as answer:
            return answer.status, answer.read().decode("utf-8", "replace")
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode("utf-8", "replace")


def is_ready(url):
    """True when the address answers 200."""
    try:
        return request(url, timeout=1)[0] == 200
    except OSError:
        return False


def free_port():
    """A TCP port on loopback that nobody listens on."""
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
