#!/usr/bin/env python3
"""Reload: all or nothing, and nothing is read twice."""

import time
import unittest

import case


class ReloadTest(case.EndToEnd):
    def begin(self, **options):
        self.a = self.writer("a.log")
        self.a.write(100)
        self.target = self.sink("--keep")
        self.text = case.tail_config([self.logs / "a.log"], self.target.url, **options)
        self.invar = self.start(self.text)
        self.wait_arrived(self.target)

    def reload(self, text, expected=200):
        self.config(text)
        status, answer = self.invar.reload()
        self.assertEqual(status, expected, answer + self.invar.log()[-2000:])
        return answer

    def test_a_new_target_is_taken_and_the_old_goes_on(self):
        self.begin()
        b = self.writer("b.log")
        b.write(100)
        self.reload(self.text.replace("a.log", "*.log"))
        self.a.write(50)
        self.wait_arrived(self.target)
        self.assert_exactly_once(self.target)

    def test_sighup_reloads(self):
        self.begin()
        b = self.writer("b.log")
        b.write(100)
        self.config(self.text.replace("a.log", "*.log"))
        self.invar.hup()
        self.wait_arrived(self.target)
        self.assert_exactly_once(self.target)

    def test_get_reloads_too(self):
        self.begin()
        self.assertEqual(self.invar.reload("GET"), (200, "config reloaded\n"))

    def test_a_broken_config_changes_nothing(self):
        self.begin()
        broken = {
            "syntax": self.text + "\nloki.write {",
            "unknown attribute": self.text.replace("batch_wait", "batch_wiat"),
            "unknown component": self.text + '\nno.such "thing" { }\n',
            "bad reference": self.text.replace("loki.write.sink.receiver", "loki.write.other.receiver"),
            "new part is fine, old one is broken": self.text.replace("a.log", "b.log").replace('"50ms"', '"fifty"', 1),
        }
        self.writer("b.log").write(10)
        for why, text in broken.items():
            with self.subTest(why=why):
                self.reload(text, expected=400)
                self.assertEqual(self.invar.metric("alloy_config_last_load_successful"), 0)
                self.a.write(20)
                self.wait(lambda: self.target.check({0: self.a.lines})["lost"] == 0, "lines after a refused reload")
                self.assertEqual(self.target.check({1: 10})["unique"], 0)
        self.reload(self.text.replace("a.log", "*.log"))
        self.assertEqual(self.invar.metric("alloy_config_last_load_successful"), 1)
        self.wait_arrived(self.target)
        self.assert_exactly_once(self.target)

    def test_labels_that_flip_every_second_read_nothing_twice(self):
        self.begin(labels={"color": "red"})
        for turn in range(8):
            color = ("red", "blue")[turn % 2]
            self.reload(self.text.replace('"red"', f'"{color}"'))
            for _ in range(10):
                self.a.write(40)
                time.sleep(0.05)
        self.wait_arrived(self.target)
        self.assert_exactly_once(self.target)
        colors = {entry["stream"]["color"] for entry in self.target.entries()}
        self.assertEqual(colors, {"red", "blue"})

    def test_a_changed_destination_gets_what_the_old_did_not(self):
        self.begin()
        other = self.sink()
        self.target.fault("503")
        self.a.write(200)
        time.sleep(0.3)
        self.reload(self.text.replace(self.target.url, other.url))
        self.a.write(50)
        self.wait(lambda: other.unique() >= 250, lambda: f"250 lines, got {other.summary()['probes']}")
        time.sleep(0.3)
        self.assertEqual(other.check({0: self.a.lines})["dup"], 0)
        self.assertEqual(self.target.check({0: 100})["lost"], 0)

    def test_a_removed_target_stops_and_comes_back_where_it_was(self):
        self.begin()
        self.reload(self.text.replace("a.log", "nothing.log"))
        # The reload has been answered; the walk over the new patterns comes right after it.
        self.wait(lambda: self.invar.metric("loki_source_file_files_active_total") == 0, "the file to be let go")
        self.a.write(30)
        time.sleep(0.5)
        self.assertEqual(self.target.unique(), 100)
        self.reload(self.text)
        self.wait_arrived(self.target)
        self.assert_exactly_once(self.target)

    def test_reloads_under_load_lose_and_double_nothing(self):
        self.begin()
        for turn in range(10):
            for _ in range(5):
                self.a.write(500)
                time.sleep(0.01)
            self.reload(self.text + f"\n// turn {turn}\n")
            self.reload(self.text.replace('level = "info"', f'level = "{("warn", "info")[turn % 2]}"'))
        self.wait_arrived(self.target)
        self.assert_exactly_once(self.target)


if __name__ == "__main__":
    unittest.main()
