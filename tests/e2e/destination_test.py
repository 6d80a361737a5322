#!/usr/bin/env python3
"""Destinations that fail: nothing is lost, memory stays bounded, and the state can be seen."""

import os
import subprocess
import time
import unittest

import case
from harness import http, procfs

MEMORY_LIMIT = 48  # megabytes resident while nothing can be sent


class DestinationTest(case.EndToEnd):
    def begin(self, *flags, lines=200, endpoint=""):
        self.a = self.writer("a.log")
        self.a.write(lines)
        self.target = self.sink(*flags)
        self.text = case.tail_config([self.logs / "*.log"], self.target.url, endpoint=endpoint)
        self.invar = self.start(self.text)

    def survive(self, mode, seconds=3.0, duplicates=0):
        """Lines are written before, during and after a fault; all arrive in order."""
        self.begin()
        self.wait_arrived(self.target)
        self.target.fault(mode)
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.a.write(100)
            time.sleep(0.05)
        self.assertTrue(self.invar.is_running())
        self.target.fault("ok")
        self.a.write(10)
        self.wait_arrived(self.target, 40)
        time.sleep(0.3)
        if duplicates == 0:
            self.assert_exactly_once(self.target)
        else:
            self.assert_nothing_lost(self.target, duplicates)
        self.assertEqual(self.invar.metric("loki_write_dropped_entries_total"), 0)

    def test_503(self):
        self.survive("503")
        self.assertGreater(self.invar.metric("loki_write_batch_retries_total"), 0)

    def test_500(self):
        self.survive("500")

    def test_429(self):
        self.survive("429")

    def test_reset(self):
        self.survive("reset")

    def test_refused(self):
        self.survive("refuse")

    def test_stall(self):
        self.survive("stall", seconds=5)

    def test_half_an_answer(self):
        self.survive("half")

    def test_hung_up_on(self):
        self.survive("hangup")

    def test_slow_reader(self):
        self.survive("slow", seconds=4, duplicates=100_000)  # a request that takes longer than remote_timeout is sent again

    def test_lost_acknowledgement_doubles_only_what_was_in_flight(self):
        self.survive("lostack", seconds=1.5, duplicates=100_000)

    def test_every_third_push_fails(self):
        self.begin()
        self.target.fault("503", every=3)
        for _ in range(60):
            self.a.write(50)
            time.sleep(0.02)
        self.wait_arrived(self.target)
        self.assert_exactly_once(self.target)

    def test_more_failures_than_max_backoff_retries_lose_nothing(self):
        self.begin(endpoint="max_backoff_retries = 3")
        self.wait_arrived(self.target)
        self.target.fault("503")
        self.a.write(500)
        self.wait(lambda: self.target.summary()["failed_requests"] >= 8, "eight failed pushes")
        self.target.fault("ok")
        self.wait_arrived(self.target)
        self.assert_exactly_once(self.target)

    def test_a_sink_that_is_down_at_the_start(self):
        port = http.free_port()
        a = self.writer("a.log")
        a.write(500)
        invar = self.start(case.tail_config([self.logs / "*.log"], f"http://127.0.0.1:{port}/loki/api/v1/push"))
        time.sleep(1)
        self.assertTrue(invar.is_running())
        sink = self.sink(port=port)
        self.wait_arrived(sink)
        self.assert_exactly_once(sink)

    def test_memory_is_bounded_while_nothing_can_be_sent(self):
        self.begin("--mode=503")
        for _ in range(15):
            self.a.write(20_000, padding="x" * 480)  # 10 MB each
        time.sleep(3)
        self.assertLess(procfs.memory(self.invar.pid)["max_rss"], MEMORY_LIMIT)
        self.target.fault("ok")
        self.wait_arrived(self.target, 60)
        self.assert_exactly_once(self.target)
        self.assertLess(procfs.memory(self.invar.pid)["max_rss"], MEMORY_LIMIT)

    def begin_with_a_dead_one(self):
        self.dead, self.alive = self.sink("--mode=503"), self.sink()
        self.a = self.writer("a.log")
        self.a.write(1000)
        text = case.tail_config([self.logs / "*.log"], self.alive.url).replace(
            "[loki.write.sink.receiver]", "[loki.write.sink.receiver, loki.write.dead.receiver]")
        self.invar = self.start(text + case.write_block(self.dead.url, "dead"), flags=["--delivery.spill-size=0"])
        self.wait_arrived(self.alive)

    def test_without_a_spill_a_full_queue_shows_in_metrics_and_health(self):
        self.begin_with_a_dead_one()
        self.a.write(80_000, padding="x" * 480)  # 40 MB
        self.wait(lambda: self.invar.metric("invar_write_queue_full", component_id="loki.write.dead") == 1, "a full queue in the metrics")
        self.wait(lambda: "loki.write" in self.invar.get("/-/healthy")[1], lambda: str(self.invar.get("/-/healthy")))
        self.assertEqual(self.invar.metric("invar_write_queue_full", component_id="loki.write.sink"), 0)
        self.dead.fault("ok")
        self.wait_arrived(self.dead, 60)
        self.wait_arrived(self.alive)
        self.assert_exactly_once(self.dead)
        self.assert_exactly_once(self.alive)
        self.wait(lambda: self.invar.get("/-/healthy")[0] == 200, lambda: str(self.invar.get("/-/healthy")))

    def test_basic_auth_and_a_password_that_comes_later(self):
        self.begin("--basic-auth=user:right", endpoint='basic_auth {\n username = "user"\n password = "wrong"\n }')
        self.wait(lambda: self.target.summary()["unauthorized"] > 0, "a refused push")
        self.a.write(100)
        self.config(self.text.replace('"wrong"', '"right"'))
        self.assertEqual(self.invar.reload()[0], 200)
        self.wait_arrived(self.target)
        self.assert_exactly_once(self.target)

    def test_tls(self):
        cert, key = self.place / "cert.pem", self.place / "key.pem"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
                        "-subj", "/CN=sink", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", cert],
                       check=True, capture_output=True)
        self.begin(f"--tls-cert={cert}", f"--tls-key={key}", endpoint=f'tls_config {{\n ca_file = "{cert}"\n }}')
        self.wait_arrived(self.target)
        self.assert_exactly_once(self.target)

    def test_an_unknown_certificate_is_refused(self):
        cert, key = self.place / "cert.pem", self.place / "key.pem"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
                        "-subj", "/CN=sink", "-keyout", key, "-out", cert], check=True, capture_output=True)
        self.begin(f"--tls-cert={cert}", f"--tls-key={key}")
        self.wait(lambda: "certificate" in self.invar.log().lower(), "a word about the certificate")
        self.assertEqual(self.target.lines(), 0)
        self.config(case.tail_config([self.logs / "*.log"], self.target.url, endpoint="tls_config {\n insecure_skip_verify = true\n }"))
        self.assertEqual(self.invar.reload()[0], 200)
        self.wait_arrived(self.target)
        self.assert_exactly_once(self.target)

    def test_tls_handshakes_that_break_off(self):
        cert, key = self.place / "cert.pem", self.place / "key.pem"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
                        "-subj", "/CN=sink", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", cert], check=True, capture_output=True)
        self.begin(f"--tls-cert={cert}", f"--tls-key={key}", endpoint=f'tls_config {{\n ca_file = "{cert}"\n }}')
        self.wait_arrived(self.target)
        self.target.fault("hangup")
        self.a.write(500)
        self.wait(lambda: self.invar.metric("loki_write_batch_retries_total") > 1, "failed handshakes")
        self.target.fault("ok")
        self.wait_arrived(self.target)
        self.assert_exactly_once(self.target)

    def test_a_name_that_cannot_be_resolved(self):
        self.target = self.sink()
        self.a = self.writer("a.log")
        self.a.write(500)
        text = case.tail_config([self.logs / "*.log"], "http://no-such-host.invalid/loki/api/v1/push")
        self.invar = self.start(text)
        self.wait(lambda: self.invar.metric("loki_write_batch_retries_total") > 1, "failed look-ups", 40)
        self.config(text.replace("http://no-such-host.invalid/loki/api/v1/push", self.target.url))
        self.assertEqual(self.invar.reload()[0], 200)
        self.wait_arrived(self.target)
        self.assert_exactly_once(self.target)

    def test_tenants_headers_and_external_labels_are_sent(self):
        self.a = self.writer("a.log")
        self.a.write(5)
        sink = self.sink("--keep")
        text = case.tail_config([self.logs / "*.log"], sink.url, labels={"app": "shop"}, endpoint='tenant_id = "team-a"')
        self.start(text.rstrip()[:-1] + '  external_labels = { cluster = "c1" }\n}\n')
        self.wait_arrived(sink)
        for entry in sink.entries():
            self.assertEqual(entry["tenant"], "team-a")
            self.assertEqual(entry["stream"], {"app": "shop", "cluster": "c1", "filename": str(self.logs / "a.log")})

    def test_full_disk_under_the_storage_path(self):
        if os.getuid() != 0:
            self.skipTest("needs root to mount a small file system")
        storage = self.place / "storage"
        storage.mkdir()
        if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", storage], capture_output=True).returncode != 0:
            self.skipTest("this machine does not let root mount")
        self.addCleanup(subprocess.run, ["umount", "-l", storage], capture_output=True)
        self.begin()
        self.wait_arrived(self.target)
        ballast = os.open(storage / "ballast", os.O_WRONLY | os.O_CREAT)
        try:
            while True:
                os.write(ballast, b"x" * 4096)
        except OSError:
            os.close(ballast)
        for number in range(30):  # collection goes on
            self.a.write(100)
            if number % 10 == 0:
                self.a.rename(self.logs / f"a.log.{number}")
            time.sleep(0.1)
        self.wait_arrived(self.target)
        self.assert_exactly_once(self.target)
        self.wait(lambda: "no space left" in self.invar.log().lower(), "a loud word about the full disk")
        self.assertTrue(self.invar.is_running())


if __name__ == "__main__":
    unittest.main()
