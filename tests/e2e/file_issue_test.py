#!/usr/bin/env python3
"""What users of Alloy reported about reading files, each as the report tells it; there it loses, doubles or stands still. Names say whose issue it is."""

import os
import re
import time
import unittest

import case


class Log4j:
    """A log as Log4j's RollingFileAppender rotates it: at a size, by renaming, the oldest of `kept` files deleted, the others moved up."""

    def __init__(self, writer, limit, kept=5):
        self.writer, self.limit, self.kept = writer, limit, kept

    def write(self, count, padding):
        self.writer.write(count, padding=padding)
        if self.writer.log.tell() >= self.limit:
            self.roll()

    def roll(self):
        path = self.writer.path
        names = [path.with_name(f"{path.name}.{number}") for number in range(1, self.kept + 1)]
        self.writer.log.close()
        if names[-1].exists():  # all are there: the oldest goes
            for older, newer in zip(names, names[1:]):
                os.rename(newer, older)
            os.rename(path, names[-1])
        else:
            os.rename(path, next(name for name in names if not name.exists()))
        self.writer.log = open(path, "ab", buffering=0)


class FileIssueTest(case.EndToEnd):
    def positions(self, component="loki.source.file.logs"):
        return self.place / "storage" / component / "positions.yml"

    def offsets(self):
        """positions.yml as {path: offset}."""
        text = self.positions().read_text()
        return {path: int(offset) for path, offset in re.findall(r'\? path: (\S+)\n    labels: .*\n  : "(\d+)"', text)}

    def rotate_a_million_lines(self, sync_period):
        """Lines missing at one sync period, doubled at the other: files rotated by Log4j in a directory of which `*.log*` is read."""
        sink = self.sink()
        log = Log4j(self.writer("app.log"), 20 << 20)
        log.write(100, "")
        text = case.tail_config([self.logs / "*.log*"], sink.url).replace('"100ms"', f'"{sync_period}"')
        self.start(text)
        self.wait_arrived(sink)
        began = time.monotonic()
        total, batch, rate = 1_114_123, 1000, 60_000
        while log.writer.lines < total:
            log.write(min(batch, total - log.writer.lines), "x" * 100)
            ahead = (log.writer.lines / rate) - (time.monotonic() - began)
            if ahead > 0:
                time.sleep(ahead)
        self.wait_arrived(sink, 120)
        self.assert_exactly_once(sink, settle=2)

    def test_alloy_3931_a_million_lines_at_a_sync_period_of_a_minute(self):
        self.rotate_a_million_lines("60s")

    def test_alloy_3931_a_million_lines_at_a_sync_period_of_250_ms(self):
        self.rotate_a_million_lines("250ms")

    def test_k8s_monitoring_helm_2218_a_label_that_changes_every_second(self):
        """Each change of a pod's annotation made Alloy read the pod's log from its beginning, over and over."""
        sink = self.sink()
        a = self.writer("a.log")
        a.write(20_000)
        invar = None
        for state in range(10):
            text = case.tail_config([self.logs / "*.log"], sink.url, labels={"state": f"leader-{state}"})
            if invar:
                self.config(text)
                self.assertEqual(invar.reload()[0], 200)
            else:
                invar = self.start(text)
            for _ in range(10):
                a.write(20)
                time.sleep(0.1)
        self.wait_arrived(sink)
        self.assert_exactly_once(sink)
        self.assertEqual(invar.metric("loki_source_file_read_lines_total"), a.lines)
        invar.terminate()
        self.assertEqual(len(self.offsets()), 1, self.positions().read_text())

    def test_alloy_4536_nul_bytes_in_the_positions(self):
        """After a crash of the machine files hold zeros: Alloy did not start any more, or never read the file again."""
        for number, damage in enumerate((
            lambda text: b"\0" * len(text),
            lambda text: text[: len(text) // 2] + b"\0" * 4096,
            lambda text: re.sub(rb'"\d+"', b'"' + rb"\0\0\0\0" + b'"', text),
            lambda text: b"positions: [\n",
        )):
            with self.subTest(number):
                sink = self.sink()
                name = f"{number}.log"
                writer = self.writer(name)
                writer.write(50)
                config = self.config(case.tail_config([self.logs / name], sink.url), f"{number}.alloy")
                invar = self.start(config)
                self.wait(lambda: sink.unique() == 50, "the first lines")
                invar.terminate()
                for kept in ("positions.journal", "positions.yml"):
                    file = self.positions().with_name(kept)
                    if kept == "positions.journal" and number < 3:  # the rest of its last block
                        with open(file, "ab") as journal:
                            journal.write(b"\0" * 4000)
                    elif kept == "positions.journal":
                        file.unlink()
                    else:
                        file.write_bytes(damage(file.read_bytes()))
                writer.write(50)
                invar = self.start(config)
                self.assertEqual(invar.get("/-/ready")[0], 200)
                self.wait(lambda: sink.unique() == 100, "the lines of both runs")
                check = sink.check({writer.file: 100})
                # Where the journal is whole nothing is sent twice; without one, on_positions_file_error says restart_from_beginning.
                self.assertEqual((check["lost"], check["dup"]), (0, 50 if number == 3 else 0), check)
                if number == 3:
                    self.assertIn("invalid yaml positions file", invar.log())
                    self.assertTrue(self.positions().with_name("positions.yml.broken").exists())
                invar.terminate()
                self.assertEqual(self.offsets()[str(writer.path)], writer.path.stat().st_size)

    def test_alloy_6572_mixed_line_ends_and_their_offsets(self):
        """Carriage returns were not counted: wrong offsets, and lines sent again after each start."""
        sink = self.sink("--keep")
        path = self.logs / "a.log"
        lines = [f"line {number}".encode() for number in range(2000)]
        path.write_bytes(b"".join(line + (b"\r\n" if number % 3 else b"\n") for number, line in enumerate(lines)))
        config = self.config(case.tail_config([path], sink.url))
        for _ in range(3):
            invar = self.start(config)
            self.wait(lambda: sink.lines() >= len(lines), lambda: f"{len(lines)} lines, got {sink.lines()}")
            time.sleep(0.3)
            self.assertEqual(self.lines_of(sink), lines)
            invar.terminate()
            self.assertEqual(self.offsets()[str(path)], path.stat().st_size)
        invar = self.start(config)
        with open(path, "ab") as log:
            log.write(b"one\r\ntwo\n")
        self.wait(lambda: sink.lines() >= len(lines) + 2, "the appended lines")
        self.assertEqual(invar.metric("loki_source_file_read_bytes_total"), path.stat().st_size)

    def test_alloy_3193_and_5365_compressed_generations_are_not_read_twice(self):
        """Rotated and compressed while Alloy was down: the rest was lost; read as compressed files besides: all of it came twice, after each start again."""
        sink = self.sink()
        a = self.writer("a.log")
        a.write(500)
        config = self.config(case.tail_config([self.logs / "*.log"], sink.url))
        invar = self.start(config)
        self.wait_arrived(sink)
        invar.terminate()
        a.write(300)
        for number in (2, 1):
            a.rename(self.logs / f"a.log.{number}")
            self.assertEqual(os.system(f"gzip {self.logs}/a.log.{number}"), 0)
            time.sleep(0.05)
            a.write(200)
        for _ in range(2):
            invar = self.start(config)
            self.wait_arrived(sink)
            self.assert_exactly_once(sink)
            invar.terminate()

    def test_openebs_978_a_node_that_goes_silent(self):
        """Two of three nodes stopped sending for good, without a word. Files that cannot be read for a while, a directory that goes and comes back."""
        sink = self.sink()
        a = self.writer("pods/a.log")
        a.write(10)
        invar = self.start(case.tail_config([self.logs / "pods" / "*.log"], sink.url))
        self.wait_arrived(sink)
        a.close()
        os.rename(self.logs / "pods", self.logs / "gone")
        time.sleep(0.5)
        (self.logs / "pods").mkdir()
        a.reopen()
        a.write(10)
        self.wait_arrived(sink)
        self.assert_exactly_once(sink)
        self.assertTrue(invar.is_running())


if __name__ == "__main__":
    unittest.main()
