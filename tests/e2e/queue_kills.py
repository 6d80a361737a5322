"""Kills in the moments in which an endpoint's queue moves to disk: between a record being safe there and its source knowing. KILLS and KILL_SEED say how many, and when."""

import os
import random
import time

import case

KILLS = int(os.environ.get("KILLS", "6"))
SEED = int(os.environ.get("KILL_SEED", str(int(time.time()))))


class QueueKills(case.EndToEnd):
    def spill_files(self):
        return sorted((self.place / "storage").glob("**/spill/*/*.seg"))

    def write_at(self, write, seconds, rate, look=None):
        """Writes lines at a rate, `write(count)`; `look` is called now and then."""
        end, step = time.monotonic() + seconds, 0.05
        while time.monotonic() < end:
            begun = time.monotonic()
            write(int(rate * step))
            if look:
                look()
            time.sleep(max(0, step - (time.monotonic() - begun)))

    def kill_while_a_queue_moves_to_disk(self, sink, config, write, rate, flags=(), noted=0.3, kills=KILLS):
        """Every line of the writers arrives, and none twice. self.invar runs `config` already; `noted`: seconds after which sources have noted what was answered."""
        dice = random.Random(SEED)
        print(f"KILL_SEED={SEED} kills={kills}", flush=True)
        for _ in range(kills):
            sink.fault("ok")
            self.write_at(write, 0.3, rate // 2)
            self.wait_arrived(sink, 60)
            time.sleep(noted)
            sink.fault("503")
            self.write_at(write, 0.4, rate)
            deadline = time.monotonic() + 10
            while not self.spill_files() and time.monotonic() < deadline:
                write(rate // 200)
            self.assertTrue(self.spill_files(), "nothing went to disk")
            end = time.monotonic() + dice.random() * 0.4
            while time.monotonic() < end:
                write(rate // 200)
                time.sleep(0.005)
            self.invar.kill()
            self.invar = self.start(config, flags=flags)
        sink.fault("ok")
        self.wait_arrived(sink, 60)
        time.sleep(noted + 0.7)
        check = sink.check(self.written())
        print({name: check[name] for name in ("expected", "lost", "dup", "out_of_order")}, flush=True)
        self.assertEqual((check["lost"], check["dup"]), (0, 0), check)
