#!/usr/bin/env python3
"""What a destination refuses: only the entries it means are dropped, counted and kept as dead letters; the others arrive."""

import json
import time
import unittest

import case
from harness import http

SECOND = 1_000_000_000


def rfc3339(nanoseconds):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(nanoseconds // SECOND))


def go_time(nanoseconds):
    fraction = f"{nanoseconds % SECOND:09d}".rstrip("0")
    return time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(nanoseconds // SECOND)) + (f".{fraction}" if fraction else "") + " +0000 UTC"


class RefusalTest(case.EndToEnd):
    def begin(self, *flags, endpoint=""):
        self.target = self.sink("--keep")
        self.port = http.free_port()
        self.invar = self.start(f"""
loki.source.api "in" {{
  http {{
    listen_address = "127.0.0.1"
    listen_port    = {self.port}
  }}
  use_incoming_timestamp = true
  forward_to = [loki.write.sink.receiver]
}}
{case.write_block(self.target.url, endpoint=endpoint)}""", flags=flags)

    def push(self, streams):
        """`streams`: [(labels, [(time, line)])]"""
        body = json.dumps({"streams": [{"stream": labels, "values": [[str(at), line] for at, line in values]} for labels, values in streams]})
        status, text = http.request(f"http://127.0.0.1:{self.port}/loki/api/v1/push", "POST", body.encode(), headers={"Content-Type": "application/json"})
        self.assertEqual(status, 204, text)

    def arrived(self):
        return sorted(line.decode() for line in self.lines_of(self.target))

    def dropped(self):
        return self.invar.metric("loki_write_dropped_entries_total")

    def letters(self):
        path = self.place / "dead.jsonl"
        return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []

    def test_6824_one_old_entry_does_not_take_the_batch_with_it(self):
        """grafana/alloy#6824: an answer of 400 `timestamp too old` names entries; only these are dropped."""
        self.begin(f"--delivery.dead-letters={self.place}/dead.jsonl")
        now = time.time_ns()
        old = now - 9 * 86_400 * SECOND
        stream = '{app="a", service_name="unknown_service"}'
        limit = rfc3339(now - 7 * 86_400 * SECOND)
        self.target.fault("400", times=1, body=(f"2 errors like: entry for stream '{stream}' has timestamp too old: {rfc3339(old)}, oldest acceptable timestamp is: {limit}; "
                                                "1 errors like: max entry size '1000' bytes exceeded for stream '{app=\"b\", service_name=\"b\"}' while adding an entry with length '2000' bytes\n").encode())
        self.push([({"app": "a"}, [(old, "old 1"), (now, "new 1"), (old + 1, "old 2")]), ({"app": "b"}, [(now, "x" * 2000), (now + 1, "new 2")])])
        self.wait(lambda: self.arrived() == ["new 1", "new 2"], lambda: str(self.arrived()))
        self.assertEqual(self.dropped(), 3)
        self.assertEqual(self.invar.metric("invar_write_refused_entries_total", reason="greater_than_max_sample_age"), 2)
        self.assertEqual(self.invar.metric("invar_write_refused_entries_total", reason="line_too_long"), 1)
        self.wait(lambda: len(self.letters()) == 3, lambda: str(self.letters()))
        letter = self.letters()[0]
        self.assertEqual({name: letter[name] for name in ("component_id", "status", "reason", "stream", "line", "tenant")},
                         {"component_id": "loki.write.sink", "status": 400, "reason": "greater_than_max_sample_age", "stream": '{app="a"}', "line": "old 1", "tenant": ""})
        self.assertIn("timestamp too old", letter["error"])
        self.assertEqual(json.loads(self.invar.get("/api/v0/ledger")[1])["destinations"][0]["dropped"], {"greater_than_max_sample_age": 2, "line_too_long": 1})

    def test_6824_entries_that_an_ingester_finds_too_far_behind(self):
        self.begin()
        now = time.time_ns() // SECOND * SECOND
        behind = now - 7200 * SECOND
        reason = f"entry too far behind, entry timestamp is: {rfc3339(behind)}, oldest acceptable timestamp is: {rfc3339(now - 3600 * SECOND)}"
        self.target.fault("400", times=1, body=(f"entry with timestamp {go_time(behind + 5)} ignored, reason: '{reason}',\n"
                                                "user 'fake', total ignored: 2 out of 3 for stream: {app=\"a\", service_name=\"unknown_service\"}").encode())
        self.push([({"app": "a"}, [(behind + 5, "behind 1"), (behind + 6, "behind 2"), (now, "new")]), ({"app": "b"}, [(behind, "of another stream")])])
        self.wait(lambda: self.arrived() == ["new", "of another stream"], lambda: str(self.arrived()))
        self.assertEqual(self.invar.metric("invar_write_refused_entries_total", reason="too_far_behind"), 2)

    def test_a_stream_that_cannot_be_parsed_is_searched_for(self):
        self.begin()
        now = time.time_ns()
        self.target.fault("400", times=2, body=b"couldn't parse labels: 1:2: parse error: unexpected character")
        self.push([({"app": str(number)}, [(now + number, f"line {number}")]) for number in range(4)])
        # The first half is refused too, then what is left of it arrives piece by piece.
        self.wait(lambda: len(self.arrived()) >= 3, lambda: str(self.arrived()))
        time.sleep(0.3)
        self.assertEqual(len(self.arrived()) + self.dropped(), 4)

    def test_an_answer_that_names_nobody_drops_the_batch_as_alloy_does(self):
        self.begin(f"--delivery.dead-letters={self.place}/dead.jsonl")
        self.target.fault("400", times=1, body=b"no idea\n")
        self.push([({"app": "a"}, [(time.time_ns(), "one"), (time.time_ns(), "two")])])
        self.wait(lambda: self.dropped() == 2, "two dropped entries")
        self.wait(lambda: [letter["reason"] for letter in self.letters()] == ["ingester_error"] * 2, lambda: str(self.letters()))
        self.assertEqual(self.arrived(), [])

    def test_6878_413_splits(self):
        """grafana/alloy#6878: what is too large is split, and only an entry that is too large alone is dropped."""
        self.begin(f"--delivery.dead-letters={self.place}/dead.jsonl")
        self.target.fault("413", times=2)
        self.push([({"app": "a"}, [(time.time_ns() + number, f"line {number}") for number in range(8)])])
        self.wait(lambda: self.arrived() == [f"line {number}" for number in range(8)], lambda: str(self.arrived()))
        self.assertEqual(self.dropped(), 0)
        self.target.fault("413", times=1)
        self.push([({"app": "a"}, [(time.time_ns(), "alone")])])
        self.wait(lambda: [letter["line"] for letter in self.letters()] == ["alone"], lambda: str(self.letters()))

    def test_refusals_of_lines_that_waited_on_disk(self):
        self.begin(endpoint="max_backoff_retries = 1")
        self.target.fault("503")
        now = time.time_ns()
        for number in range(10):
            self.push([({"app": "a"}, [(now + number, f"line {number}"), (now + number, "x" * 500)])])
        self.wait(lambda: self.invar.metric("invar_write_spill_lines") == 20, lambda: str(self.invar.metric("invar_write_spill_lines")))
        self.target.fault("400", times=1, body=b"10 errors like: max entry size '100' bytes exceeded for stream '{app=\"a\"}' while adding an entry with length '500' bytes")
        self.wait(lambda: len(self.arrived()) == 10, lambda: str(self.arrived()))
        self.wait(lambda: self.invar.metric("invar_write_spill_lines") == 0, "an empty spill")
        ledger = json.loads(self.invar.get("/api/v0/ledger")[1])
        self.assertTrue(ledger["balanced"], ledger)
        self.assertEqual((ledger["destinations"][0]["delivered"], ledger["destinations"][0]["dropped"]), (10, {"line_too_long": 10}))


if __name__ == "__main__":
    unittest.main()
