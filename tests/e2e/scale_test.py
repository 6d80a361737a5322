#!/usr/bin/env python3
"""Many files, many streams."""

import time
import unittest

import case
from harness import loggen, procfs

FILES = 10_000


class ScaleTest(case.EndToEnd):
    def test_ten_thousand_files(self):
        sink = self.sink()
        for number in range(FILES):
            (self.logs / f"{number:05}.log").write_text("".join(f"line ~[{number}.{seq}.0]\n" for seq in range(3)))
        config = self.config(case.tail_config([self.logs / "*.log"], sink.url))
        invar = self.start(config)
        written = {number: 3 for number in range(FILES)}
        self.wait(lambda: sink.unique() >= 3 * FILES, lambda: f"every file, got {sink.unique()}", 90)
        for number in range(0, FILES, 7):
            with open(self.logs / f"{number:05}.log", "a", encoding="utf-8") as log:
                log.write(f"line ~[{number}.3.0]\n")
            written[number] = 4
        self.wait(lambda: sink.unique() >= sum(written.values()), lambda: f"what was appended, got {sink.unique()}", 60)
        check = sink.check(written)
        self.assertEqual((check["lost"], check["dup"]), (0, 0), check)
        self.assertLess(procfs.memory(invar.pid)["max_rss"], 200)
        code, _ = invar.terminate()
        self.assertEqual(code, 0)
        self.start(config)  # and nothing is read again
        time.sleep(2)
        self.assertEqual(sink.check(written)["dup"], 0)

    def test_ten_thousand_files_rotated_at_once(self):
        sink = self.sink()
        for number in range(FILES):
            (self.logs / f"{number:05}.log").write_text(f"line ~[{number}.0.0]\n")
        invar = self.start(case.tail_config([self.logs / "*.log"], sink.url))
        self.wait(lambda: sink.unique() >= FILES, lambda: f"every file, got {sink.unique()}", 60)
        for number in range(FILES):
            path = self.logs / f"{number:05}.log"
            with open(path, "a", encoding="utf-8") as log:
                log.write(f"line ~[{number}.1.0]\n")
            path.rename(f"{path}.1")
            path.write_text(f"line ~[{number}.2.0]\n")
        self.wait(lambda: sink.unique() >= 3 * FILES, lambda: f"what was rotated and what came after it, got {sink.unique()}", 60)
        check = sink.check({number: 3 for number in range(FILES)})
        self.assertEqual((check["lost"], check["dup"], check["out_of_order"]), (0, 0, 0), check)
        code, _ = invar.terminate()
        self.assertEqual(code, 0)

    def test_idle_files_cost_nothing_while_the_destination_is_dead(self):
        sink = self.sink("--mode=503")
        for number in range(500):
            (self.logs / f"{number:05}.log").write_text(f"line ~[{number}.0.0]\n")
        invar = self.start(case.tail_config([self.logs / "*.log"], sink.url, endpoint='name = "dead"'))
        self.wait(lambda: invar.metric("loki_source_file_read_lines_total") >= 500, "every file read")
        time.sleep(4)
        before = sum(procfs.cpu_seconds(invar.pid))
        time.sleep(3)
        self.assertLess(sum(procfs.cpu_seconds(invar.pid)) - before, 0.05)
        sink.fault("ok")
        self.wait(lambda: sink.unique() >= 500, lambda: f"every line, got {sink.unique()}", 60)

    def test_a_tree_of_all_kinds_of_logs(self):
        manifest = loggen.bulk(self.place / "tree", 50, 20)
        sink = self.sink()
        invar = self.start(case.tail_config([self.place / "tree/var/log/pods/*/*/*.log"], sink.url))
        self.wait(lambda: sink.unique() >= manifest["lines"], lambda: f"{manifest['lines']} lines, got {sink.unique()}", 60)
        check = sink.check(loggen.written(manifest))
        self.assertEqual((check["lost"], check["dup"], check["out_of_order"]), (0, 0, 0), check)
        read = invar.metric("loki_source_file_read_lines_total")
        self.assertEqual(read, manifest["lines"])
        self.assertEqual(invar.metric("loki_write_sent_entries_total"), manifest["lines"])


if __name__ == "__main__":
    unittest.main()
