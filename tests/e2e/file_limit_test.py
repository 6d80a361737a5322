#!/usr/bin/env python3
"""Limits of the system, and files beyond the usual: reading goes on, and what is wrong is said once."""

import ctypes
import os
import resource
import time
import unittest
from pathlib import Path

import case
from harness import procfs

CLONE_NEWUSER = 0x10000000


def few_descriptors(limit):
    """Runs in the child."""
    return lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (limit, limit))


def few_watches(watches):
    """Runs in the child: a user namespace of its own has limits of its own."""

    def prepare():
        if ctypes.CDLL(None).unshare(CLONE_NEWUSER) != 0:
            os._exit(77)
        with open("/proc/sys/user/max_inotify_watches", "w", encoding="ascii") as limit:
            limit.write(str(watches))

    return prepare


class FileLimitTest(case.EndToEnd):
    def many(self, count, lines, place=""):
        writers = []
        for number in range(count):
            writer = self.writer(f"{place}{number:05}.log")
            writer.write(lines)
            writer.close()
            writers.append(writer)
        return writers

    def append(self, writers, lines):
        for writer in writers:
            writer.reopen()
            writer.write(lines)
            writer.close()

    def held(self, invar):
        """Bytes of deleted logs that it has open."""
        total = 0
        for fd in Path(f"/proc/{invar.pid}/fd").iterdir():
            try:
                leads_to = os.readlink(fd)
                total += fd.stat().st_size if leads_to.startswith(str(self.logs)) and leads_to.endswith("(deleted)") else 0
            except FileNotFoundError:
                pass  # closed by now
        return total

    def test_the_limit_of_open_files(self):
        """More files than may be open: they take turns, and one line says which limit it is."""
        sink = self.sink()
        writers = self.many(400, 20)
        invar = self.start(case.tail_config([self.logs / "*.log"], sink.url), preexec=few_descriptors(128))
        self.wait_arrived(sink, 60)
        self.append(writers, 5)
        self.wait_arrived(sink, 60)
        writers[0].reopen()
        writers[0].write(5)
        writers[0].rename(self.logs / "00000.log.1")
        writers[0].write(5)
        self.wait_arrived(sink)
        self.assert_exactly_once(sink)
        self.assertEqual(invar.log().count("the limit of open files is reached"), 1, invar.log())
        self.assertIn("LimitNOFILE", invar.log())
        self.assertNotIn("failed to tail file", invar.log())
        self.wait(lambda: invar.get("/-/healthy")[0] == 200, lambda: str(invar.get("/-/healthy")))

    def test_the_limit_of_watches(self):
        """Files that cannot be watched are polled, and one line says which sysctl it is."""
        sink = self.sink()
        writers = self.many(60, 20)
        config = case.tail_config([self.logs / "*.log"], sink.url)
        invar = self.start(config, ready=False, preexec=few_watches(20))
        time.sleep(0.5)
        if invar.child.poll() == 77:
            self.skipTest("this machine allows no user namespaces, and with them no limits of a process's own")
        invar.wait_ready()
        self.wait_arrived(sink)
        time.sleep(3)  # all at rest
        self.append(writers, 5)
        self.wait_arrived(sink)
        late = self.writer("late.log")
        late.write(10)
        self.wait_arrived(sink)
        late.rename(self.logs / "late.log.1")
        late.write(10)
        self.wait_arrived(sink)
        self.assert_exactly_once(sink)
        self.assertEqual(invar.log().count("cannot watch all files for changes, polling them instead"), 1, invar.log())
        self.assertIn("fs.inotify.max_user_watches", invar.log())

    def test_no_watches_at_all(self):
        """As on network file systems: everything is found and followed by looking."""
        sink = self.sink()
        a = self.writer("a.log")
        a.write(100)
        invar = self.start(case.tail_config([self.logs / "*.log"], sink.url), ready=False, preexec=few_watches(0))
        time.sleep(0.5)
        if invar.child.poll() == 77:
            self.skipTest("this machine allows no user namespaces, and with them no limits of a process's own")
        invar.wait_ready()
        self.wait_arrived(sink)
        for number in range(5):
            time.sleep(1 if number == 3 else 0.05)
            a.write(50)
            a.rename(self.logs / f"a.log.{number}")
            a.write(50)
        b = self.writer("b.log")
        b.write(10)
        self.wait_arrived(sink)
        self.assert_exactly_once(sink)

    def test_deleted_files_whose_lines_are_on_disk_are_let_go_of(self):
        """With a spill nothing of them is lost, and nothing is said."""
        sink = self.sink()
        a = self.writer("a.log")
        a.write(10)
        invar = self.start(case.tail_config([self.logs / "*.log"], sink.url), flags=("--delivery.held-deleted-size=4MiB",))
        self.wait_arrived(sink)
        sink.fault("refuse")
        for number in range(6):
            a.write(3000, padding="x" * 1000)
            a.rename(self.logs / f"a.log.{number}")
            a.write(1)
            self.wait(lambda: invar.metric("loki_source_file_read_lines_total") >= a.lines, "every line to be read")
            os.unlink(self.logs / f"a.log.{number}")
        self.wait(lambda: self.held(invar) <= 4 << 20, lambda: f"less to be held than {self.held(invar)}")
        sink.fault("ok")
        self.wait_arrived(sink, 60)
        self.assert_exactly_once(sink)
        self.assertNotIn("given up", invar.log())
        self.assertEqual(invar.metric("invar_source_abandoned_bytes_total"), 0)

    def test_deleted_files_are_held_but_not_without_end(self):
        """A destination that is down, and has no spill, keeps deleted files on the disk: up to a limit, beyond which the oldest are given up, counted."""
        sink = self.sink()
        a = self.writer("a.log")
        a.write(10)
        invar = self.start(case.tail_config([self.logs / "*.log"], sink.url), flags=("--delivery.held-deleted-size=8MiB", "--delivery.spill-size=0"))
        self.wait_arrived(sink)
        sink.fault("refuse")
        for number in range(12):  # 3 MiB each; the first ones go into the queue
            a.write(3000, padding="x" * 1000)
            a.rename(self.logs / f"a.log.{number}")
            a.write(1)
            time.sleep(0.3)
            os.unlink(self.logs / f"a.log.{number}")
        lost = "invar_source_abandoned_bytes_total"
        self.wait(lambda: invar.metric(lost) > 0, lambda: f"deleted files given up:\n{invar.log()[-2000:]}")
        self.wait(lambda: self.held(invar) <= 8 << 20, lambda: f"less to be held than {self.held(invar)}")
        self.assertIn("the oldest is given up", invar.log())
        sink.fault("ok")
        time.sleep(1)
        a.write(10)
        self.wait(lambda: sink.check({0: a.lines})["gaps"] and not sink.check({0: a.lines})["gaps"][-1].endswith(f"-{a.lines - 1}"), "the newest lines")
        time.sleep(2)
        check = sink.check(self.written())
        self.assertEqual(check["dup"], 0, check)
        self.assertGreater(check["lost"], 0)
        self.assertLessEqual(check["lost"] * 1000, invar.metric(lost), check)  # every missing line is among the bytes that were counted

    def test_within_the_limit_deleted_files_are_all_read(self):
        sink = self.sink()
        a = self.writer("a.log")
        a.write(10)
        self.start(case.tail_config([self.logs / "*.log"], sink.url))
        self.wait_arrived(sink)
        sink.fault("refuse")
        for number in range(12):
            a.write(3000, padding="x" * 1000)
            a.rename(self.logs / f"a.log.{number}")
            a.write(1)
            time.sleep(0.3)
            os.unlink(self.logs / f"a.log.{number}")
        sink.fault("ok")
        self.wait_arrived(sink, 60)
        self.assert_exactly_once(sink)

    def test_lines_of_a_hundred_mebibytes(self):
        """They are cut into pieces of 16 MiB; memory stays bounded, and the lines around them are whole."""
        sink = self.sink("--keep")
        path = self.logs / "a.log"
        path.write_bytes(b"first\n")
        invar = self.start(case.tail_config([path], sink.url))
        self.wait(lambda: sink.lines() == 1, "the first line")
        with open(path, "ab") as log:
            for letter in b"ab":
                for _ in range(100):
                    log.write(bytes([letter]) * (1 << 20))
                log.write(b"\n")
            log.write(b"last\n")
        pieces = [16 << 20] * 6 + [4 << 20]
        self.wait(lambda: sink.lines() >= 2 * len(pieces) + 2, lambda: f"all pieces, got {sink.lines()}", 90)
        lengths = [len(line) for line in self.lines_of(sink)]
        self.assertEqual(lengths, [5, *pieces, *pieces, 4])
        self.assertLess(procfs.memory(invar.pid)["max_rss"], 300)
        self.assertEqual(invar.log().count("cut a line that is too long"), 12, invar.log()[-2000:])

    def test_nul_bytes_and_holes(self):
        """A machine that crashed leaves zeros in its logs, and logs that were truncated while written to have holes: they are bytes like others."""
        sink = self.sink("--keep")
        path = self.logs / "a.log"
        path.write_bytes(b"one\n" + b"\0" * 5000 + b"two\nthree\0\n")
        self.start(case.tail_config([path], sink.url))
        self.wait(lambda: sink.lines() == 3, "three lines")
        with open(path, "r+b") as log:
            log.seek(3 << 20)
            log.write(b"\nend\n")
        self.wait(lambda: sink.lines() == 5, lambda: f"the line behind the hole, got {sink.lines()}")
        lines = self.lines_of(sink)
        self.assertEqual(lines[:3] + lines[4:], [b"one", b"\0" * 5000 + b"two", b"three\0", b"end"])
        self.assertEqual(lines[3].strip(b"\0"), b"")

    def test_ten_thousand_files_within_a_second(self):
        sink = self.sink()
        (self.logs / "new").mkdir()
        invar = self.start(case.tail_config([self.logs / "new" / "*.log"], sink.url))
        count = 10_000
        place = self.logs / "being-made"
        place.mkdir()
        for number in range(count):
            (place / f"{number:05}.log").write_text(f"line ~[{number}.0.0]\nline ~[{number}.1.0]\n")
        os.rmdir(self.logs / "new")
        os.rename(place, self.logs / "new")
        self.wait(lambda: sink.unique() >= 2 * count, lambda: f"every line, got {sink.unique()}", 90)
        time.sleep(1)
        check = sink.check({number: 2 for number in range(count)})
        self.assertEqual((check["lost"], check["dup"]), (0, 0), check)
        self.assertTrue(invar.is_running())

    def test_links_swapped_as_the_kubelet_does(self):
        """/var/log/containers/x.log -> /var/log/pods/.../0.log -> /var/lib/docker/containers/.../...-json.log; each of them is swapped."""
        sink = self.sink()
        real, pods, containers = self.place / "docker", self.logs / "pods", self.logs / "containers"
        for folder in (real, pods, containers):
            folder.mkdir()
        a = self.writer(real / "1-json.log")
        (pods / "0.log").symlink_to(a.path)
        (containers / "app.log").symlink_to(pods / "0.log")
        a.write(50)
        self.start(case.tail_config([containers / "*.log"], sink.url))
        self.wait_arrived(sink)
        time.sleep(1)  # at rest
        a.write(20)
        a.rename(real / "1-json.log.1")  # docker rotates
        a.write(20)
        self.wait_arrived(sink)
        time.sleep(1)
        a.write(20)
        b = self.writer(real / "2-json.log")  # the container is started again: another file, the link of the pod is swapped
        b.write(30)
        temporary = pods / "next"
        temporary.symlink_to(b.path)
        os.rename(temporary, pods / "0.log")
        self.wait_arrived(sink)
        time.sleep(1)
        b.write(20)
        c = self.writer(real / "3-json.log")  # and the outer link, removed and made anew
        (pods / "1.log").symlink_to(c.path)
        (containers / "app.log").unlink()
        (containers / "app.log").symlink_to(pods / "1.log")
        c.write(30)
        self.wait_arrived(sink)
        time.sleep(1)
        c.write(10)
        self.wait_arrived(sink)
        self.assert_exactly_once(sink)


if __name__ == "__main__":
    unittest.main()
