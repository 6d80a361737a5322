#!/usr/bin/env python3
"""What was written is what a query of a real Loki returns. Run by `scripts/test --loki` with LOKI_BINARY naming a Loki."""

import json
import sys
import tempfile
import time
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "e2e"))

import case  # noqa: E402
from harness import http  # noqa: E402
from harness.loki import Loki  # noqa: E402

SECOND = 1_000_000_000
HOUR = 3600 * SECOND


class LokiTest(case.EndToEnd):
    """One Loki for all tests; each has a tenant of its own."""

    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory(prefix="loki-")
        cls.loki = Loki(cls.folder.name)
        cls.loki.wait_ready()

    @classmethod
    def tearDownClass(cls):
        cls.loki.close()
        cls.folder.cleanup()

    def setUp(self):
        super().setUp()
        self.tenant = self.id().rpartition(".")[2]
        self.begun = time.time_ns() - SECOND

    def query(self, selector, tenant=None, start=None):
        return self.loki.entries(selector, tenant=tenant or self.tenant, start=start or self.begun, end=time.time_ns() + HOUR)

    def wait_for(self, selector, count, seconds=30, **options):
        self.wait(lambda: len(self.query(selector, **options)) >= count, lambda: f"{count} entries, got {len(self.query(selector, **options))}", seconds)
        return self.query(selector, **options)

    def tail(self, url=None, **options):
        return self.start(case.tail_config([self.logs / "*.log"], url or self.loki.url, labels={"job": "t"}, endpoint=f'tenant_id = "{self.tenant}"'), **options)

    def begin_api(self, stages="", endpoint="", flags=(), write=""):
        """What is pushed goes through `stages` to Loki."""
        self.port = http.free_port()
        return self.start(f"""
loki.source.api "in" {{
  http {{
    listen_address = "127.0.0.1"
    listen_port    = {self.port}
  }}
  use_incoming_timestamp = true
  forward_to = [loki.process.p.receiver]
}}
loki.process "p" {{
  {stages}
  forward_to = [loki.write.sink.receiver]
}}
{case.write_block(self.loki.url, endpoint=endpoint or f'tenant_id = "{self.tenant}"', extra=write)}""", flags=flags)

    def push(self, streams):
        """`streams`: [(labels, [(time, line, {structured metadata})])]"""
        body = json.dumps({"streams": [{"stream": labels, "values": [[str(at), line, *metadata] for at, line, *metadata in values]}
                                       for labels, values in streams]})
        status, text = http.request(f"http://127.0.0.1:{self.port}/loki/api/v1/push", "POST", body.encode(), headers={"Content-Type": "application/json"})
        self.assertEqual(status, 204, text)

    def test_lines_come_back_equal_and_in_order(self):
        lines = ["plain", "  blanks around  ", "tab\there", 'quotes " and \\ and `', "ünïcödé ✓ 日本語 🎉", "{\"json\": [1, 2]}", "control \x01\x1b[31m red", "x" * 100_000]
        lines += [f"line {number}" for number in range(5000)]
        with open(self.logs / "a.log", "w", encoding="utf-8") as log:
            log.write("".join(line + "\n" for line in lines))
        self.tail()
        got = self.wait_for('{job="t"}', len(lines))
        self.assertEqual([line for _, line, _ in got], lines)
        times = [at for at, _, _ in got]
        self.assertEqual(times, sorted(times))

    def test_labels_times_and_structured_metadata(self):
        now = time.time_ns()
        self.begin_api('stage.structured_metadata { values = { "trace" = "" } }\n stage.static_labels { values = { "added" = "by stage" } }')
        sent = [(now + number, f"line {number}", {"pod_uid": f"u{number}", "dotted.name": "v"}) for number in range(300)]
        self.push([({"app": "a", "trace": "abc"}, sent), ({"app": "b"}, [(now + 5, "without")])])
        self.wait_for('{app=~"a|b"}', 301)
        streams = self.loki.streams('{app=~"a|b"}', tenant=self.tenant, start=self.begun, end=now + HOUR)
        self.assertEqual(set(streams), {(("added", "by stage"), ("app", "a")), (("added", "by stage"), ("app", "b"))})
        a = streams[(("added", "by stage"), ("app", "a"))]
        self.assertEqual([(at, line) for at, line, _ in a], [(at, line) for at, line, _ in sent])
        for (_, _, got), (_, _, metadata) in zip(a, sent):
            self.assertEqual(got, {"pod_uid": metadata["pod_uid"], "dotted_name": "v", "trace": "abc"})  # Loki names it so

    def test_tenants_are_kept_apart(self):
        now = time.time_ns()
        self.begin_api('stage.tenant { label = "team" }', endpoint=f'tenant_id = "{self.tenant}"')
        self.push([({"app": "x", "team": team} if team else {"app": "x"}, [(now + number, f"{team} {number}") for number in range(50)]) for team in ("red", "blue", "")])
        for team in ("red", "blue"):
            got = self.wait_for('{app="x"}', 50, tenant=team)
            self.assertEqual([line for _, line, _ in got], [f"{team} {number}" for number in range(50)])
        self.assertEqual([line for _, line, _ in self.wait_for('{app="x"}', 50)], [f" {number}" for number in range(50)])

    def test_only_the_refused_entries_are_dropped(self):
        now = time.time_ns()
        invar = self.begin_api(flags=(f"--delivery.dead-letters={self.place}/dead.jsonl",))
        good = [(now + number, f"good {number}") for number in range(20)]
        old = (now - 200 * HOUR, "greater than max age")
        ahead = (now + 2 * HOUR, "too far ahead")
        self.push([({"app": "r"}, good[:10] + [old] + good[10:] + [ahead]),
                   ({f"l{number}": "v" for number in range(20)}, [(now, "too many labels")]),
                   ({"app": "long"}, [(now, "l" * 300_000), (now + 1, "short")])])
        self.assertEqual([line for _, line, _ in self.wait_for('{app="r"}', 20)], [line for _, line in good])
        self.wait_for('{app="long"}', 1)
        self.wait(lambda: invar.metric("loki_write_dropped_entries_total") >= 4, invar.log)
        self.assertEqual(sorted(line[:20] for _, line, _ in self.query('{app="long"}')), ["short"])
        letters = [json.loads(line)["line"] for line in (self.place / "dead.jsonl").read_text().splitlines()]
        self.assertEqual(sorted(line[:20] for line in letters), ["greater than max age", "l" * 20, "too far ahead", "too many labels"])
        self.assertEqual(invar.metric("loki_write_dropped_entries_total"), 4)

    def test_too_far_behind_its_stream(self):
        now = time.time_ns()
        invar = self.begin_api(flags=(f"--delivery.dead-letters={self.place}/dead.jsonl",))
        self.push([({"app": "o"}, [(now, "newest")])])
        self.wait_for('{app="o"}', 1)
        self.push([({"app": "o"}, [(now + 1, "after"), (now - 3 * HOUR, "three hours behind"), (now + 2, "last")])])
        self.assertEqual([line for _, line, _ in self.wait_for('{app="o"}', 3, start=now - 4 * HOUR)], ["newest", "after", "last"])
        self.wait(lambda: invar.metric("loki_write_dropped_entries_total") == 1, invar.log)
        self.assertEqual([json.loads(line)["line"] for line in (self.place / "dead.jsonl").read_text().splitlines()], ["three hours behind"])

    def test_kill_9_leaves_every_line_of_a_pod_once(self):
        """What is sent again after a kill carries the time of its line, and so is byte-identical: Loki keeps one of it."""
        config = case.tail_config([self.logs / "*.log"], self.loki.url, labels={"job": "t"}, endpoint=f'tenant_id = "{self.tenant}"')
        config = config.replace("forward_to = [loki.write.sink.receiver]", "forward_to = [loki.process.cri.receiver]")
        config += 'loki.process "cri" {\n  stage.cri { }\n  forward_to = [loki.write.sink.receiver]\n}\n'
        lines = 0
        invar = self.start(config)
        with open(self.logs / "k.log", "ab", buffering=0) as log:
            for _ in range(12):
                for _ in range(10):
                    stamps = [time.time_ns() for _ in range(100)]
                    log.write("".join(time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(at // SECOND)) + f".{at % SECOND:09d}Z stdout F line {lines + number}\n"
                                      for number, at in enumerate(stamps)).encode())
                    lines += 100
                    time.sleep(0.01)
                invar.kill()
                invar = self.start(config)
        self.wait_for('{job="t"}', lines, 60)
        time.sleep(1)
        self.assertEqual([line for _, line, _ in self.query('{job="t"}')], [f"line {number}" for number in range(lines)])
        print(f"12 kills, {lines} lines, each once", flush=True)


class OutageTest(case.EndToEnd):
    def test_a_loki_that_goes_away_for_a_while(self):
        loki = Loki(self.place / "loki")
        self.addCleanup(lambda: loki.close())
        loki.wait_ready()
        begun = time.time_ns() - SECOND
        writer = self.writer("a.log")
        self.start(case.tail_config([self.logs / "*.log"], loki.url, labels={"job": "t"}, endpoint='tenant_id = "default"'))
        writer.write(500)
        self.wait(lambda: len(loki.entries('{job="t"}', start=begun)) == 500, "the first lines")
        code, _ = loki.terminate(60)
        self.assertIsNotNone(code)
        for _ in range(20):
            writer.write(100)
            time.sleep(0.1)
        loki = Loki(self.place / "loki", port=loki.port)
        loki.wait_ready()

        def lines():
            return [line for _, line, _ in loki.entries('{job="t"}', start=begun)]

        self.wait(lambda: len(lines()) >= writer.lines, lambda: f"{writer.lines} lines, got {len(lines())}", 60)
        got = lines()
        self.assertEqual(got, [f"line ~[0.{seq}.0]" for seq in range(writer.lines)])


if __name__ == "__main__":
    unittest.main()
