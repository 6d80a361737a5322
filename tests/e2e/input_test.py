#!/usr/bin/env python3
"""Files as they come: broken bytes, long lines, missing and forbidden paths."""

import json
import os
import random
import shutil
import time
import unittest

import case
from harness import paths


class InputTest(case.EndToEnd):
    def collect(self, content, count, **options):
        """Writes one file, and returns the entries that arrive."""
        (self.logs / "a.log").write_bytes(content)
        sink = self.sink("--keep")
        self.invar = self.start(case.tail_config([self.logs / "*.log"], sink.url), **options)
        self.wait(lambda: sink.lines() >= count, lambda: f"{count} lines, got {sink.lines()}")
        time.sleep(0.3)
        return sink.entries()

    def test_invalid_utf8_and_garbage_come_through_unchanged(self):
        dice = random.Random(1)
        lines = [b"caf\xe9", b"\xff\xfe", b"\xed\xa0\x80 surrogate", b"nul \x00 in it", b"\x1b[31mred\x1b[0m", "grün ☃".encode()]
        lines += [bytes(dice.randrange(256) for _ in range(200)).replace(b"\n", b" ").rstrip(b"\r") for _ in range(300)]
        arrived = self.collect(b"".join(line + b"\n" for line in lines), len(lines))
        self.assertEqual([entry["line"] for entry in arrived], lines)

    def test_line_ends(self):
        arrived = self.collect(b"unix\nwindows\r\n\ntwo\r\r\nunfinished", 4)
        self.assertEqual([entry["line"] for entry in arrived], [b"unix", b"windows", b"", b"two\r"])

    def test_an_unfinished_line_waits_for_its_end(self):
        self.collect(b"whole\nhal", 1)
        with open(self.logs / "a.log", "ab") as log:
            log.write(b"f\n")
        self.wait(lambda: self.invar.metric("loki_write_sent_entries_total") == 2, "the finished line")

    def test_lines_of_ten_mebibytes_arrive_whole(self):
        long = [b"a" * (10 << 20), b"short", b"b" * (10 << 20), b"end"]
        arrived = self.collect(b"".join(line + b"\n" for line in long), len(long))
        self.assertEqual([len(entry["line"]) for entry in arrived], [len(line) for line in long])
        self.assertEqual([entry["line"] for entry in arrived], long)

    def test_equal_lines_in_one_read_all_arrive_at_different_times(self):
        arrived = self.collect(b"same\n" * 5000, 5000)
        self.assertEqual(len(arrived), 5000)
        times = [int(entry["ts"]) for entry in arrived]
        self.assertTrue(all(a < b for a, b in zip(times, times[1:])), "read timestamps must strictly increase")

    def test_a_missing_path_is_taken_once_it_is_there(self):
        sink = self.sink()
        invar = self.start(case.tail_config([self.logs / "later" / "*.log"], sink.url))
        time.sleep(0.3)
        self.assertEqual(invar.get("/-/ready")[0], 200)
        self.writer("later/a.log").write(10)
        self.wait_arrived(sink)
        self.assert_exactly_once(sink)

    def test_a_target_that_is_not_there_is_named_and_no_fault(self):
        """As in Alloy the component is healthy; its message, a metric and the log name the path."""
        sink, path = self.sink(), self.logs / "later.log"
        config = f"""
loki.source.file "f" {{
  targets    = [{{"__path__" = "{path}"}}]
  forward_to = [loki.write.sink.receiver]
}}
{case.write_block(sink.url)}"""
        invar = self.start(config)

        def health():
            return json.loads(invar.get("/api/v0/web/components/loki.source.file.f")[1])["health"]

        self.wait(lambda: str(path) in health()["message"], lambda: f"{path} in the health: {health()}")
        self.assertEqual(health()["state"], "healthy")
        self.assertEqual(invar.get("/-/healthy")[0], 200)
        self.assertEqual(invar.metric("invar_source_file_failing", path=str(path)), 1)
        self.assertIn(str(path), invar.log())
        self.writer("later.log").write(10)
        self.wait_arrived(sink)
        self.assert_exactly_once(sink)
        self.wait(lambda: str(path) not in health()["message"], lambda: f"{path} forgotten: {health()}")

    def assert_named_until_readable(self, blocked, mode):
        """`blocked` cannot be read at first: it is named, the others are read, and it is read once it can be."""
        sink = self.sink()
        blocked.chmod(0)
        self.addCleanup(blocked.chmod, 0o755)
        storage = self.place / "storage"
        storage.mkdir()
        if os.getuid() == 0:
            os.chown(storage, case.NOBODY, case.NOBODY)
        config = case.tail_config([self.logs / "*.log", self.logs / "*/*.log"], sink.url)
        # Where it was built may be closed to others.
        program = shutil.copy(paths.program("invar"), self.place / "invar")
        invar = self.start(config, preexec=case.unprivileged, program=program)
        self.wait(lambda: sink.unique() == self.writers[0].lines, "the readable file")
        self.wait(lambda: str(blocked) in invar.metrics_text(), lambda: f"{blocked} in the metrics:\n" + "\n".join(
            line for line in invar.metrics_text().splitlines() if "file" in line))
        self.wait(lambda: invar.get("/-/healthy")[0] == 500, lambda: "unhealthy: " + str(invar.get("/-/healthy")))
        self.assertIn(str(blocked), invar.log())
        blocked.chmod(mode)
        self.wait_arrived(sink)
        self.assert_exactly_once(sink)
        self.wait(lambda: invar.get("/-/healthy")[0] == 200, lambda: "healthy again: " + str(invar.get("/-/healthy")))

    def test_an_unreadable_file_is_named_and_retried(self):
        self.writer("a.log").write(10)
        self.writer("b.log").write(10)
        self.assert_named_until_readable(self.logs / "b.log", 0o644)

    def test_an_unreadable_directory_is_named_and_retried(self):
        self.writer("a.log").write(10)
        self.writer("closed/b.log").write(10)
        self.assert_named_until_readable(self.logs / "closed", 0o755)

    def test_a_directory_and_a_pipe_with_a_log_name_do_no_harm(self):
        (self.logs / "directory.log").mkdir()
        os.mkfifo(self.logs / "pipe.log")
        self.writer("a.log").write(10)
        sink = self.sink()
        invar = self.start(case.tail_config([self.logs / "*.log"], sink.url))
        self.wait_arrived(sink)
        self.writers[0].write(10)
        self.wait_arrived(sink)
        self.assert_exactly_once(sink)
        self.assertTrue(invar.is_running())


if __name__ == "__main__":
    unittest.main()
