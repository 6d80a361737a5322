#!/usr/bin/env python3
"""Messages of Kafka topics, from brokers to the destination: kills, outages, brokers that are down."""

import random
import subprocess
import time
import unittest

import case
from harness import paths

PROGRAM = paths.program("mock_kafka")


class Kafka:
    """A cluster in a process of its own, which lives on when invar is killed."""

    def __init__(self):
        self.process = subprocess.Popen([PROGRAM], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1)
        self.address = self.process.stdout.readline().strip()

    def ask(self, *words):
        self.process.stdin.write(" ".join(str(word) for word in words) + "\n")
        return self.process.stdout.readline().strip()

    def close(self):
        self.process.stdin.close()
        self.process.wait(20)
        self.process.stdout.close()


class Partition:
    """Counts its lines as case.Writer does."""

    def __init__(self, kafka, topic, partition, file):
        self.kafka, self.topic, self.partition, self.file, self.lines = kafka, topic, partition, file, 0

    def write(self, count=1, padding=0):
        assert self.kafka.ask("write", self.topic, self.partition, self.file, self.lines, count, padding) == "ok"
        self.lines += count

    def committed(self):
        return int(self.kafka.ask("committed", "loki.source.kafka", self.topic, self.partition))


@unittest.skipUnless(PROGRAM.exists(), "this build has no librdkafka, and so no loki.source.kafka")
class KafkaTest(case.EndToEnd):
    def setUp(self):
        super().setUp()
        self.kafka = Kafka()
        self.addCleanup(self.kafka.close)

    def partitions(self, topic, count):
        self.kafka.ask("topic", topic, count)
        made = [Partition(self.kafka, topic, number, len(self.writers) + number) for number in range(count)]
        self.writers += made
        return made

    def text(self, url, topics='"logs"', extra=""):
        return f"""
loki.relabel "kafka" {{
  forward_to = []

  rule {{
    source_labels = ["__meta_kafka_topic"]
    target_label  = "topic"
  }}
}}

loki.source.kafka "node" {{
  brokers                = ["{self.kafka.address}"]
  topics                 = [{topics}]
  use_incoming_timestamp = true
  labels                 = {{ job = "kafka" }}
  relabel_rules          = loki.relabel.kafka.rules
  forward_to             = [loki.write.sink.receiver]
}}
{extra}
{case.write_block(url)}"""

    def assert_balanced(self, invar):
        told = subprocess.run([paths.program("invar"), "ledger", f"--address=127.0.0.1:{invar.port}"], capture_output=True, text=True, timeout=20)
        self.assertEqual(told.returncode, 0, told.stdout + told.stderr)
        return told.stdout

    def test_messages_arrive_once_with_their_labels(self):
        sink = self.sink("--keep")
        web, db = self.partitions("logs-web", 1) + self.partitions("logs-db", 1)
        web.write(1000)
        invar = self.start(self.text(sink.url, '"^logs-.*"'))
        db.write(500)
        self.wait_arrived(sink)
        web.write(500)
        self.wait_arrived(sink)
        self.assert_exactly_once(sink)
        self.assertEqual({str(sorted(entry["stream"].items())) for entry in sink.entries()},
                         {"[('job', 'kafka'), ('topic', 'logs-web')]", "[('job', 'kafka'), ('topic', 'logs-db')]"})
        self.assertIn("loki.source.kafka.node logs-web/0  1500", self.assert_balanced(invar))
        self.wait(lambda: web.committed() == 1500, "the offset of what was acknowledged")

    def test_a_stop_sends_nothing_twice(self):
        sink = self.sink("--keep")
        partitions = self.partitions("logs", 3)
        config = self.config(self.text(sink.url))
        for _ in range(3):
            for partition in partitions:
                partition.write(100)
            invar = self.start(config)
            self.wait_arrived(sink)
            invar.terminate()
        self.assertEqual([partition.committed() for partition in partitions], [300] * 3)
        self.assert_exactly_once(sink)

    def test_kill_at_any_time_loses_nothing(self):
        dice = random.Random(7)
        sink = self.sink("--keep")
        partitions = self.partitions("logs", 4)
        config = self.config(self.text(sink.url))
        for kill in range(5):
            invar = self.start(config, ready=False)
            # A group of which a member was killed waits for as long as that one might come back.
            self.wait(lambda at=invar: "consuming topic" in at.log(), "partitions", 40)
            for _ in range(4):
                time.sleep(dice.random() * 0.3)
                dice.choice(partitions).write(dice.randrange(1, 2000))
            if kill % 2 == 1:
                sink.fault("503", seconds=0.5)
            time.sleep(dice.random() * 0.5)
            if kill == 3:
                self.assert_balanced(invar)
            invar.kill()
            committed = {partition.file: partition.committed() for partition in partitions}
            arrived = sink.check({partition.file: max(committed[partition.file], 0) for partition in partitions})
            self.assertEqual(arrived["lost"], 0, f"committed {committed}, and not all of it arrived: {arrived}")
        sink.fault("ok")
        invar = self.start(config)
        self.wait_arrived(sink, 40)
        time.sleep(0.5)
        self.assert_nothing_lost(sink, 5 * sum(self.written().values()))
        self.assert_repeats_are_equal(sink)
        self.assert_balanced(invar)

    def test_brokers_that_are_down_hold_up_nothing_else(self):
        sink, [logs] = self.sink("--keep"), self.partitions("logs", 1)
        self.kafka.ask("down")
        other = self.writer("other.log")
        other.write(100)
        invar = self.start(self.text(sink.url, extra=f"""
loki.source.file "other" {{
  targets    = [{{"__path__" = "{other.path}"}}]
  forward_to = [loki.write.sink.receiver]
}}"""))
        self.wait(lambda: sink.unique() >= 100, "what comes from elsewhere")
        self.wait(lambda: "failed to create kafka client with provided config" in invar.log(), "brokers that are missed")
        self.assertIn(f"error creating kafka client: kafka: client has run out of available brokers to talk to: dial tcp {self.kafka.address}: connect: connection refused",
                      invar.log())
        self.kafka.ask("up")
        logs.write(100)
        self.wait_arrived(sink)
        self.assert_exactly_once(sink)

    def test_memory_stays_small_over_a_large_backlog(self):
        sink = self.sink()
        for partition in self.partitions("logs", 12):
            partition.write(7000, padding=500)
        invar = self.start(self.text(sink.url))
        self.wait_arrived(sink, 60)
        self.assertLess(invar.metric("process_resident_memory_bytes"), 64 << 20)
        self.assert_exactly_once(sink)


if __name__ == "__main__":
    unittest.main()
