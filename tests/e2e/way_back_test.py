#!/usr/bin/env python3
"""The way here and back: positions.yml is taken over from Alloy, is where it looks for it, as it writes it, and never ahead of what was delivered. With ALLOY_BIN
the real one is there before and goes on after; without, invar's positions.yml stands for Alloy's."""

import os
import re
import shutil
import time
import unittest

import case

ALLOY = os.environ.get("ALLOY_BIN")
NAMES = ["plain.log", "two words.log", "quo'te.log", "colon: it.log", "ünï.log", "#hash.log", "tab\there.log", "a name that is long enough to be folded at " + "eighty columns " * 4 + ".log"]
LABELS = {"job": "a: b", "app": "it's"}


class WayBackTest(case.EndToEnd):
    def begin(self, program=None):
        self.target = self.sink()
        self.text = case.tail_config([self.logs / "*.log"], self.target.url, labels=LABELS)
        self.files = [self.writer(name) for name in NAMES]
        self.write(100)
        self.invar = self.start(self.text, program=program, flags=["--disable-reporting"] if program else [])
        self.wait_arrived(self.target)

    def write(self, count):
        for file in self.files:
            file.write(count)

    def positions(self):
        """positions.yml, byte for byte what yaml.v2 writes, as {path: offset}."""
        text = (self.place / "storage" / "loki.source.file.logs" / "positions.yml").read_text()
        entry = re.compile(r"  \? path: (.*)\n    labels: '(.*)'\n  : \"(\d+)\"\n")
        self.assertEqual("positions:\n" + "".join(match[0] for match in entry.finditer(text)), text)
        found = {}
        for path, labels, offset in entry.findall(text):
            if path.startswith("'"):
                path = path[1:-1].replace("''", "'")
            elif path.startswith('"'):
                path = path[1:-1].replace("\\t", "\t")
            self.assertEqual(labels.replace("''", "'"), '{app="it\'s", job="a: b"}')
            found[path] = int(offset)
        return found

    def assert_never_ahead(self):
        """What is in front of a position has arrived, and it is that of a line's end."""
        positions = self.positions()
        self.assertEqual(len(positions), len(NAMES), positions)
        for file in self.files:
            before = file.path.read_bytes()[:positions[str(file.path)]]
            self.assertTrue(before.endswith(b"\n"))
            self.assertEqual(self.target.check({file.file: before.count(b"\n")})["lost"], 0)
        return positions

    def end_it(self, ending):
        """Lines are written all the time; positions.yml is written every 10 s, and at a stop."""
        end = time.monotonic() + (12 if ending == "kill" else 2)
        while time.monotonic() < end:
            self.write(20)
            time.sleep(0.05)
        if ending == "kill":
            self.invar.kill()
        else:
            self.invar.terminate(20)

    def test_after_a_stop_it_says_what_was_read(self):
        self.begin()
        self.end_it("stop")
        self.assertEqual(self.assert_never_ahead(), {str(file.path): file.path.stat().st_size for file in self.files})

    def test_after_kill_9_it_is_not_ahead(self):
        self.begin()
        self.end_it("kill")
        self.assertGreater(min(self.assert_never_ahead().values()), 2000)  # of the running process

    def hand_over(self, ending):
        self.begin()
        self.end_it(ending)
        known = self.positions()
        arrived = self.target.lines()
        self.write(500)
        again = 0 if ending == "stop" else sum(file.path.read_bytes()[known[str(file.path)]:].count(b"\n") for file in self.files) - 500 * len(self.files)
        self.start(self.text, program=ALLOY, flags=["--disable-reporting"])
        self.wait_arrived(self.target, 60)
        time.sleep(2)
        check = self.target.check(self.written())
        print({"ending": ending, "arrived before": arrived} | {name: check[name] for name in ("expected", "lost", "dup")}, flush=True)
        self.assertEqual(check["lost"], 0, check)
        self.assertLessEqual(check["dup"], again, check)

    @unittest.skipUnless(ALLOY, "ALLOY_BIN names no Alloy")
    def test_alloy_goes_on_after_a_stop(self):
        self.hand_over("stop")

    @unittest.skipUnless(ALLOY, "ALLOY_BIN names no Alloy")
    def test_alloy_goes_on_after_kill_9(self):
        self.hand_over("kill")

    def test_what_alloy_has_left_is_taken_over(self):
        self.begin(ALLOY)
        self.invar.terminate(20)
        (self.place / "storage" / "loki.source.file.logs" / "positions.journal").unlink(missing_ok=True)
        self.write(50)
        time.sleep(0.05)  # files have a later time of birth
        shorter, longer, twice, copied, *_ = self.files
        shorter.rename(f"{shorter.path}.1")
        shorter.write(10)
        longer.rename(f"{longer.path}.20260101-120000")
        longer.write(400)
        twice.rename(f"{twice.path}.2")
        twice.write(300)
        time.sleep(0.05)
        twice.rename(f"{twice.path}.1")
        twice.write(300)
        shutil.copy(copied.path, f"{copied.path}.1")
        os.truncate(copied.path, 0)
        copied.write(400)
        self.start(self.text)
        self.wait_arrived(self.target)
        self.assert_exactly_once(self.target)


if __name__ == "__main__":
    unittest.main()
