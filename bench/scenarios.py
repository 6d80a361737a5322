"""The scenarios, S1 to S12, and the command line."""

import argparse
import json
import os
import sys
import tempfile
import time
from pathlib import Path

import agents
import limits
import table
from harness import loggen, procfs
from harness.sink import Sink
from measure import AGENT_CORE, BENCH_CORE, Run, warm, write_line

PROBES_DROPPED = {"s3"}
ROTATED = {"s9", "s10"}
OUTAGE = {"s7", "s10", "s11"}
KILLED = {"s8", "s11"}
NEIGHBOURS = ("ok", "refuse", "slow", "429")  # of the destination that S12 looks at


def say(text):
    print(f"# {text}", file=sys.stderr, flush=True)


def expected_lines(manifest, drops_probes=False):
    return sum(pod["lines"] - (len(range(7, pod["lines"], 20)) if drops_probes else 0) for pod in manifest["pods"])


def bulk(options, scenario, agent):
    """S1, S2, S3: everything lies there before the agent starts."""
    tree = options.work / f"data-{options.pods}-{options.mb:g}"
    manifest = loggen.bulk(tree, options.pods, options.mb)
    warm(tree, manifest["pods"])
    drops = scenario in PROBES_DROPPED
    run = Run(agent, scenario, scenario, options.work, tree, manifest["pods"], live=False)
    busy = procfs.core_busy_seconds(AGENT_CORE)
    started = time.time()
    run.start()
    complete = run.wait_lines(expected_lines(manifest, drops), 30)
    user, system = run.cpu()
    wall, cpu, megabytes = run.last_push() - started, user + system, manifest["bytes"] / 1e6
    result = {"complete": complete, "lines": manifest["lines"], "mb": megabytes, "wall_s": wall, "cpu_s": cpu, "user_s": user,
              "sys_s": system, "lines_per_s": manifest["lines"] / wall, "mb_per_s": megabytes / wall,
              "lines_per_cpu_s": manifest["lines"] / cpu, "mb_per_cpu_s": megabytes / cpu, "cpu_s_per_gb": cpu / megabytes * 1e3,
              "core_other_s": procfs.core_busy_seconds(AGENT_CORE) - busy - cpu}
    if scenario in options.kernels:
        result["share_of_kernel"] = result["lines_per_cpu_s"] / options.kernels[scenario]
        result["kernel_lines_per_cpu_s"] = options.kernels[scenario]
    result |= run.memory() | run.verdict(loggen.written(manifest), drops)
    if drops:
        result["probes_dropped"] = manifest["lines"] - result["expected"] - result.get("wrongly_kept", 0)
    return result | run.close()


def fresh_tree(options, name):
    """A directory for live logs without what an earlier run left."""
    place = options.work / name
    if place.exists():
        import shutil

        shutil.rmtree(place)
    return place


def live(options, scenario, agent):
    """S4 tail, S7 outage, S8 kill -9, S9 rotation, S10 rotation and outage, S11 kill -9 in an outage."""
    with loggen.Live(fresh_tree(options, "live"), options.pods, core=BENCH_CORE) as writer:
        writer.each(20)
        run = Run(agent, scenario, "s2", options.work, writer.directory, writer.manifest()["pods"], live=True)
        run.start()
        result = {"rate": options.rate, "seconds": options.seconds, "ready_s": run.wait_ready()}
        before = expected_lines(writer.manifest())
        if not run.wait_lines(before, 30):
            result["note"] = "initial lines missing"
        time.sleep(2)
        run.sink.reset_latency()
        cpu_before, started = sum(run.cpu()), time.time()
        writer.start_run(options.rate, options.seconds, 5 if scenario in ROTATED else 0)
        disturb(options, scenario, run, result)
        result["rotations"] = writer.finish()["rotations"]
        generated, manifest = time.time() - started, writer.manifest()
        lines = expected_lines(manifest) - before
        complete = run.wait_lines(expected_lines(manifest), options.drain)
        drained = run.last_push() - started - generated
        if complete:
            time.sleep(2)  # for late duplicates
        cpu = sum(run.cpu()) - cpu_before
        result |= {"complete": complete, "lines": lines, "cpu_s": cpu, "cpu_s_per_mline": cpu / lines * 1e6,
                   "cpu_percent": cpu / generated * 100, "drained_after_s": max(drained, 0.0)}
        result |= run.latency() | run.memory() | run.verdict(loggen.written(manifest))
        return result | run.close()


def disturb(options, scenario, run, result):
    """What happens while lines are being written."""
    if scenario in OUTAGE:
        time.sleep(options.seconds / 4)
        run.sink.fault(options.outage_mode, options.outage)
        result |= {"outage_s": options.outage, "outage_mode": options.outage_mode}
    if scenario not in KILLED:
        return
    time.sleep(options.outage * 3 / 4 if scenario in OUTAGE else options.seconds / 3)
    result["rss_at_kill_mb"] = run.memory()["rss_mb"]
    run.kill()
    time.sleep(3)
    run.start()
    result["restart_ready_s"] = run.wait_ready()


def beside(options, scenario, agent, mode):
    """S4 with a second destination in this mode: figures of the first one."""
    with loggen.Live(fresh_tree(options, "live"), options.pods, core=BENCH_CORE) as writer:
        writer.each(20)
        run = Run(agent, scenario, "s2", options.work, writer.directory, writer.manifest()["pods"], live=True)
        second = Sink(run.place, core=BENCH_CORE)
        try:
            agent.add_destination(run.config, second.push)
            run.start()
            run.wait_ready()
            before = expected_lines(writer.manifest())
            run.wait_lines(before, 30)
            second.fault(mode)
            time.sleep(2)
            run.sink.reset_latency()
            cpu_before, busy, started = sum(run.cpu()), procfs.core_busy_seconds(AGENT_CORE), time.time()
            writer.start_run(options.rate, options.seconds, 0)
            writer.finish()
            generated, manifest = time.time() - started, writer.manifest()
            complete = run.wait_lines(expected_lines(manifest), options.drain)
            lines, latency, cpu = expected_lines(manifest) - before, run.latency(), sum(run.cpu()) - cpu_before
            result = {"complete": complete, "lines_per_s": lines / (run.last_push() - started), "p50_ms": latency["lat_p50_ms"], "p99_ms": latency["lat_p99_ms"],
                      "cpu_percent": cpu / generated * 100, "core_other_s": procfs.core_busy_seconds(AGENT_CORE) - busy - cpu}
            result |= {name: value for name, value in run.verdict(loggen.written(manifest)).items() if name in ("lost", "dup")}
            return result | run.memory() | run.close()
        finally:
            second.close()


def independence(options, scenario, agent):
    """S12: does a destination notice how its neighbour is?"""
    runs = {}
    for mode in NEIGHBOURS:
        procfs.wait_quiet(options.quiet, options.quiet_wait)
        runs[mode] = beside(options, scenario, agent, mode)
    result = {"rate": options.rate, "seconds": options.seconds, "load_average": os.getloadavg()[0]}
    for mode, run in runs.items():
        result |= {f"{mode}_{name}": value for name, value in run.items()}
        for figure in ("lines_per_s", "p50_ms", "p99_ms"):
            if mode != NEIGHBOURS[0]:
                result[f"{mode}_{figure}_change"] = (run[figure] / runs[NEIGHBOURS[0]][figure] - 1) * 100
    return result | {name: sum(run[name] for run in runs.values()) for name in ("lost", "dup")}


def idle(options, scenario, agent):
    """S5: many files, nothing written."""
    with loggen.Live(fresh_tree(options, "idle"), options.idle_files, core=BENCH_CORE) as writer:
        writer.each(5)
        manifest = writer.manifest()
        run = Run(agent, scenario, "s2", options.work, writer.directory, manifest["pods"], live=True)
        run.start()
        result = {"files": options.idle_files, "ready_s": run.wait_ready(), "complete": run.wait_lines(expected_lines(manifest), 30)}
        time.sleep(10)
        before, started = sum(run.cpu()), time.monotonic()
        time.sleep(options.seconds)
        cpu, wall = sum(run.cpu()) - before, time.monotonic() - started
        result |= {"seconds": options.seconds, "cpu_s": cpu, "cpu_percent": cpu / wall * 100}
        result |= run.memory() | run.verdict(loggen.written(manifest))
        return result | run.close()


def startup(options, scenario, agent):
    """S6: from the start until ready."""
    with loggen.Live(fresh_tree(options, "start"), options.pods, core=BENCH_CORE) as writer:
        writer.each(1)
        manifest = writer.manifest()
        run = Run(agent, scenario, "s2", options.work, writer.directory, manifest["pods"], live=True)
        started = time.time()
        run.start()
        ready = run.wait_ready()
        cpu = sum(run.cpu())
        complete = run.wait_lines(expected_lines(manifest), 30)
        result = {"files": options.pods, "ready_s": ready, "cpu_s": cpu, "complete": complete,
                  "first_push_s": run.sink.summary()["first_us"] / 1e6 - started}
        result |= run.memory()
        return result | run.close()


SCENARIOS = {"s1": bulk, "s2": bulk, "s3": bulk, "s4": live, "s5": idle, "s6": startup, "s7": live, "s8": live, "s9": live,
             "s10": live, "s11": live, "s12": independence}
DEFAULT = ["s1", "s2", "s3", "s4", "s5", "s6", "s7", "s8", "s9", "s10", "s11", "s12"]


def read_options(words):
    parser = argparse.ArgumentParser(prog="bench/run", description="Measures invar, and beside it every agent whose binary ALLOY_BIN or "
                                     "FLUENTBIT_BIN names. JSON lines on stdout, tables on stderr.")
    parser.add_argument("scenarios", nargs="*", default=DEFAULT, metavar="SCENARIO", help="s1 .. s12; without any: " + " ".join(DEFAULT))
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--agents", help="names, separated by commas; default: all that are there")
    parser.add_argument("--mb", type=float, default=200, help="S1-S3: megabytes")
    parser.add_argument("--pods", type=int, default=50)
    parser.add_argument("--idle-files", type=int, default=500, help="S5: files")
    parser.add_argument("--rate", type=float, default=20000, help="live: lines per second")
    parser.add_argument("--seconds", type=float, default=60, help="live and S5: duration")
    parser.add_argument("--outage", type=float, default=20, help="S7, S10, S11: seconds the sink fails")
    parser.add_argument("--outage-mode", default="503", help="a status, reset, refuse, stall or lostack")
    parser.add_argument("--drain", type=float, default=60, help="live: give up when nothing new came for so many seconds")
    parser.add_argument("--quiet", type=float, default=0.25, help="wait before a run until the cores are busy less than this share")
    parser.add_argument("--quiet-wait", type=float, default=60)
    parser.add_argument("--no-limits", action="store_true", help="do not measure the kernels")
    parser.add_argument("--out", help="append the JSON lines to this file")
    parser.add_argument("--work", type=Path, default=Path(tempfile.gettempdir()) / "invar-bench", help="scratch, about 1 GB")
    parser.add_argument("--table", nargs="+", metavar="FILE", help="only print the tables of these JSON lines")
    options = parser.parse_args(words)
    unknown = [name for name in options.scenarios if name not in SCENARIOS]
    if unknown:
        parser.error(f"no such scenario: {' '.join(unknown)}")
    return options


def run_all(options):
    chosen = agents.find()
    if options.agents:
        chosen = {name: chosen[name] for name in options.agents.split(",")}
    results = []
    for scenario in options.scenarios:
        for number in range(1, options.runs + 1):  # interleaved, so that a noisy phase hits all agents
            for agent in chosen.values():
                busy = procfs.wait_quiet(options.quiet, options.quiet_wait)
                result = {"scenario": scenario, "agent": agent.name, "run": number}
                try:
                    result |= SCENARIOS[scenario](options, scenario, agent)
                except (RuntimeError, AssertionError, OSError) as error:
                    result["error"] = str(error)
                result["busy_before"] = busy
                write_line(result, options.out)
                results.append(result)
    return results


def main(words):
    options = read_options(words)
    if options.table:
        lines = [line for name in options.table for line in Path(name).read_text().splitlines() if line.startswith("{")]
        print(table.render([json.loads(line) for line in lines]), end="")
        return 0
    options.work = options.work.resolve()
    options.work.mkdir(parents=True, exist_ok=True)
    if (os.cpu_count() or 1) < 2:
        say("this machine has one core: agent, generator and sink share it, so trust CPU seconds only")
    options.kernels = {}
    if not options.no_limits and any(name in limits.KERNELS for name in options.scenarios):
        tree = options.work / f"data-{options.pods}-{options.mb:g}"
        loggen.bulk(tree, options.pods, options.mb)
        options.kernels = limits.measure(options.work, tree, say)
    results = run_all(options)
    print(table.render(results), file=sys.stderr, end="")
    return 1 if any("error" in result for result in results) else 0
