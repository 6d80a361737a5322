"""A child process that is always ended."""

import ctypes
import os
import signal
import subprocess
import time


_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None)


def _die_with_parent(first=None):
    """What a child does before its program: `first`, then it asks to be killed when this process ends, however it ends."""

    def prepare():
        if first:
            first()  # before: a change of user takes the wish back
        _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)

    return prepare


class Process:
    """One running program; its output goes to a file. Ended by close() at the latest."""

    def __init__(self, words, log_path, env=None, core=None, preexec=None):
        words = [str(word) for word in words]
        if core is not None:
            words = ["taskset", "-c", str(core)] + words  # execs: same pid
        self.log_path = log_path
        with open(log_path, "ab") as log:
            self.started = time.monotonic()
            self.child = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env={**os.environ, **(env or {})},
                                          preexec_fn=_die_with_parent(preexec))
        self.pid = self.child.pid

    def is_running(self):
        return self.child.poll() is None

    def log(self):
        with open(self.log_path, encoding="utf-8", errors="replace") as text:
            return text.read()

    def signal(self, number):
        self.child.send_signal(number)

    def kill(self):
        """kill -9, and waits."""
        self.child.kill()
        self.child.wait()

    def terminate(self, seconds=20):
        """SIGTERM; returns (exit code, seconds it took), or kills after `seconds` and returns (None, seconds)."""
        start = time.monotonic()
        if self.is_running():
            self.signal(signal.SIGTERM)
        try:
            code = self.child.wait(seconds)
        except subprocess.TimeoutExpired:
            self.kill()
            code = None
        return code, time.monotonic() - start

    def close(self):
        if self.is_running():
            self.kill()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


def wait_until(condition, seconds, what, interval=0.02):
    """Polls until the condition holds and returns its value; fails with `what` (text, or a function that gives it)."""
    end = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise AssertionError(f"not within {seconds} s: {what() if callable(what) else what}")
        time.sleep(interval)
