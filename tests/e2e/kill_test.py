#!/usr/bin/env python3
"""kill -9 at any time: nothing is lost, little is sent twice. KILLS sets how often (scripts/endurance: 200)."""

import os
import random
import threading
import time
import unittest

import case

KILLS = int(os.environ.get("KILLS", "12"))
SEED = int(os.environ.get("KILL_SEED", str(int(time.time()))))
DUPLICATES_PER_KILL = 5000


class Rotating(threading.Thread):
    """Writes to some files all the time and rotates them now and then, until told to stop."""

    def __init__(self, writers, dice, rotates):
        super().__init__(daemon=True)
        self.writers, self.dice, self.rotates, self.stopping = writers, dice, rotates, threading.Event()

    def run(self):
        turn = 0
        while not self.stopping.wait(0.01):
            turn += 1
            for writer in self.writers:
                writer.write(self.dice.randrange(1, 12), padding="x" * self.dice.randrange(200))
                if self.rotates and self.dice.random() < 0.01:
                    writer.rename(f"{writer.path}.{turn}")

    def stop(self):
        self.stopping.set()
        self.join()


class KillTest(case.EndToEnd):
    def kill_often(self, kills, rotates, outage=None):
        dice = random.Random(SEED)
        print(f"KILL_SEED={SEED} kills={kills}", flush=True)
        sink = self.sink()
        writers = [self.writer(f"{number}.log") for number in range(8)]
        for writer in writers:
            writer.write(200)
        config = self.config(case.tail_config([self.logs / "*.log"], sink.url))
        # What is rotated away before it was ever seen is nobody's loss.
        first = self.start(config)
        self.wait_arrived(sink)
        writing = Rotating(writers, dice, rotates)
        writing.start()
        first.kill()
        self.addCleanup(writing.stop)
        for kill in range(kills):
            invar = self.start(config, ready=False)
            time.sleep(dice.choice([0.02, 0.1, 0.3, 0.6, 1.0]) * dice.random() * 2)
            if outage and kill % 4 == 2:
                sink.fault(outage, seconds=1.0)
            self.assertTrue(invar.is_running(), invar.log()[-3000:])
            invar.kill()
        writing.stop()
        sink.fault("ok")
        self.start(config)
        self.wait_arrived(sink, 90)
        time.sleep(1)
        check = sink.check(self.written())
        print({name: check[name] for name in ("expected", "lost", "dup", "out_of_order")}, flush=True)
        self.assert_nothing_lost(sink, DUPLICATES_PER_KILL * kills)

    def test_while_lines_are_written(self):
        self.kill_often(KILLS, rotates=False)

    def test_while_files_rotate(self):
        self.kill_often(KILLS, rotates=True)

    def test_while_the_destination_fails(self):
        self.kill_often(KILLS, rotates=True, outage="503")

    def test_a_bulk_that_is_killed_over_and_over_ends(self):
        """Progress is kept across kills: a large file is finished although no run lives long."""
        sink = self.sink()
        self.writer("big.log").write(300_000, padding="x" * 150)
        config = self.config(case.tail_config([self.logs / "*.log"], sink.url))
        for _ in range(4):
            invar = self.start(config)
            time.sleep(0.3)
            invar.kill()
        self.start(config)
        self.wait_arrived(sink, 60)
        self.assert_nothing_lost(sink, 4 * 300_000)


if __name__ == "__main__":
    unittest.main()
