#!/usr/bin/env python3
"""Storms of rotation, of every kind at once: nothing is lost, nothing comes twice. STORM sets how many seconds each lasts, STORM_SEED its dice; processors are kept busy beside."""

import gzip
import os
import random
import shutil
import subprocess
import sys
import threading
import time
import unittest

import case

SECONDS = float(os.environ.get("STORM", "6"))
SEED = int(os.environ.get("STORM_SEED", str(int(time.time()))))


class Log:
    """One log that is written to, and the ways in which it is rotated. Each may follow any other."""

    def __init__(self, writer, dice):
        self.writer, self.dice = writer, dice
        self.turn = 0

    def write(self):
        self.writer.write(self.dice.randrange(1, 30), padding="x" * self.dice.randrange(120))

    def numbered(self, number):
        return self.writer.path.with_name(f"{self.writer.path.name}.{number}")

    def shift(self, compress):
        """logrotate: `.1` is the newest; the fifth is deleted, the second perhaps compressed."""
        for number in range(5, 0, -1):
            for suffix in ("", ".gz"):
                old = self.numbered(f"{number}{suffix}")
                if not old.exists():
                    continue
                if number == 5:
                    old.unlink()
                else:
                    os.rename(old, self.numbered(f"{number + 1}{suffix}"))
        if compress and self.numbered(2).exists():
            self.compress(self.numbered(2))
        self.writer.rename(self.numbered(1))

    def stamp(self):
        """The kubelet: a name with the time in it, the one before compressed."""
        stamped = sorted(self.writer.path.parent.glob(f"{self.writer.path.name}.2026*"))
        for old in stamped:
            if old.suffix != ".gz":
                self.compress(old)
        for old in stamped[:-4]:
            old.unlink(missing_ok=True)
        self.writer.rename(self.numbered(f"20260101-{self.turn:06}"))

    @staticmethod
    def compress(path):
        """As gzip: a new file beside, then the old one goes."""
        temporary = path.with_name(path.name + ".tmp")
        with open(path, "rb") as plain, gzip.open(temporary, "wb") as packed:
            shutil.copyfileobj(plain, packed)
        os.utime(temporary, ns=(path.stat().st_atime_ns, path.stat().st_mtime_ns))
        os.rename(temporary, path.with_name(path.name + ".gz"))
        path.unlink()

    def copytruncate(self):
        """Nothing is written between copy and truncation: that nobody could see."""
        shutil.copyfile(self.writer.path, self.numbered(f"{90 + self.turn % 3}"))
        os.truncate(self.writer.path, 0)

    def recreate(self):
        """Removed and made anew: the inode number is likely the same. What is there has been seen."""
        time.sleep(0.5)
        self.writer.close()
        self.writer.path.unlink()
        self.writer.reopen()

    def rotate(self, ways):
        self.turn += 1
        way = self.dice.choice(ways)
        if way == "shift":
            self.shift(self.dice.random() < 0.5)
        else:
            getattr(self, way)()


class RotationStormTest(case.EndToEnd):
    def setUp(self):
        super().setUp()
        print(f"STORM_SEED={SEED}", flush=True)
        for _ in range(3):
            busy = subprocess.Popen([sys.executable, "-c", "while True: pass"])
            self.addCleanup(busy.wait)
            self.addCleanup(busy.kill)

    def storm(self, ways, pattern, pause, faults=(), exclude=""):
        dice = random.Random(SEED)
        sink = self.sink()
        logs = [Log(self.writer(f"{name}.log"), random.Random(dice.random())) for name in "abcdef"]
        for log in logs:
            log.write()
        invar = self.start(case.tail_config([self.logs / pattern], sink.url, labels={"__path_exclude__": str(self.logs / exclude)} if exclude else {}))
        self.wait_arrived(sink)
        ending = threading.Event()

        def weather(log):
            while not ending.wait(0.002):
                log.write()
                if log.dice.random() < 0.03:
                    log.rotate(ways)
                    time.sleep(pause * (0.5 + log.dice.random()))

        threads = [threading.Thread(target=weather, args=(log,), daemon=True) for log in logs]
        for thread in threads:
            thread.start()
        until = time.monotonic() + SECONDS
        while time.monotonic() < until:
            if faults:
                sink.fault(dice.choice(faults), seconds=0.5)
            time.sleep(0.7)
        ending.set()
        for thread in threads:
            thread.join()
        sink.fault("ok")
        self.wait_arrived(sink, 90)
        self.assert_exactly_once(sink, settle=2)
        self.assertTrue(invar.is_running())

    def test_renaming(self):
        self.storm(["shift"], "?.log", 0.05)

    def test_renaming_to_names_that_are_read_too(self):
        self.storm(["shift"], "*.log*", 0.05, exclude="*.{gz,tmp}")

    def test_names_with_time_and_compression(self):
        self.storm(["stamp"], "?.log", 0.3)

    def test_copy_and_truncate(self):
        self.storm(["copytruncate"], "?.log", 0.6)

    def test_inodes_that_come_again(self):
        self.storm(["recreate"], "?.log", 0.3)

    def test_all_kinds_with_a_destination_that_fails(self):
        self.storm(["shift", "stamp"], "?.log", 0.3, faults=("503", "429", "ok"))


if __name__ == "__main__":
    unittest.main()
