"""invar under test."""

import re
import signal
import time
from pathlib import Path

from . import http, paths
from .process import Process, wait_until


class Invar(Process):
    """`invar run` on loopback with its own storage. The binary is INVAR_BIN or that of the build tree."""

    def __init__(self, config_path, directory, port=None, env=None, core=None, flags=(), preexec=None, program=None):
        directory = Path(directory)
        self.config_path, self.storage = Path(config_path), directory / "storage"
        self.port = port or http.free_port()
        self.base = f"http://127.0.0.1:{self.port}"
        words = [program or paths.program("invar"), "run", self.config_path, f"--storage.path={self.storage}",
                 f"--server.http.listen-addr=127.0.0.1:{self.port}", *flags]
        super().__init__(words, directory / "invar.log", env={"HOSTNAME": "node-1", **(env or {})}, core=core, preexec=preexec)

    def wait_ready(self, seconds=20):
        """Waits for /-/ready; returns the seconds since the start."""

        def ready():
            if not self.is_running():
                raise AssertionError("invar ended early:\n" + self.log()[-4000:])
            return http.is_ready(self.base + "/-/ready")

        wait_until(ready, seconds, lambda: "/-/ready\n" + self.log()[-4000:], interval=0.002)
        return time.monotonic() - self.started

    def reload(self, method="POST"):
        """(status, text) of /-/reload."""
        return http.request(self.base + "/-/reload", method, b"" if method == "POST" else None, timeout=60)

    def hup(self):
        self.signal(signal.SIGHUP)

    def get(self, path):
        return http.request(self.base + path)

    def metrics_text(self):
        status, text = self.get("/metrics")
        if status != 200:
            raise AssertionError(f"/metrics: {status} {text[:500]}")
        return text

    def metrics(self, name, **labels):
        """The samples of a family: [({label: value}, number)], those that carry the given labels."""
        found = []
        for line in self.metrics_text().splitlines():
            match = re.fullmatch(r"([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)(?: \d+)?", line)
            if not match or match[1] != name:
                continue
            pairs = dict(re.findall(r'([\w.]+)="((?:[^"\\]|\\.)*)"', match[2] or ""))
            if all(pairs.get(label) == value for label, value in labels.items()):
                found.append((pairs, float(match[3])))
        return found

    def metric(self, name, **labels):
        """The sum of the samples of a family that carry the given labels; 0 when there are none."""
        return sum(number for _, number in self.metrics(name, **labels))
