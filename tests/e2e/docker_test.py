#!/usr/bin/env python3
"""Logs of containers, from an engine behind a Unix socket to the destination: kills, outages, an engine that goes away."""

import http.server
import json
import os
import random
import re
import socketserver
import struct
import subprocess
import threading
import time
import unittest

import case
import queue_kills
from harness import paths


def written(ns):
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(ns // 10**9)) + f".{ns % 10**9:09d}Z"


class Container:
    """Has a log. Counts its lines as case.Writer does."""

    def __init__(self, name, file=0):
        self.name, self.file, self.lines, self.log, self.running, self.finished = name, file, 0, [], True, "0001-01-01T00:00:00Z"
        self.last = 0

    def write(self, count=1, stream=1, padding=""):
        for seq in range(self.lines, self.lines + count):
            # Times of an engine: nearly in order, now and then the same one twice.
            self.last = max(self.last + random.choice((0, 1, 1)), time.time_ns())
            text = f"{written(self.last)} line ~[{self.file}.{seq}.0]{padding}\n".encode()
            self.log.append((self.last // 10**9, bytes([stream, 0, 0, 0]) + struct.pack(">I", len(text)) + text))
        self.lines += count

    def end(self):
        self.finished, self.running = written(time.time_ns()), False

    def close(self):
        pass


class Answers(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def reply(self, status, body, **headers):
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", "Content-Length": str(len(body)), **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def do_HEAD(self):
        self.reply(200, b"", Api_Version="1.51")

    def do_GET(self):
        asked = re.match(r"/v1\.51/containers/([^/]+)/(json|logs\?.*since=(\d+))", self.path)
        container = asked and self.server.containers.get(asked[1])
        if not container:
            return self.reply(404, json.dumps({"message": "No such container"}).encode())
        if asked[2] == "json":
            state = {"State": {"Running": container.running, "FinishedAt": container.finished}, "Config": {"Tty": False}}
            return self.reply(200, json.dumps(state).encode())
        self.send_response(200)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        at, since = 0, int(asked[3])
        while not self.server.ending:
            over = not container.running
            end = len(container.log)
            told = b"".join(frame for second, frame in container.log[at:end] if second >= since)
            if told:
                self.wfile.write(b"%x\r\n%s\r\n" % (len(told), told))
            elif over and at == end:
                self.wfile.write(b"0\r\n\r\n")
                return None
            at = end
            time.sleep(0.01)
        self.close_connection = True
        return None


class Engine(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
    daemon_threads, ending = True, False

    def __init__(self, path, containers):
        self.containers = {container.name: container for container in containers}
        super().__init__(str(path), Answers)
        self.thread = threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self.thread.start()

    def get_request(self):
        request, _ = super().get_request()
        return request, ("engine", 0)

    def handle_error(self, request, client_address):
        pass  # whoever asked is gone

    def stop(self):
        self.ending = True
        self.shutdown()
        self.server_close()
        os.unlink(self.server_address)


class DockerTest(queue_kills.QueueKills):
    def engine(self, *containers):
        engine = Engine(self.place / "docker.sock", containers)
        self.addCleanup(lambda: engine.ending or engine.stop())
        for container in containers:
            if container not in self.writers:
                self.writers.append(container)
        return engine

    def text(self, url, *containers, endpoint=""):
        targets = ", ".join(f'{{"__meta_docker_container_id" = "{container.name}", "container" = "{container.name}"}}' for container in containers)
        return f"""
loki.source.docker "node" {{
  host       = "unix://{self.place}/docker.sock"
  targets    = [{targets}]
  labels     = {{ job = "docker" }}
  forward_to = [loki.write.sink.receiver]
}}
{case.write_block(url, endpoint=endpoint)}"""

    def test_lines_arrive_once_with_their_labels(self):
        sink, web, db = self.sink("--keep"), Container("web", 0), Container("db", 1)
        self.engine(web, db)
        web.write(1000)
        invar = self.start(self.text(sink.url, web, db))
        db.write(500, stream=2)
        self.wait_arrived(sink)
        web.write(500)
        self.wait_arrived(sink)
        self.assert_exactly_once(sink)
        self.assertEqual({str(sorted(entry["stream"].items())) for entry in sink.entries()},
                         {"[('container', 'web'), ('job', 'docker')]", "[('container', 'db'), ('job', 'docker')]"})
        self.assertEqual(invar.metric("loki_source_docker_target_entries_total"), 2000)
        told = subprocess.run([paths.program("invar"), "ledger", f"--address=127.0.0.1:{invar.port}"], capture_output=True, text=True, timeout=20)
        self.assertEqual(told.returncode, 0, told.stdout + told.stderr)
        self.assertIn("loki.source.docker.node web  1500", told.stdout)

    def test_a_stop_in_the_middle_of_a_second_sends_nothing_twice(self):
        sink, web = self.sink("--keep"), Container("web")
        self.engine(web)
        config = self.config(self.text(sink.url, web))
        for _ in range(4):
            web.write(100)
            invar = self.start(config)
            self.wait_arrived(sink)
            invar.terminate()
        self.assert_exactly_once(sink)

    def test_kill_at_any_time_loses_nothing(self):
        dice = random.Random(7)
        sink, web = self.sink("--keep"), Container("web")
        self.engine(web)
        web.write(2000)
        config = self.config(self.text(sink.url, web))
        for kill in range(8):
            invar = self.start(config, ready=False)
            for _ in range(3):
                time.sleep(dice.random() * 0.3)
                web.write(dice.randrange(1, 300))
            if kill % 4 == 2:
                sink.fault("503", seconds=0.5)
            time.sleep(dice.random() * 0.5)
            invar.kill()
        sink.fault("ok")
        self.start(config)
        self.wait_arrived(sink)
        time.sleep(0.5)
        self.assert_nothing_lost(sink, 8 * web.lines)
        self.assert_repeats_are_equal(sink)

    def kill_while_queues_of(self, *containers):
        sink = self.sink()
        self.engine(*containers)
        text = self.text(sink.url, *containers, endpoint="max_backoff_retries = 2")

        def write(count):
            for container in containers:
                container.write(count)

        write(100)
        self.invar = self.start(text)
        self.wait_arrived(sink)
        self.kill_while_a_queue_moves_to_disk(sink, text, write, rate=4000, noted=1.3)

    def test_kill_9_while_a_queue_moves_to_disk(self):
        self.kill_while_queues_of(Container("web"))

    def test_kill_9_while_the_queue_of_several_containers_moves_to_disk(self):
        self.kill_while_queues_of(*(Container(f"web{number}", number) for number in range(4)))

    def test_an_engine_that_goes_away_and_comes_back(self):
        sink, web = self.sink("--keep"), Container("web")
        engine = self.engine(web)
        web.write(300)
        invar = self.start(self.text(sink.url, web))
        self.wait_arrived(sink)
        engine.stop()
        self.wait(lambda: "error inspecting Docker container" in invar.log(), "an engine that is missed", 15)
        self.assertIn(f"failed to connect to the docker API at unix://{self.place}/docker.sock; check if the path is correct and if the daemon is running: "
                      f"dial unix {self.place}/docker.sock: connect: no such file or directory", invar.log())
        web.write(300)
        self.engine(web)
        self.wait_arrived(sink, 20)
        web.write(10)
        web.end()
        self.wait_arrived(sink)
        self.assert_exactly_once(sink)

    def test_memory_stays_small_over_a_large_log(self):
        sink, web = self.sink("--keep"), Container("web")
        self.engine(web)
        web.write(60_000, padding="n" * 500)
        invar = self.start(self.text(sink.url, web))
        self.wait_arrived(sink, 60)
        self.assertLess(invar.metric("process_resident_memory_bytes"), 64 << 20)
        self.assert_exactly_once(sink)


if __name__ == "__main__":
    unittest.main()
