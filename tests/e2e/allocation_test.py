#!/usr/bin/env python3
"""A line in steady state allocates nothing: what a lane allocates belongs to batches, files and streams."""

import struct
import sys
import unittest

import case
from harness import loggen, paths

sys.path.insert(0, str(case.ROOT / "bench"))
import agents  # noqa: E402

PODS = 10
LINES_EACH = 6000


class AllocationTest(case.EndToEnd):
    def allocations_per_line(self, pipeline):
        """Of bench's pipeline, counted over all libraries, after a warm-up."""
        counter = self.place / "allocations"
        counter.write_bytes(bytes(8))

        def count():
            return struct.unpack("Q", counter.read_bytes())[0]

        sink = self.sink()
        writer = loggen.Live(self.place / "tree", PODS)
        self.addCleanup(writer.close)

        def arrived():
            written = loggen.written(writer.manifest())
            return sink.unique() >= sum(lines - dropped(lines) for lines in written.values())

        def dropped(lines):
            return len(range(7, lines, 20)) if pipeline == "s3" else 0

        writer.each(1500)
        config = agents.find()["invar"].render(pipeline, self.place, writer.directory, writer.manifest()["pods"], sink.push, 0, True)
        self.start(config, env={"LD_PRELOAD": str(paths.program("allocation_counter")), "ALLOCATIONS_FILE": str(counter)})
        self.wait(arrived, "the first lines", 60)
        before, lines_before = count(), sum(loggen.written(writer.manifest()).values())
        self.assertGreater(before, 1000, "the counter counts")
        writer.each(LINES_EACH)
        self.wait(arrived, "all lines", 60)
        lines = sum(loggen.written(writer.manifest()).values()) - lines_before
        per_line = (count() - before) / lines
        print(f"{pipeline}: {per_line:.4f} allocations per line over {lines} lines", flush=True)
        return per_line

    def test_raw_lines(self):
        self.assertLess(self.allocations_per_line("s1"), 0.05)

    def test_pod_logs(self):
        self.assertLess(self.allocations_per_line("s2"), 0.05)

    def test_heavy_pipeline(self):
        self.assertLess(self.allocations_per_line("s3"), 0.5)  # its streams are many, and new ones cost


if __name__ == "__main__":
    unittest.main()
