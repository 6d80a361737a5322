#!/usr/bin/env python3
"""When loki.source.api answers, and loki.source.syslog and loki.source.gelf read on: --delivery.answer-after. And `invar ledger`."""

import json
import socket
import subprocess
import threading
import time
import unittest

import case
import queue_kills
from harness import http, paths


class AnswerTest(queue_kills.QueueKills):
    def begin(self, *flags, fault="ok", endpoint=""):
        self.target = self.sink()
        self.target.fault(fault)
        self.port = http.free_port()
        self.text = f"""
loki.source.api "in" {{
  http {{
    listen_address = "127.0.0.1"
    listen_port    = {self.port}
  }}
  labels     = {{ app = "a" }}
  forward_to = [loki.write.sink.receiver]
}}
{case.write_block(self.target.url, endpoint=endpoint)}"""
        self.flags = flags
        self.invar = self.start(self.text, flags=flags)
        self.pushed = 0

    def push(self, count=10, timeout=10):
        lines = "".join(f"line ~[0.{self.pushed + number}.0]\n" for number in range(count))
        status, _ = http.request(f"http://127.0.0.1:{self.port}/loki/api/v1/raw", "POST", lines.encode(), timeout)
        if status == 204:
            self.pushed += count
        return status

    def check(self):
        return self.target.check({0: self.pushed})

    def test_after_write_ahead_what_was_answered_survives_kill_9(self):
        """No answered line is lost, however the process ends, and lines whose delivery was not acknowledged come again with the same bytes."""
        self.begin("--delivery.answer-after=write-ahead", fault="stall")
        for _ in range(20):
            begun = time.monotonic()
            self.assertEqual(self.push(), 204)
            self.assertLess(time.monotonic() - begun, 1)
        for round in range(3):
            self.invar.kill()
            self.invar = self.start(self.text, flags=self.flags)
            self.assertEqual(self.push(), 204)
        self.target.fault("ok")
        self.wait(lambda: self.target.unique() == self.pushed, lambda: str(self.check()), 30)
        self.assertEqual(self.check()["lost"], 0)
        self.wait(lambda: not list((self.place / "storage").glob("**/write-ahead/*.seg")), "an empty write-ahead")
        # And nothing is handed on again.
        self.invar.kill()
        lines = self.target.lines()
        self.start(self.text, flags=self.flags)
        time.sleep(1)
        self.assertEqual(self.target.lines(), lines)

    def test_streams_may_get_all_their_labels_here(self):
        """A stream without labels is refused, as Loki would, but where `labels` or rules of the component give it some."""
        self.begin()
        body = json.dumps({"streams": [{"stream": {}, "values": [[str(time.time_ns()), "line ~[0.0.0]"]]}]}).encode()

        def push():
            return http.request(f"http://127.0.0.1:{self.port}/loki/api/v1/push", "POST", body, headers={"Content-Type": "application/json"})

        self.assertEqual(push()[0], 204)
        self.wait(lambda: self.target.unique() == 1, "the entry")
        (self.place / "config.alloy").write_text(self.text.replace('{ app = "a" }', "{ }"))
        self.assertEqual(self.invar.reload()[0], 200)
        self.assertEqual(push(), (400, "error at least one label pair is required per stream\n"))

    def test_after_write_ahead_kill_9_while_a_queue_moves_to_disk(self):
        """From one queue on disk to another in one step. A push that got no answer is not counted, and comes once or not at all."""
        self.begin("--delivery.answer-after=write-ahead", endpoint="max_backoff_retries = 2")
        self.writers.append(self)
        self.kill_while_a_queue_moves_to_disk(self.target, self.text, self.write, rate=4000, flags=self.flags)

    file = 0

    @property
    def lines(self):
        return self.pushed

    def write(self, count):
        """As case.Writer does."""
        self.assertEqual(self.push(int(count)), 204)

    def begin_listening(self, block, *flags):
        self.target, self.pushed, self.flags = self.sink("--keep"), 0, flags
        self.target.fault("stall")
        self.text = block + case.write_block(self.target.url)
        self.invar = self.start(self.text, flags=flags)

    def survive_kills(self, send, entries):
        """What was read survives kill -9 once it is on disk, also while nothing can be delivered, and comes again with the same time."""
        for _ in range(3):
            before = self.pushed
            send(30)
            self.wait(lambda: self.invar.metric(entries) == self.pushed - before, "lines that were read")
            time.sleep(0.2)  # group fsync
            self.invar.kill()
            self.invar = self.start(self.text, flags=self.flags)
        self.target.fault("ok")
        self.wait(lambda: self.target.unique() == self.pushed, lambda: str(self.check()), 30)
        self.assertEqual(self.check()["lost"], 0)
        self.wait(lambda: not list((self.place / "storage").glob("**/write-ahead/*.seg")), "an empty write-ahead")
        self.assert_repeats_are_equal(self.target)
        self.invar.kill()
        lines = self.target.lines()
        self.start(self.text, flags=self.flags)
        time.sleep(1)
        self.assertEqual(self.target.lines(), lines)

    def test_after_write_ahead_syslog_survives_kill_9(self):
        self.port = http.free_port()
        self.begin_listening(f"""
loki.source.syslog "in" {{
  listener {{
    address = "127.0.0.1:{self.port}"
    labels  = {{ app = "s" }}
  }}
  forward_to = [loki.write.sink.receiver]
}}
""", "--delivery.answer-after=write-ahead")

        def send(count):
            with socket.create_connection(("127.0.0.1", self.port)) as connection:
                for _ in range(count):
                    connection.sendall(f"<13>1 2026-01-01T00:00:00Z h app - - - line ~[0.{self.pushed}.0]\n".encode())
                    self.pushed += 1

        self.survive_kills(send, "loki_source_syslog_entries_total")

    def test_after_write_ahead_gelf_survives_kill_9(self):
        self.port = http.free_port()
        self.begin_listening(f"""
loki.source.gelf "in" {{
  listen_address = "127.0.0.1:{self.port}"
  forward_to     = [loki.write.sink.receiver]
}}
""", "--delivery.answer-after=write-ahead")

        def send(count):
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
                for _ in range(count):
                    sender.sendto(json.dumps({"version": "1.1", "host": "h", "short_message": f"line ~[0.{self.pushed}.0]"}).encode(), ("127.0.0.1", self.port))
                    self.pushed += 1

        self.survive_kills(send, "loki_source_gelf_target_entries_total")

    def test_after_delivery_a_sender_waits_for_the_destination(self):
        self.begin("--delivery.answer-after=delivery", fault="stall")
        answers = []
        sender = threading.Thread(target=lambda: answers.append(self.push()))
        sender.start()
        time.sleep(1)
        self.assertEqual(answers, [])
        self.target.fault("ok")
        sender.join()
        self.assertEqual(answers, [204])
        self.assertEqual(self.check()["lost"], 0)

    def test_after_delivery_lines_that_are_safe_on_disk_count(self):
        self.begin("--delivery.answer-after=delivery", fault="503", endpoint="max_backoff_retries = 2")
        self.assertEqual(self.push(), 204)
        self.invar.kill()
        self.target.fault("ok")
        self.invar = self.start(self.text, flags=self.flags)
        self.wait(lambda: self.target.unique() == 10, lambda: str(self.check()))
        self.assertEqual(self.check()["dup"], 0)

    def test_flags_are_checked(self):
        for flag in ("--delivery.answer-after=never", "--delivery.on-full=explode", "--delivery.spill-size=much"):
            got = subprocess.run([paths.program("invar"), "run", self.config(""), flag], capture_output=True, text=True, timeout=20)
            self.assertEqual(got.returncode, 1)
            self.assertIn(flag.split("=")[0], got.stderr)

    def test_invar_ledger_shows_and_judges(self):
        self.begin()
        self.assertEqual(self.push(), 204)
        self.wait(lambda: self.target.unique() == 10, "ten lines")

        def ledger(*words):
            return subprocess.run([paths.program("invar"), "ledger", f"--address=127.0.0.1:{self.invar.port}", *words], capture_output=True, text=True, timeout=20)

        self.wait(lambda: "loki.source.api.in  10" in ledger().stdout, lambda: ledger().stdout)
        got = ledger()
        self.assertEqual(got.returncode, 0, got)
        self.assertIn("loki.write.sink http://127.0.0.1", got.stdout)
        self.assertTrue(got.stdout.endswith("\nbalanced\n"))
        self.assertTrue(ledger("--json").stdout.startswith('{"balanced":true,'))
        self.invar.close()
        got = ledger()
        self.assertEqual(got.returncode, 2)
        self.assertIn("connection refused", got.stderr)


if __name__ == "__main__":
    unittest.main()
