#!/usr/bin/env python3
"""A wall clock that jumps: nothing is lost or sent twice, nothing waits longer, times are those that the clock shows."""

import json
import struct
import time
import unittest

import case
from harness import paths

HOUR, DAY, YEAR = 3600, 24 * 3600, 365 * 24 * 3600


class ClockTest(case.EndToEnd):
    def setUp(self):
        super().setUp()
        self.offset = self.place / "offset"
        self.jump_to(0)
        self.env = {"LD_PRELOAD": str(paths.program("jumping_clock")), "CLOCK_OFFSET_FILE": str(self.offset)}

    def jump_to(self, seconds):
        """The wall clock is that much ahead of this machine's from now on."""
        with open(self.offset, "r+b" if self.offset.exists() else "wb") as file:
            file.write(struct.pack("q", seconds * 10**9))

    def begin(self, sink):
        writer = self.writer("app.log")
        writer.write(10)
        config = self.config(case.tail_config([self.logs / "*.log"], sink.url))
        return config, writer, self.start(config, env=self.env)

    def assert_balanced(self, invar):
        status, text = invar.get("/api/v0/ledger")
        self.assertEqual(status, 200)
        ledger = json.loads(text)
        self.assertTrue(ledger["balanced"], text)

    def test_jumps_while_lines_are_written(self):
        sink = self.sink()
        _, writer, invar = self.begin(sink)
        for turn, ahead in enumerate([HOUR, -HOUR, 10 * YEAR, 0, -20 * YEAR, DAY, 0]):
            self.jump_to(ahead)
            if turn % 3 == 2:
                writer.rename(self.logs / f"app.log.{turn}")
            for _ in range(10):
                writer.write(50)
                time.sleep(0.02)
        self.wait_arrived(sink)
        self.assert_exactly_once(sink)
        self.assert_balanced(invar)

    def test_times_are_those_that_the_clock_shows(self):
        """Also after it was ahead for a while: Loki refuses times of its future."""
        sink = self.sink("--keep")
        _, writer, _ = self.begin(sink)
        for ahead in (DAY, -DAY, 0):
            self.wait_arrived(sink)
            self.jump_to(ahead)
            begun = time.time()
            writer.write(20)
            self.wait_arrived(sink)
            last = sink.entries()[-20:]
            self.assertEqual(len(last), 20)
            for entry in last:
                self.assertLess(abs(int(entry["ts"]) / 1e9 - ahead - begun), 10, entry)

    def test_nothing_waits_for_the_old_time_to_come_again(self):
        """Back-off, batches and retries go by a clock that does not jump."""
        sink = self.sink()
        _, writer, _ = self.begin(sink)
        self.wait_arrived(sink)
        sink.fault("503", seconds=1)
        writer.write(100)
        time.sleep(0.3)
        self.jump_to(-DAY)
        begun = time.monotonic()
        self.wait_arrived(sink, 10)
        self.assertLess(time.monotonic() - begun, 5)
        self.assert_exactly_once(sink)

    def test_a_start_in_the_past(self):
        """A machine without a clock of its own begins in 1970 until it has asked somebody: positions and what waits on disk hold."""
        sink = self.sink()
        config, writer, invar = self.begin(sink)
        self.wait_arrived(sink)
        sink.fault("503")
        writer.write(5000)
        time.sleep(1)
        invar.terminate()
        self.jump_to(-int(time.time()) + 60)
        invar = self.start(config, env=self.env)
        writer.write(100)
        time.sleep(0.5)
        sink.fault("ok")
        time.sleep(0.5)
        self.jump_to(0)
        writer.write(100)
        self.wait_arrived(sink, 60)
        self.assert_exactly_once(sink)
        self.assert_balanced(invar)


if __name__ == "__main__":
    unittest.main()
