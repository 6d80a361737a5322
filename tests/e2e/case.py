"""What every end-to-end test stands on: a directory of its own, a sink, invar, and lines that can be found again."""

import os
import shutil
import sys
import tempfile
import time
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path[:0] = [str(ROOT / "tools"), str(ROOT / "examples" / "pod-logs")]

from harness.invar import Invar  # noqa: E402
from harness.process import wait_until  # noqa: E402
from harness.sink import Sink  # noqa: E402

NOBODY = 65534

# Short waits, so that tests are quick; the rules are those of the defaults.
WRITE_PACE = """
    batch_wait         = "50ms"
    min_backoff_period = "50ms"
    max_backoff_period = "200ms"
    remote_timeout     = "2s\""""


def write_block(url, name="sink", endpoint="", extra=""):
    return f"""
loki.write "{name}" {{
  endpoint {{
    url = "{url}"{WRITE_PACE}
    {endpoint}
  }}
  {extra}
}}
"""


def tail_config(targets, url, labels=None, endpoint="", source="", match="", logging="info"):
    """A config that tails glob patterns and pushes: file_match, source.file, write."""
    rows = []
    for number, pattern in enumerate(targets):
        pairs = "".join(f', {name} = "{value}"' for name, value in (labels or {}).items())
        rows.append(f'    {{"__path__" = "{pattern}"{pairs}}},')
    listed = "\n".join(rows)
    return f"""
logging {{
  level = "{logging}"
}}

local.file_match "logs" {{
  path_targets = [
{listed}
  ]
  sync_period = "100ms"
  {match}
}}

loki.source.file "logs" {{
  targets    = local.file_match.logs.targets
  forward_to = [loki.write.sink.receiver]
  file_watch {{
    min_poll_frequency = "25ms"
    max_poll_frequency = "25ms"
  }}
  {source}
}}
{write_block(url, endpoint=endpoint)}"""


class Writer:
    """Appends lines with tokens ~[file.seq.0] to one log, also across renames. Counts what it wrote."""

    def __init__(self, path, file):
        self.path, self.file, self.lines = Path(path), file, 0
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.log = open(self.path, "ab", buffering=0)

    def write(self, count=1, padding=""):
        first = self.lines
        self.lines += count
        self.log.write("".join(f"line {padding}~[{self.file}.{seq}.0]\n" for seq in range(first, self.lines)).encode())

    def reopen(self):
        self.log.close()
        self.log = open(self.path, "ab", buffering=0)

    def rename(self, to):
        """Rename rotation as the kubelet does it."""
        self.log.close()
        os.rename(self.path, to)
        self.log = open(self.path, "ab", buffering=0)

    def close(self):
        self.log.close()


class EndToEnd(unittest.TestCase):
    """A test with a directory that vanishes with it; on failure invar's log is shown."""

    maxDiff = 4000

    def setUp(self):
        self.place = Path(tempfile.mkdtemp(prefix="invar-e2e-"))
        self.place.chmod(0o755)
        self.logs = self.place / "logs"
        self.logs.mkdir()
        self.addCleanup(shutil.rmtree, self.place, ignore_errors=True)
        self.writers = []

    # Programs

    def sink(self, *flags, port=0):
        sink = Sink(self.place, *flags, port=port)
        self.addCleanup(sink.close)
        return sink

    def config(self, text, name="config.alloy"):
        path = self.place / name
        path.write_text(text)
        return path

    def start(self, config, ready=True, **options):
        """Starts invar on a config text or path; waits until it is ready."""
        path = config if isinstance(config, Path) else self.config(config)
        invar = Invar(path, self.place, **options)
        self.addCleanup(self._end, invar)
        if ready:
            invar.wait_ready()
        return invar

    def _end(self, invar):
        failed = any(error for _, error in getattr(self._outcome, "errors", [])) or (
            self._outcome.result and any(test is self for test, _ in self._outcome.result.failures + self._outcome.result.errors))
        invar.close()
        if failed:
            sys.stderr.write(f"---- last lines of {self.id()}'s invar\n{invar.log()[-4000:]}\n----\n")

    def writer(self, name, file=None):
        writer = Writer(self.logs / name, len(self.writers) if file is None else file)
        self.writers.append(writer)
        self.addCleanup(writer.close)
        return writer

    # Waiting and checking

    def wait(self, condition, what, seconds=20):
        return wait_until(condition, seconds, what)

    def written(self):
        return {writer.file: writer.lines for writer in self.writers}

    def wait_arrived(self, sink, seconds=30):
        """Waits until every line of the writers has arrived at least once."""
        total = sum(self.written().values())
        self.wait(lambda: sink.unique() >= total, lambda: f"{total} lines, got {sink.check(self.written())}", seconds)

    def assert_exactly_once(self, sink, settle=0.4):
        """Every written line has arrived once and in order, and nothing more comes."""
        time.sleep(settle)
        check = sink.check(self.written())
        self.assertEqual((check["lost"], check["dup"], check["out_of_order"]), (0, 0, 0), check)

    def assert_nothing_lost(self, sink, duplicates):
        check = sink.check(self.written())
        self.assertEqual(check["lost"], 0, check)
        self.assertLessEqual(check["dup"], duplicates, check)

    def assert_repeats_are_equal(self, sink):
        """What came again is the same entry: Loki keeps it once."""
        times = {}
        for entry in sink.entries():
            times.setdefault(entry["line"], set()).add(entry["ts"])
        self.assertEqual([line for line, stamps in times.items() if len(stamps) > 1], [])

    def lines_of(self, sink):
        return [entry["line"] for entry in sink.entries()]


def unprivileged():
    """Runs in the child: gives up root, so that permissions count."""
    if os.getuid() == 0:
        os.setgroups([])
        os.setgid(NOBODY)
        os.setuid(NOBODY)
