#!/usr/bin/env python3
"""Starting, refusing to start, stopping."""

import socket
import subprocess
import time
import unittest

import case
from harness import paths


class StartTest(case.EndToEnd):
    def command(self, *words):
        return subprocess.run([paths.program("invar"), *map(str, words)], capture_output=True, text=True, timeout=30)

    def assert_refused(self, text, *needles):
        invar = self.start(text, ready=False)
        self.wait(lambda: not invar.is_running(), lambda: "invar to give up:\n" + invar.log())
        self.assertEqual(invar.child.returncode, 1, invar.log())
        for needle in needles:
            self.assertIn(needle, invar.log())
        return invar

    def test_says_its_version_and_usage(self):
        self.assertRegex(self.command("--version").stdout, r"\d+\.\d+\.\d+")
        usage = self.command("--help")
        self.assertEqual(usage.returncode, 0)
        self.assertIn("validate", usage.stdout)

    def test_validate_judges_without_running(self):
        good = self.config(case.tail_config([self.logs / "*.log"], "http://127.0.0.1:1/loki/api/v1/push"))
        self.assertEqual(self.command("validate", good).returncode, 0)
        bad = self.config("loki.write \"x\" {\n  endpoint {\n    ulr = \"y\"\n  }\n}\n", "bad.alloy")
        judged = self.command("validate", bad)
        self.assertEqual(judged.returncode, 1)
        self.assertIn("bad.alloy:3:", judged.stdout + judged.stderr)

    def test_syntax_and_decode_errors_refuse_the_start(self):
        self.assert_refused("loki.write \"x\" {", "config.alloy:1:")
        self.assert_refused("logging {\n  level = 5\n}\n", "config.alloy:2:")

    def test_a_missing_config_is_named(self):
        self.assert_refused(self.place / "nowhere.alloy", "nowhere.alloy")

    def test_names_a_component_this_build_cannot_run(self):
        self.assert_refused('prometheus.remote_write "x" {\n  endpoint {\n    url = "http://127.0.0.1:1"\n  }\n}\n',
                            "prometheus.remote_write")

    def test_a_port_in_use_ends_the_start_with_its_address(self):
        with socket.socket() as other:
            other.bind(("127.0.0.1", 0))
            other.listen()
            port = other.getsockname()[1]
            invar = self.start("", ready=False, port=port)
            self.wait(lambda: not invar.is_running(), lambda: "invar to give up:\n" + invar.log())
            self.assertEqual(invar.child.returncode, 1)
            self.assertIn(f"127.0.0.1:{port}", invar.log())

    def test_any_free_port_will_do(self):
        refused = self.command("run", "--server.http.listen-addr=127.0.0.1:99999", self.config(""))
        self.assertEqual(refused.stderr, 'Error: failed to create cluster node: failed to parse advertise port "99999": address 99999: invalid port\n')
        invar = self.start("", ready=False, flags=("--server.http.listen-addr=127.0.0.1:0",))
        self.wait(lambda: "Alloy is running" in invar.log(), invar.log)
        self.assertRegex(invar.log(), r'msg="now listening for http traffic" service=http addr=127\.0\.0\.1:[1-9]\d*\n')

    def test_a_directory_of_configs_is_one_config(self):
        sink = self.sink()
        self.writer("a.log").write(3)
        folder = self.place / "configs"
        folder.mkdir()
        whole = case.tail_config([self.logs / "*.log"], sink.url)
        cut = whole.index('loki.write "sink"')
        (folder / "read.alloy").write_text(whole[:cut])
        (folder / "write.alloy").write_text(whole[cut:])
        (folder / "notes.txt").write_text("not a config")
        self.start(folder)
        self.wait_arrived(sink)

    def test_health_metrics_and_build_are_served(self):
        sink = self.sink()
        invar = self.start(case.tail_config([self.logs / "*.log"], sink.url))
        self.assertEqual(invar.get("/-/ready")[0], 200)
        self.assertEqual(invar.get("/-/healthy")[0], 200)
        self.assertEqual(invar.metric("alloy_build_info"), 1)
        self.assertEqual(invar.get("/nothing/here")[0], 404)

    def test_sigterm_delivers_what_was_read_and_ends(self):
        sink = self.sink("--delay=200ms")
        writer = self.writer("a.log")
        writer.write(2000)
        config = case.tail_config([self.logs / "*.log"], sink.url)
        invar = self.start(config)
        self.wait(lambda: sink.lines() > 0, "the first lines")
        writer.write(2000)
        time.sleep(0.2)
        code, seconds = invar.terminate(30)
        self.assertEqual(code, 0, invar.log())
        self.assertLess(seconds, 20)
        sink.delay(0)
        self.start(config)  # what was not delivered is read again, what was is not
        self.wait_arrived(sink)
        self.assert_exactly_once(sink)

    def test_sigterm_ends_in_time_with_a_dead_destination(self):
        sink = self.sink("--mode=refuse")
        self.writer("a.log").write(1000)
        config = case.tail_config([self.logs / "*.log"], sink.url)
        invar = self.start(config)
        time.sleep(0.5)
        code, seconds = invar.terminate(40)
        self.assertEqual(code, 0, invar.log())
        self.assertLess(seconds, 25)
        sink.fault("ok")
        self.start(config)
        self.wait_arrived(sink)
        self.assert_exactly_once(sink)


if __name__ == "__main__":
    unittest.main()
