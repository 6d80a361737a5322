#!/usr/bin/env python3
"""The example: the chart's pod-logs pipeline on sample logs, and secrets that must not show."""

import unittest

import case
import write_logs

CONFIG = case.ROOT / "examples" / "pod-logs" / "config.alloy"
PASSWORD = "s3cr3t-of-the-sink"


class PodLogsTest(case.EndToEnd):
    def environment(self, sink, password=PASSWORD):
        return {"POD_LOGS": str(self.place / "var/log/pods"), "LOKI_URL": sink.url, "LOKI_USERNAME": "demo", "LOKI_PASSWORD": password}

    def test_every_record_arrives_with_the_labels_of_its_pod(self):
        written = write_logs.write(self.place, 300)
        written.pop("loadtest")  # opted out by its annotation
        sink = self.sink("--keep", f"--basic-auth=demo:{PASSWORD}")
        invar = self.start(CONFIG, env=self.environment(sink))
        records = sum(count["records"] for count in written.values())
        self.wait(lambda: sink.lines() + invar.metric("loki_process_dropped_lines_total") >= records,
                  lambda: f"{records} records, got {sink.lines()}")
        entries = sink.entries()
        dropped = invar.metric("loki_process_dropped_lines_total", reason="health_probe")
        self.assertGreater(dropped, 0)
        self.assertEqual(len(entries) + dropped, records)
        self.assertEqual({entry["stream"]["container"] for entry in entries}, set(written))
        for entry in entries:
            labels = entry["stream"]
            self.assertEqual((labels["cluster"], labels["k8s_cluster_name"]), ("demo", "demo"))
            self.assertEqual(labels["job"], f"{labels['namespace']}/{labels['container']}")
            self.assertIn(labels["stream"], ("stdout", "stderr"))
            self.assertEqual(labels["flags"], "F")
            self.assertNotIn("filename", labels)
            self.assertNotIn("tmp_container_runtime", labels)
            # stage.structured_metadata moves what it takes from a label.
            self.assertNotIn("pod", labels)
            self.assertTrue(entry["metadata"]["pod"])
        self.assertTrue(any(len(entry["line"]) > 16384 for entry in entries), "pieces of one record are joined")
        self.assertFalse(any(b"GET /healthz" in entry["line"] for entry in entries))
        sent = [entry["line"] for entry in entries if entry["stream"]["container"] == "ledger"]
        with open(written["ledger"]["path"], "rb") as log:
            self.assertEqual(sent, [line.rstrip(b"\n").split(b" ", 3)[3] for line in log])

    def test_a_password_shows_nowhere(self):
        write_logs.write(self.place, 20)
        sink = self.sink("--basic-auth=demo:another")  # every push is refused
        text = CONFIG.read_text().replace('level  = "info"', 'level  = "debug"')
        invar = self.start(text, env=self.environment(sink))
        self.wait(lambda: sink.summary()["unauthorized"] > 0, "a refused push")
        shown = [invar.metrics_text(), invar.get("/-/healthy")[1]]
        for broken in (text.replace("password = sys", "pasword = sys"),
                       text.replace('sys.env("LOKI_PASSWORD")', 'sys.env("LOKI_PASSWORD") + 1'),
                       text.replace("retry_on_http_429", "retry_on_http_428")):
            self.config(broken)
            status, answer = invar.reload()
            self.assertEqual(status, 400, answer)
            shown.append(answer)
        invar.terminate()
        for said in [*shown, invar.log()]:
            self.assertNotIn(PASSWORD, said)


if __name__ == "__main__":
    unittest.main()
