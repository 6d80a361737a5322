#!/usr/bin/env python3
"""Spills: destinations that stay away, processes that are killed, disks that are full. The ledger is the judge."""

import json
import os
import random
import shutil
import signal
import subprocess
import time
import unittest

import case
import docker_test
import journal_test
import queue_kills
from harness import http, procfs

MEMORY_LIMIT = 48  # megabytes resident in an outage


class SpillTest(queue_kills.QueueKills):
    def config_of(self, *destinations, extra="", wal=""):
        """A config that tails the logs and sends to all destinations, (name, url, endpoint arguments)."""
        receivers = ", ".join(f"loki.write.{name}.receiver" for name, _, _ in destinations)
        text = case.tail_config([self.logs / "*.log"], "http://unused").replace("[loki.write.sink.receiver]", f"[{receivers}]")
        text = text[:text.index('loki.write "sink"')]
        return text + "".join(case.write_block(url, name, endpoint=endpoint, extra=wal) for name, url, endpoint in destinations) + extra

    def ledger(self, invar=None):
        status, text = (invar or self.invar).get("/api/v0/ledger")
        self.assertEqual(status, 200)
        ledger = json.loads(text)
        self.assertTrue(ledger["balanced"], text)
        return ledger

    def destination(self, name, invar=None):
        return next(one for one in self.ledger(invar)["destinations"] if one["component_id"] == f"loki.write.{name}")

    def test_the_ledger_follows_every_line_of_every_file(self):
        sink = self.sink()
        text = self.config_of(("one", sink.url, ""), ("two", sink.url, "")).replace("[loki.write.one.receiver, loki.write.two.receiver]", "[loki.process.p.receiver]")
        text += """
loki.process "p" {
  stage.drop {
    expression          = "noise"
    drop_counter_reason = "noise"
  }
  forward_to = [loki.write.one.receiver, loki.write.two.receiver]
}"""
        a, b = self.writer("a.log"), self.writer("b.log")
        self.invar = self.start(text)
        for round in range(30):
            a.write(100)
            b.write(50, padding="noise")
            b.write(50)
            if round == 10:
                sink.fault("503")
            if round == 20:
                sink.fault("ok")
            self.ledger()
            time.sleep(0.1)
        self.wait(lambda: sink.unique() == 4500, lambda: str(sink.summary()["probes"]), 30)

        def rows():
            return {os.path.basename(row["source"]): row for row in self.ledger()["sources"]}

        self.wait(lambda: all(share["delivered"] for row in rows().values() for share in row["destinations"]) and
                  sum(share["delivered"] for row in rows().values() for share in row["destinations"]) == 9000, lambda: str(rows()), 20)
        self.assertEqual((rows()["a.log"]["read"], rows()["a.log"]["dropped"]), (3000, {}))
        self.assertEqual((rows()["b.log"]["read"], rows()["b.log"]["dropped"]), (3000, {"noise": 1500}))
        for row in rows().values():
            self.assertEqual(row["held"], 0)
            for share in row["destinations"]:
                self.assertEqual(share["in_flight"], {"memory": 0, "spill": 0})
        self.assertEqual(self.invar.metric("invar_ledger_source_lines", component_id="loki.source.file.logs", state="read"), 6000)
        self.assertEqual(self.invar.metric("invar_ledger_source_lines", state="delivered", destination="loki.write.two"), 4500)
        self.assertEqual(self.invar.metric("invar_ledger_destination_lines", component_id="loki.write.one", state="delivered"), 4500)

    def write_for(self, seconds, rate=5000, padding="x" * 200, look=None):
        self.write_at(lambda count: self.a.write(count, padding=padding), seconds, rate, look)

    def begin(self, *flags, sink_flags=(), endpoint="", wal=""):
        self.a = self.writer("a.log")
        self.a.write(100)
        self.target = self.sink(*sink_flags)
        self.text = self.config_of(("sink", self.target.url, endpoint), wal=wal)
        self.invar = self.start(self.text, flags=flags)
        self.wait_arrived(self.target)

    def test_nothing_is_written_while_the_destination_keeps_up(self):
        self.begin()
        self.write_for(2)
        self.wait_arrived(self.target)
        self.assertEqual(self.spill_files(), [])
        self.assertFalse((self.place / "storage" / "loki.write.sink").exists())

    def test_an_outage_of_20_seconds(self):
        self.begin()
        self.target.fault("503", seconds=20)
        self.write_for(20, rate=10_000, look=lambda: self.assertEqual(self.invar.metric("invar_write_queue_full"), 0))
        self.assertGreater(self.destination("sink")["in_flight"]["spill"], 100_000)
        self.assertLess(procfs.memory(self.invar.pid)["max_rss"], MEMORY_LIMIT)
        self.wait_arrived(self.target, 60)
        self.assert_exactly_once(self.target)
        self.wait(lambda: not self.spill_files(), "an empty spill")
        book = self.destination("sink")
        self.assertEqual((book["delivered"], book["dropped"], book["in_flight"]["spill"]), (self.a.lines, {}, 0))

    def kill_in_outage(self, mode):
        self.begin()
        self.target.fault(mode)
        self.write_for(4, rate=10_000)
        self.wait(lambda: self.destination("sink")["in_flight"]["spill"] > 10_000, "lines on disk")
        self.invar.kill()
        self.a.write(500)
        self.invar = self.start(self.text)
        self.write_for(1)
        self.target.fault("ok")
        self.wait_arrived(self.target, 60)

    def test_kill_9_in_an_outage(self):
        self.kill_in_outage("503")
        self.assert_exactly_once(self.target)

    def kill_while_the_file_moves_to_disk(self, wal=""):
        self.begin(endpoint="max_backoff_retries = 2", wal=wal)
        self.kill_while_a_queue_moves_to_disk(self.target, self.text, self.a.write, rate=20_000)

    def test_kill_9_while_a_queue_moves_to_disk(self):
        """Killed in the moments between a record being safe and its source knowing: it is sent from disk or read again, never both."""
        self.kill_while_the_file_moves_to_disk()

    def test_kill_9_while_everything_goes_to_disk(self):
        self.kill_while_the_file_moves_to_disk("wal { enabled = true }")

    def test_kill_9_while_the_queue_of_several_sources_moves_to_disk(self):
        """Files, containers and a journal keep their positions each by itself, and note them at times of their own."""
        self.target = self.sink()
        files = [self.writer(f"{number}.log") for number in range(2)]
        containers = [docker_test.Container(f"c{number}", 2 + number) for number in range(2)]
        engine = docker_test.Engine(self.place / "docker.sock", containers)
        self.addCleanup(engine.stop)
        targets = ", ".join(f'{{"__meta_docker_container_id" = "{container.name}", "container" = "{container.name}"}}' for container in containers)
        self.text = self.config_of(("sink", self.target.url, "max_backoff_retries = 2"), extra=f"""
loki.source.docker "node" {{
  host       = "unix://{self.place}/docker.sock"
  targets    = [{targets}]
  forward_to = [loki.write.sink.receiver]
}}
loki.source.journal "node" {{
  path       = "{self.place}/journal"
  forward_to = [loki.write.sink.receiver]
}}
""")
        journals = [journal_test.Journal(self.place / "journal", 4)] if shutil.which(journal_test.REMOTE) else []
        self.writers += containers + journals

        def write(count):
            for writer in files + containers:
                writer.write(count)
            for journal in journals:
                journal.write(max(1, count // 4))

        write(100)
        self.invar = self.start(self.text)
        self.wait_arrived(self.target)
        self.kill_while_a_queue_moves_to_disk(self.target, self.text, write, rate=2000, noted=1.3)

    def test_kill_9_while_the_destination_hangs(self):
        self.kill_in_outage("stall")
        self.assert_nothing_lost(self.target, duplicates=6000)

    def test_7112_sigkill_with_wal(self):
        """grafana/alloy#7112: what the WAL holds is sent after SIGKILL, also what came behind an earlier delivery."""
        sink = self.sink()
        port = http.free_port()
        text = f"""
loki.source.api "in" {{
  http {{
    listen_address = "127.0.0.1"
    listen_port    = {port}
  }}
  forward_to = [loki.write.default.receiver]
}}
{case.write_block(sink.url, "default", extra="wal { enabled = true }")}"""
        invar = self.start(text)

        def push(number):
            body = json.dumps({"streams": [{"stream": {"app": "a"}, "values": [[str(time.time_ns()), f"line ~[0.{number}.0]"]]}]})
            self.assertEqual(http.request(f"http://127.0.0.1:{port}/loki/api/v1/push", "POST", body.encode(), headers={"Content-Type": "application/json"})[0], 204)

        push(0)
        self.wait(lambda: sink.unique() == 1, "the warm-up line")
        sink.fault("refuse")
        for number in range(1, 20):
            push(number)
        storage = self.place / "storage"
        self.wait(lambda: any(b"~[0.19.0]" in file.read_bytes() for file in storage.glob("**/*.seg")), "the payload on disk")
        invar.kill()
        self.start(text)
        sink.fault("ok")
        self.wait(lambda: sink.unique() == 20, lambda: str(sink.check({0: 20})))
        check = sink.check({0: 20})
        self.assertEqual((check["lost"], check["dup"]), (0, 0), check)

    def begin_two(self, fault, endpoint=""):
        self.dead, self.alive = self.sink(), self.sink()
        self.dead.fault(fault)
        self.a = self.writer("a.log")
        self.a.write(100)
        self.invar = self.start(self.config_of(("alive", self.alive.url, ""), ("dead", self.dead.url, endpoint)))
        self.wait_arrived(self.alive)

    def test_2194_4728_one_dead_destination(self):
        """grafana/alloy#2194, #4728: a dead destination does not stop the other, however long it is dead."""
        for fault in ("refuse", "503", "429", "stall", "slow", "hangup", "half"):
            with self.subTest(fault=fault):
                self.begin_two(fault)
                self.write_for(6, rate=20_000, look=lambda: self.assertEqual(self.invar.metric("invar_write_queue_full"), 0))
                self.wait(lambda: self.alive.unique() == self.a.lines, lambda: str(self.alive.check(self.written())), 5)
                self.assertEqual(self.alive.check({0: self.a.lines})["dup"], 0)
                self.ledger()
                self.dead.fault("ok")
                self.wait(lambda: self.dead.unique() >= self.a.lines, lambda: str(self.dead.check({0: self.a.lines})), 60)
                check = self.dead.check({0: self.a.lines})
                self.assertEqual((check["lost"], check["out_of_order"]), (0, 0), check)
                if fault not in ("stall", "slow"):  # where the answer never came
                    self.assertEqual(check["dup"], 0, check)
                self.invar.close()
                self.a.close()
                os.remove(self.logs / "a.log")
                self.writers.clear()
                subprocess.run(["rm", "-r", self.place / "storage"], check=True)

    def test_two_endpoints_of_one_component(self):
        dead, alive = self.sink("--mode=503"), self.sink()
        self.a = self.writer("a.log")
        text = case.tail_config([self.logs / "*.log"], alive.url, endpoint=f'}}\n  endpoint {{\n    name = "dead"\n    url = "{dead.url}"{case.WRITE_PACE}')
        self.invar = self.start(text)
        self.write_for(4, rate=20_000)
        self.wait(lambda: alive.unique() == self.a.lines, lambda: str(alive.check(self.written())), 5)
        dead.fault("ok")
        self.wait(lambda: dead.unique() == self.a.lines, lambda: str(dead.check(self.written())), 60)
        self.assert_exactly_once(dead)
        self.assert_exactly_once(alive)

    def test_mayastor_978_a_destination_that_is_not_ready_for_minutes(self):
        """openebs/mayastor-extensions#978: 500 on every push until the attempts are used up; then it gets ready, and every agent goes on."""
        self.begin(endpoint="max_backoff_retries = 3")
        self.target.fault("500")
        self.write_for(5)
        self.wait(lambda: self.target.summary()["failed_requests"] > 10, "more attempts than allowed")
        self.target.fault("ok")
        self.wait_arrived(self.target, 60)
        self.assert_exactly_once(self.target)
        self.assertEqual(self.invar.metric("loki_write_dropped_entries_total"), 0)

    def test_a_stop_in_an_outage_leaves_lines_on_disk_at_once(self):
        self.begin()
        self.target.fault("503")
        self.write_for(1)
        self.wait(lambda: self.invar.metric("loki_write_batch_retries_total") > 0, "a failed push")
        code, seconds = self.invar.terminate(20)
        self.assertEqual(code, 0)
        self.assertLess(seconds, 8)
        self.target.fault("ok")
        self.invar = self.start(self.text)
        self.wait_arrived(self.target, 30)
        self.assert_exactly_once(self.target)

    def small_disk(self, size):
        if os.getuid() != 0:
            self.skipTest("needs root to mount a small file system")
        spill = self.place / "spills"
        spill.mkdir()
        if subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", spill], capture_output=True).returncode != 0:
            self.skipTest("this machine does not let root mount")
        self.addCleanup(subprocess.run, ["umount", "-l", spill], capture_output=True)
        return spill

    def test_a_full_disk_pauses_the_only_destination_of_its_sources(self):
        spill = self.small_disk("4m")
        self.begin(f"--delivery.spill-path={spill}")
        self.target.fault("503")
        self.write_for(10, rate=10_000)
        self.wait(lambda: self.invar.metric("invar_write_queue_full") == 1, "a full queue")
        self.wait(lambda: "loki.write" in self.invar.get("/-/healthy")[1], lambda: str(self.invar.get("/-/healthy")))
        self.assertIn("lines cannot be written to disk", self.invar.log())
        self.assertLess(procfs.memory(self.invar.pid)["max_rss"], MEMORY_LIMIT)
        self.ledger()
        self.target.fault("ok")
        self.wait_arrived(self.target, 60)
        self.assert_exactly_once(self.target)
        self.assertEqual(self.invar.metric("loki_write_dropped_entries_total"), 0)

    def test_a_full_disk_does_not_stop_other_destinations(self):
        spill = self.small_disk("4m")
        dead, alive = self.sink("--mode=503"), self.sink()
        self.a = self.writer("a.log")
        self.invar = self.start(self.config_of(("alive", alive.url, ""), ("dead", dead.url, "")), flags=[f"--delivery.spill-path={spill}"])
        self.write_for(10, rate=10_000)
        self.wait(lambda: alive.unique() == self.a.lines, lambda: str(alive.check(self.written())), 10)
        self.wait(lambda: self.destination("dead")["dropped"].get("spill_full", 0) > 0, "drops in the ledger")
        dead.fault("ok")
        self.wait(lambda: self.destination("dead")["in_flight"] == {"queue": 0, "requests": 0, "spill": 0}, lambda: str(self.destination("dead")), 60)
        book = self.destination("dead")
        self.assertEqual(book["delivered"] + book["dropped"]["spill_full"], self.a.lines)
        check = dead.check(self.written())
        self.assertEqual((check["lost"], check["dup"], check["out_of_order"]), (book["dropped"]["spill_full"], 0, 0), check)
        self.assertEqual(self.invar.metric("loki_write_dropped_entries_total", reason="spill_full"), check["lost"])

    def test_a_file_size_limit_is_an_error_like_any_other(self):
        """EFBIG in the middle of a segment, as ulimit -f gives it."""
        import resource

        self.a = self.writer("a.log")
        self.a.write(100)
        self.target = self.sink()

        def limit():
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, 300_000))

        self.invar = self.start(self.config_of(("sink", self.target.url, "")), preexec=limit)
        self.wait_arrived(self.target)
        self.target.fault("503")
        self.write_for(4, rate=10_000)
        self.wait(lambda: "lines cannot be written to disk" in self.invar.log(), "a word about it")
        self.target.fault("ok")
        self.wait_arrived(self.target, 60)
        self.assert_exactly_once(self.target)

    def test_a_bit_flip_on_disk_costs_one_record(self):
        self.begin()
        self.target.fault("503")
        self.write_for(3)
        self.wait(lambda: self.destination("sink")["in_flight"]["spill"] > 5000, "lines on disk")
        self.invar.kill()
        file = self.spill_files()[0]
        content = bytearray(file.read_bytes())
        content[len(content) // 2] ^= 4
        file.write_bytes(content)
        self.target.fault("ok")
        self.invar = self.start(self.text)
        self.wait(lambda: not self.spill_files(), "an empty spill", 60)
        lost = self.destination("sink")["dropped"]["spill_corrupt"]
        self.assertLess(lost, 2000)
        self.wait(lambda: self.target.check(self.written())["lost"] == lost, lambda: str(self.target.check(self.written())))
        self.assertEqual(self.invar.metric("invar_write_spill_corrupt_records_total"), 1)

    def begin_dead(self):
        """A destination that has never answered, lines for it on disk in several files; the process is killed."""
        self.target = self.sink("--mode=refuse")
        self.a = self.writer("a.log")
        self.text = self.config_of(("sink", self.target.url, ""))
        self.invar = self.start(self.text)
        self.write_for(4, rate=20_000)
        self.wait(lambda: self.destination("sink")["in_flight"]["spill"] > 60_000, lambda: str(self.destination("sink")))
        self.invar.kill()

    def test_a_destination_that_is_dead_at_the_start_and_at_the_next(self):
        self.begin_dead()
        self.invar = self.start(self.text)
        self.write_for(1)
        self.invar.kill()
        self.invar = self.start(self.text)
        self.wait(lambda: self.destination("sink")["resumed"] > 60_000, lambda: str(self.destination("sink")))
        self.target.fault("ok")
        self.wait_arrived(self.target, 60)
        check = self.target.check(self.written())
        self.assertEqual(check["lost"], 0, check)
        self.assertLess(check["dup"], 2000, check)  # made safe right before the kill
        self.wait(lambda: not self.spill_files(), "an empty spill")
        self.assertEqual(self.destination("sink")["dropped"], {})

    def test_damage_of_every_kind(self):
        """Whatever becomes of the files on disk, what has its checksums is sent, once and in order, and the rest is counted."""
        self.begin_dead()
        first, second, *_, last = self.spill_files()
        content = bytearray(second.read_bytes())
        content[:256] = os.urandom(256)  # the header, and that of the first record
        content[len(content) // 2:len(content) // 2 + 4096] = bytes(4096)  # a page that was never written
        second.write_bytes(content)
        os.truncate(first, first.stat().st_size - 1000)
        os.truncate(last, last.stat().st_size - 1000)
        (first.parent / "ffffffffffff0000.seg").write_bytes(b"")
        (first.parent / "ffffffffffff0001.seg").write_bytes(os.urandom(70_000))
        (first.parent / "notes.txt").write_text("not ours")
        self.target.fault("ok")
        self.invar = self.start(self.text)
        self.wait(lambda: not self.spill_files(), lambda: str(self.spill_files()), 60)
        self.a.write(100)
        self.wait(lambda: self.destination("sink")["in_flight"] == {"queue": 0, "requests": 0, "spill": 0}, lambda: str(self.destination("sink")))
        check = self.target.check(self.written())
        self.assertEqual((check["dup"], check["out_of_order"]), (0, 0), check)
        # Two records that were cut off, two whose headers are gone, and at most two that hold the page.
        self.assertGreater(check["lost"], 0)
        self.assertLess(check["lost"], 6 * 5000, check)
        self.assertGreater(self.invar.metric("invar_write_spill_skipped_bytes_total"), 0)
        self.assertGreaterEqual(check["lost"], self.destination("sink")["dropped"].get("spill_corrupt", 0))
        self.assertEqual((first.parent / "notes.txt").read_text(), "not ours")

    def test_kill_9_at_any_time_while_the_destination_comes_and_goes(self):
        seed = random.randrange(1 << 30)
        rng = random.Random(seed)
        self.begin()
        for _ in range(8):
            self.target.fault(rng.choice(["503", "refuse", "stall", "429", "ok"]))
            self.write_for(rng.uniform(0.1, 1.5), rate=20_000)
            self.invar.kill()
            self.target.fault(rng.choice(["503", "refuse", "ok"]))
            self.invar = self.start(self.text)
            self.write_for(rng.uniform(0, 0.5), rate=20_000)
            self.ledger()
        self.target.fault("ok")
        self.wait_arrived(self.target, 90)
        check = self.target.check(self.written())
        self.assertEqual(check["lost"], 0, f"seed {seed}: {check}")
        self.wait(lambda: not self.spill_files(), "an empty spill")
        self.assertEqual(self.destination("sink")["dropped"], {})


if __name__ == "__main__":
    unittest.main()
