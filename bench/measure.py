"""One run of one agent: started, fed, watched."""

import json
import shutil
import threading
import time
from pathlib import Path

from agents import free_port
from harness import http, procfs
from harness.process import Process
from harness.sink import Sink

AGENT_CORE, BENCH_CORE = 0, 1


class Watch(threading.Thread):
    """Samples an agent's memory and CPU every 50 ms, so that the figures outlive it."""

    def __init__(self, pid):
        super().__init__(daemon=True)
        self.pid, self.stopping = pid, threading.Event()
        self.max_anon, self.last_cpu = 0.0, (0.0, 0.0)
        self.start()

    def run(self):
        while not self.stopping.wait(0.05):
            memory, cpu = procfs.memory(self.pid), procfs.cpu_seconds(self.pid)
            self.max_anon = max(self.max_anon, memory.get("anon", 0))
            self.last_cpu = cpu or self.last_cpu


class Run:
    """An agent, a sink and a log tree. Close it at the end."""

    def __init__(self, agent, scenario, pipeline, work, tree, pods, live):
        self.agent, self.scenario, self.tree, self.pods = agent, scenario, Path(tree), pods
        self.place = Path(work) / "run" / f"{scenario}-{agent.name}"
        shutil.rmtree(self.place, ignore_errors=True)
        (self.place / "storage").mkdir(parents=True)
        self.sink = Sink(self.place, core=BENCH_CORE)
        self.port = free_port()
        self.config = agent.render(pipeline, self.place, self.tree, pods, self.sink.push, self.port, live)
        self.process, self.watch, self.used = None, None, (0.0, 0.0)

    def start(self):
        words = self.agent.words(self.config, self.place / "storage", self.port)
        self.process = Process(words, self.place / "agent.log", env={"HOSTNAME": "node-1"}, core=AGENT_CORE)
        self.watch = Watch(self.process.pid)

    def wait_ready(self, seconds=120):
        """Seconds from the start until it was ready."""
        url = self.agent.ready_url(self.port)
        end = self.process.started + seconds
        while time.monotonic() < end:
            if not self.process.is_running():
                raise RuntimeError(f"{self.agent.name} ended early:\n{self.process.log()[-2000:]}")
            if http.is_ready(url):
                return time.monotonic() - self.process.started
            time.sleep(0.001)
        raise RuntimeError(f"{self.agent.name} not ready after {seconds} s:\n{self.process.log()[-2000:]}")

    def wait_lines(self, count, quiet):
        """True once so many distinct lines are there; False when nothing new came for `quiet` seconds."""
        last, since = -1, time.monotonic()
        while True:
            unique = self.sink.unique()
            if unique >= count:
                return True
            if unique != last:
                last, since = unique, time.monotonic()
            if time.monotonic() - since > quiet or not self.process.is_running():
                return False
            time.sleep(0.02)

    def cpu(self):
        """(user, system) seconds of the agent, those of killed runs before it included."""
        now = procfs.cpu_seconds(self.process.pid) or self.watch.last_cpu
        return self.used[0] + now[0], self.used[1] + now[1]

    def kill(self):
        self.used = self.cpu()
        self.watch.stopping.set()
        self.process.kill()

    def memory(self):
        """Megabytes: max_rss_mb, rss_mb, anon_mb, max_anon_mb; threads."""
        found = procfs.memory(self.process.pid)
        return {"max_rss_mb": found.get("max_rss", 0), "rss_mb": found.get("rss", 0), "anon_mb": found.get("anon", 0),
                "max_anon_mb": max(self.watch.max_anon, found.get("anon", 0)), "threads": found.get("threads", 0)}

    def verdict(self, written, drops_probes=False):
        """What arrived of what was written, as figures of the result."""
        check, summary = self.sink.check(written, drops_probes), self.sink.summary()
        figures = {name: check[name] for name in ("expected", "unique", "lost", "dup", "out_of_order")}
        figures |= {"gaps": check["gaps"]} if check["gaps"] else {}
        figures |= {"wrongly_kept": check["wrongly_kept"]} if check["wrongly_kept"] else {}
        figures |= {name: summary[name] for name in ("lines", "streams", "metadata_pairs", "requests", "failed_requests", "bad_requests")}
        return figures | {"entries": figures.pop("lines"), "line_bytes": summary["bytes"], "wire_bytes": summary["body_bytes"]}

    def latency(self):
        return {f"lat_{name}_ms": value for name, value in self.sink.summary()["latency_ms"].items()}

    def last_push(self):
        """Wall clock seconds of the last push that was taken."""
        return self.sink.summary()["last_us"] / 1e6

    def close(self):
        """Ends everything; returns how the agent stopped."""
        self.watch.stopping.set()
        code, seconds = self.process.terminate(20)
        self.sink.close()
        shutil.rmtree(self.place / "storage", ignore_errors=True)
        return {"stop_s": seconds, "stopped_cleanly": code is not None}


def warm(tree, pods):
    """Reads every file once, so that each agent finds it in the page cache."""
    for pod in pods:
        with open(Path(tree) / pod["path"], "rb") as log:
            while log.read(1 << 20):
                pass


def rounded(result):
    return {name: round(value, 4) if isinstance(value, float) else value for name, value in result.items()}


def write_line(result, out):
    line = json.dumps(rounded(result))
    print(line, flush=True)
    if out:
        with open(out, "a", encoding="utf-8") as file:
            file.write(line + "\n")
