#!/usr/bin/env python3
"""loki_sink itself: what it counts and how it fails. Needs no invar."""

import http.client
import json
import socket
import subprocess
import time
import unittest

import case
from harness import http as plain_http


def push(address, lines, labels='{"app":"a"}', headers=None, timeout=5):
    values = [[str(1_000_000_000 + number), line] for number, line in enumerate(lines)]
    body = json.dumps({"streams": [{"stream": json.loads(labels), "values": values}]}).encode()
    return plain_http.request(f"http://{address}/loki/api/v1/push", "POST", body, timeout,
                              {"Content-Type": "application/json", **(headers or {})})


class SinkTest(case.EndToEnd):
    def test_counts_and_dumps(self):
        sink = self.sink("--keep")
        self.assertEqual(push(sink.push, ["one", "zwei ~[3.0.0]"], headers={"X-Scope-OrgID": "t1"})[0], 204)
        summary = sink.summary()
        self.assertEqual((summary["lines"], summary["bytes"], summary["streams"]), (2, 16, 1))
        self.assertEqual(summary["labels"]["app"]["a"]["lines"], 2)
        self.assertEqual(summary["tenants"], {"t1": 1})
        self.assertEqual(sink.check({3: 2})["lost"], 1)
        entries = sink.entries()
        self.assertEqual([entry["line"] for entry in entries], [b"one", b"zwei ~[3.0.0]"])
        self.assertEqual((entries[0]["stream"], entries[0]["ts"], entries[0]["tenant"]), ({"app": "a"}, "1000000000", "t1"))
        self.assertIn("app", sink.ask("/summary?format=table"))
        sink.reset()
        self.assertEqual(sink.lines(), 0)

    def test_status_faults_end_by_themselves(self):
        sink = self.sink()
        for mode in ("429", "500", "503"):
            sink.fault(mode, seconds=0.3)
            self.assertEqual(push(sink.push, ["x"])[0], int(mode))
            time.sleep(0.5)
            self.assertEqual(push(sink.push, ["x"])[0], 204)
        self.assertEqual(sink.lines(), 3)
        sink.fault("503", every=2)
        self.assertEqual([push(sink.push, ["x"])[0] for _ in range(4)], [204, 503, 204, 503])

    def test_connection_faults(self):
        sink = self.sink()
        for mode, taken in (("reset", 0), ("refuse", 0), ("lostack", 1)):
            with self.subTest(mode=mode):
                sink.reset()
                sink.fault(mode)
                with self.assertRaises((OSError, http.client.HTTPException)):
                    push(sink.push, ["x"])
                self.assertEqual(sink.lines(), taken)
                sink.fault("ok")
                self.assertEqual(push(sink.push, ["x"])[0], 204)

    def test_a_fault_that_ends_after_some_hits_with_words_of_its_own(self):
        sink = self.sink()
        sink.fault("400", times=2, body=b"entry refused")
        self.assertEqual([push(sink.push, ["x"]) for _ in range(2)], [(400, "entry refused")] * 2)
        time.sleep(0.2)
        self.assertEqual(push(sink.push, ["x"])[0], 204)

    def test_half_an_answer_and_none_at_all(self):
        sink = self.sink()
        for mode in ("half", "hangup"):
            sink.fault(mode)
            with self.assertRaises((OSError, http.client.HTTPException)):
                push(sink.push, ["x"])
        sink.fault("ok")
        self.assertEqual(push(sink.push, ["x"])[0], 204)
        self.assertEqual(sink.lines(), 1)

    def test_a_slow_reader_takes_its_time(self):
        sink = self.sink()
        sink.fault("slow")
        start = time.monotonic()
        self.assertEqual(push(sink.push, ["x" * 150_000], timeout=10)[0], 204)
        self.assertGreater(time.monotonic() - start, 1)
        sink.fault("ok")
        self.assertEqual(push(sink.push, ["x" * 1_500_000], timeout=2)[0], 204)

    def test_stall_answers_nothing_until_it_ends(self):
        sink = self.sink()
        sink.fault("stall")
        with self.assertRaises(socket.timeout):
            push(sink.push, ["x"], timeout=0.4)
        sink.fault("ok")
        self.assertEqual(push(sink.push, ["x"])[0], 204)
        self.assertEqual(sink.lines(), 1)

    def test_delay_and_basic_auth(self):
        sink = self.sink("--basic-auth=u:p", "--delay=200ms")
        self.assertEqual(push(sink.push, ["x"])[0], 401)
        start = time.monotonic()
        self.assertEqual(push(sink.push, ["x"], headers={"Authorization": "Basic dTpw"})[0], 204)
        self.assertGreater(time.monotonic() - start, 0.19)

    def test_bad_pushes_are_refused(self):
        sink = self.sink()
        for body, kind in ((b"{}", "application/json"), (b"nonsense", "application/x-protobuf")):
            status, _ = plain_http.request(sink.url, "POST", body, headers={"Content-Type": kind})
            self.assertEqual(status, 400)
        self.assertEqual(sink.summary()["bad_requests"], 2)

    def test_serves_tls(self):
        cert, key = self.place / "cert.pem", self.place / "key.pem"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
                        "-subj", "/CN=localhost", "-keyout", key, "-out", cert], check=True, capture_output=True)
        sink = self.sink(f"--tls-cert={cert}", f"--tls-key={key}")
        import ssl

        context = ssl._create_unverified_context()
        host, port = sink.push.split(":")
        connection = http.client.HTTPSConnection(host, int(port), context=context, timeout=5)
        body = json.dumps({"streams": [{"stream": {"a": "b"}, "values": [["1", "x" * 3_000_000]]}]})
        for _ in range(2):
            connection.request("POST", "/loki/api/v1/push", body, {"Content-Type": "application/json"})
            answer = connection.getresponse()
            answer.read()
            self.assertEqual(answer.status, 204)
        connection.close()
        self.assertEqual(sink.lines(), 2)


if __name__ == "__main__":
    unittest.main()
