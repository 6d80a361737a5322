"""loki_sink, the push endpoint of bench, demo and tests."""

import base64
import json
import time
from pathlib import Path

from . import http, paths
from .process import Process, wait_until


class Sink(Process):
    """A running sink. Its addresses: `push` (may refuse) and `control` (always answers)."""

    def __init__(self, directory, *flags, port=0, core=None):
        directory = Path(directory)
        log_path = directory / f"sink-{time.monotonic_ns()}.log"
        super().__init__([paths.program("loki_sink"), f"--listen=127.0.0.1:{port}", "--control=127.0.0.1:0", *flags], log_path,
                         core=core)
        first = wait_until(lambda: not self.is_running() or self.log().startswith("{"), 10, "the sink's first line")
        if not first or not self.is_running():
            raise AssertionError("the sink did not start: " + self.log())
        addresses = json.loads(self.log().splitlines()[0])
        self.push, self.control = addresses["listen"], addresses["control"]
        scheme = "https" if any(flag.startswith("--tls-cert") for flag in flags) else "http"
        self.url = f"{scheme}://{self.push}/loki/api/v1/push"

    def ask(self, path, method="GET", body=None):
        status, text = http.request(f"http://{self.control}{path}", method, body, timeout=120)
        if status >= 300:
            raise AssertionError(f"sink: {path}: {status} {text}")
        return text

    def summary(self):
        return json.loads(self.ask("/summary"))

    def lines(self):
        return self.summary()["lines"]

    def unique(self):
        """Distinct probe tokens."""
        return self.summary()["probes"]["unique"]

    def check(self, written, drops_probes=False):
        """`written`: {file number: lines}. What of these is lost, dup, out_of_order."""
        body = "".join(f"{file} {lines}\n" for file, lines in written.items())
        return json.loads(self.ask(f"/check?drops_probes={int(drops_probes)}", "POST", body.encode()))

    def fault(self, mode, seconds=None, every=None, times=None, body=b""):
        """`body`: of the answers of a mode that is a status."""
        words = [f"mode={mode}"] + ([f"for={seconds}s"] if seconds else [])
        words += [f"{name}={number}" for name, number in (("every", every), ("times", times)) if number]
        self.ask("/fault?" + "&".join(words), "POST", body)

    def delay(self, milliseconds):
        self.ask(f"/fault?delay={milliseconds}ms", "POST", b"")

    def reset(self):
        self.ask("/reset", "POST", b"")

    def reset_latency(self):
        self.ask("/reset_latency", "POST", b"")

    def entries(self):
        """Every entry that arrived, in order of arrival (needs --keep): stream, tenant, ts, line (bytes), metadata."""
        entries = [json.loads(line) for line in self.ask("/dump").split("\n") if line]
        for entry in entries:
            plain = entry.pop("line_base64", None)
            entry["line"] = base64.b64decode(plain) if plain is not None else entry["line"].encode()
        return entries
