#!/usr/bin/env python3
"""The systemd journal of a node, from its files to the destination: kills, rotation, and what the k8s-monitoring chart makes of it."""

import random
import shutil
import struct
import subprocess
import time
import unittest

import case
import queue_kills
from harness import paths

REMOTE = "/lib/systemd/systemd-journal-remote"
BOOT, MACHINE = "0123456789abcdef0123456789abcdef", "1123456789abcdef0123456789abcdef"


# What the k8s-monitoring chart's nodeLogs feature is made of.
NODE_LOGS = """
declare "node_logs" {
  argument "logs_destinations" { }
  loki.relabel "journal" {
    rule {
      action        = "keep"
      source_labels = ["__journal__systemd_unit"]
      regex         = "kubelet.service|containerd.service"
    }
    rule {
      source_labels = ["__journal__systemd_unit"]
      replacement   = "$1"
      target_label  = "unit"
    }
    rule {
      source_labels = ["__journal_priority_keyword"]
      replacement   = "$1"
      target_label  = "priority_keyword"
    }
    forward_to = []
  }
  loki.source.journal "worker" {
    path           = "JOURNAL"
    format_as_json = false
    max_age        = "8h"
    relabel_rules  = loki.relabel.journal.rules
    labels = {
      job      = "integrations/kubernetes/journal",
      instance = sys.env("HOSTNAME"),
    }
    forward_to = [loki.process.journal_logs.receiver]
  }
  loki.process "journal_logs" {
    stage.static_labels {
      values = { "source" = "journal", level = "UNKNOWN" }
    }
    stage.match {
      selector = "{level=\\"UNKNOWN\\"} |~ \\"([IWED][0-9]{4}\\\\\\\\s+[0-9]{2}:[0-9]{2}:[0-9]{2}\\\\\\\\.[0-9]+)\\""
      stage.regex {
        expression = "((?P<level>[A-Z])[0-9])"
      }
      stage.replace {
        source     = "level"
        expression = "(I)"
        replace    = "INFO"
      }
      stage.labels {
        values = { level = "" }
      }
    }
    stage.match {
      selector = "{level=\\"UNKNOWN\\"}"
      stage.regex {
        expression = "(?i)\\\\s*level=(?P<level>WARNING|ERROR)"
      }
      stage.labels {
        values = { level = "" }
      }
    }
    stage.match {
      selector = "{level=\\"UNKNOWN\\", priority_keyword!=\\"\\"}"
      stage.replace {
        source     = "priority_keyword"
        expression = "(?i)^(alert|critical|crit|emerg|emergency|fatal)$"
        replace    = "CRIT"
      }
      stage.labels {
        values = { level = "priority_keyword" }
      }
    }
    stage.match {
      selector = "{level!=\\"UNKNOWN\\"}"
      stage.template {
        source   = "level"
        template = "{{ .Value | ToUpper }}"
      }
      stage.labels {
        values = { level = "" }
      }
    }
    forward_to = argument.logs_destinations.value
  }
}

node_logs "feature" {
  logs_destinations = [loki.write.sink.receiver]
}
"""


class Journal:
    """Writes journal files with systemd's own tool. Counts its lines as case.Writer does."""

    def __init__(self, directory, file=0):
        self.directory, self.file, self.lines, self.generation = directory, file, 0, 0
        self.directory.mkdir(exist_ok=True)
        self.at = int(time.time() * 1e6) - 30_000_000

    def path(self):
        return self.directory / ("system.journal" if self.generation == 0 else f"system@{self.generation}.journal")

    def entries(self, rows):
        out = bytearray()
        for fields in rows:
            self.at += 7
            out += (f"__REALTIME_TIMESTAMP={self.at}\n__MONOTONIC_TIMESTAMP={self.at - 10**15}\n"
                    f"_BOOT_ID={BOOT}\n_MACHINE_ID={MACHINE}\n").encode()
            for name, value in fields.items():
                value = value.encode()
                out += name.encode() + b"\n" + struct.pack("<Q", len(value)) + value + b"\n"
            out += b"\n"
        subprocess.run([REMOTE, f"--output={self.path()}", "-"], input=bytes(out), check=True, capture_output=True)

    def write(self, count=1, **fields):
        first = self.lines
        self.lines += count
        self.entries({"MESSAGE": f"line ~[{self.file}.{seq}.0]", "_SYSTEMD_UNIT": "kubelet.service", "PRIORITY": "6", **fields}
                     for seq in range(first, self.lines))

    def rotate(self):
        self.generation += 1

    def close(self):
        pass


@unittest.skipUnless(shutil.which(REMOTE), "systemd-journal-remote is not installed")
class JournalTest(queue_kills.QueueKills):
    def journal(self):
        journal = Journal(self.place / "journal")
        self.writers.append(journal)
        return journal

    def text(self, url, arguments="", endpoint=""):
        return f"""
loki.relabel "journal" {{
  forward_to = []
  rule {{
    source_labels = ["__journal__systemd_unit"]
    target_label  = "unit"
  }}
}}

loki.source.journal "node" {{
  path          = "{self.place}/journal"
  relabel_rules = loki.relabel.journal.rules
  labels        = {{ job = "journal" }}
  forward_to    = [loki.write.sink.receiver]
  {arguments}
}}
{case.write_block(url, endpoint=endpoint)}"""

    def test_entries_arrive_once_with_their_labels(self):
        sink, journal = self.sink("--keep"), self.journal()
        journal.write(1000)
        invar = self.start(self.text(sink.url))
        self.wait_arrived(sink)
        journal.write(500)
        self.wait_arrived(sink)
        self.assert_exactly_once(sink)
        self.assertEqual({str(sorted(entry["stream"].items())) for entry in sink.entries()}, {"[('job', 'journal'), ('unit', 'kubelet.service')]"})
        self.assertEqual(invar.metric("loki_source_journal_target_lines_total"), 1500)

    def test_kill_at_any_time_loses_nothing(self):
        dice = random.Random(7)
        sink, journal = self.sink("--keep"), self.journal()
        journal.write(2000)
        config = self.config(self.text(sink.url))
        for kill in range(8):
            invar = self.start(config, ready=False)
            for _ in range(3):
                time.sleep(dice.random() * 0.3)
                journal.write(dice.randrange(1, 300))
            if kill % 3 == 1:
                journal.rotate()
            if kill % 4 == 2:
                sink.fault("503", seconds=0.5)
            time.sleep(dice.random() * 0.5)
            invar.kill()
        sink.fault("ok")
        self.start(config)
        self.wait_arrived(sink)
        time.sleep(0.5)
        self.assert_nothing_lost(sink, 8 * journal.lines)
        self.assert_repeats_are_equal(sink)

    def test_kill_9_while_a_queue_moves_to_disk(self):
        sink, journal = self.sink(), self.journal()
        journal.write(100)
        text = self.text(sink.url, endpoint="max_backoff_retries = 2")
        self.invar = self.start(text)
        self.wait_arrived(sink)
        self.kill_while_a_queue_moves_to_disk(sink, text, journal.write, rate=2000, noted=1.3)

    def test_an_outage_holds_the_position_and_a_restart_sends_nothing_twice(self):
        sink, journal = self.sink("--keep"), self.journal()
        journal.write(100)
        config = self.config(self.text(sink.url))
        first = self.start(config)
        self.wait_arrived(sink)
        first.terminate()
        journal.write(100)
        second = self.start(config)
        self.wait_arrived(sink)
        second.terminate()
        self.assert_exactly_once(sink)

    def test_a_journal_that_is_not_there_yet(self):
        sink = self.sink()
        invar = self.start(self.text(sink.url))

        def health():
            _, body = invar.get("/api/v0/web/components/loki.source.journal.node")
            return body

        self.wait(lambda: "sd_journal_open_directory failed: no such file or directory" in health(), "the reason in the health")
        self.assertIn('msg="error creating journal tailer"', invar.log())
        journal = self.journal()
        journal.write(10)
        self.wait_arrived(sink)
        self.wait(lambda: "journal tailer is running" in health(), "good health")
        self.assert_exactly_once(sink)

    def test_memory_stays_small_over_a_large_journal(self):
        sink, journal = self.sink("--keep"), self.journal()
        journal.write(60_000, NOISE="n" * 200)
        invar = self.start(self.text(sink.url))
        self.wait_arrived(sink, 60)
        self.wait(lambda: invar.metric("process_resident_memory_bytes") < 40 << 20, lambda: f"little memory, not {invar.metric('process_resident_memory_bytes')}")
        self.assert_exactly_once(sink)

    def test_a_nodes_pipeline_as_the_chart_renders_it(self):
        sink, journal = self.sink("--keep"), self.journal()
        journal.write(1, MESSAGE='I0119 10:00:00.000001 1 kubelet.go:1] "starting" ~[0.0.0]')
        journal.write(1, MESSAGE='time="2026-01-01T00:00:00Z" level=warning msg="low" ~[0.1.0]', _SYSTEMD_UNIT="containerd.service")
        journal.write(1, MESSAGE="nothing is said ~[0.2.0]", PRIORITY="2")
        journal.entries([{"MESSAGE": "not kept", "_SYSTEMD_UNIT": "cron.service"}, {"_SYSTEMD_UNIT": "kubelet.service"}])
        invar = self.start(NODE_LOGS.replace("JOURNAL", f"{self.place}/journal") + case.write_block(sink.url))
        self.wait_arrived(sink)
        self.assert_exactly_once(sink)
        self.assertEqual({(entry["stream"]["unit"], entry["stream"]["level"]) for entry in sink.entries()},
                         {("kubelet.service", "INFO"), ("containerd.service", "WARNING"), ("kubelet.service", "CRIT")})
        for entry in sink.entries():
            self.assertEqual((entry["stream"]["job"], entry["stream"]["instance"], entry["stream"]["source"]),
                             ("integrations/kubernetes/journal", "node-1", "journal"))
        self.assertEqual(invar.metric("loki_source_journal_target_lines_total"), 3)
        self.assertEqual(invar.metric("loki_source_journal_target_parsing_errors_total", error="empty_labels"), 1)
        self.assertEqual(invar.metric("loki_source_journal_target_parsing_errors_total", error="no_message"), 1)

    def test_ledger_balances(self):
        sink, journal = self.sink("--keep"), self.journal()
        journal.write(700)
        invar = self.start(self.text(sink.url))
        self.wait_arrived(sink)
        told = subprocess.run([paths.program("invar"), "ledger", f"--address=127.0.0.1:{invar.port}"], capture_output=True, text=True, timeout=20)
        self.assertEqual(told.returncode, 0, told.stdout + told.stderr)
        self.assertIn("loki.source.journal.node  700", told.stdout)


if __name__ == "__main__":
    unittest.main()
