"""What /proc says about a process and about the machine."""

import os
import time

TICKS = os.sysconf("SC_CLK_TCK")


def cpu_seconds(pid):
    """(user, system) seconds of a process with all its threads, or None when it has ended."""
    try:
        with open(f"/proc/{pid}/stat", encoding="ascii", errors="replace") as stat:
            fields = stat.read().rsplit(")", 1)[1].split()
    except (FileNotFoundError, ProcessLookupError):
        return None
    return int(fields[11]) / TICKS, int(fields[12]) / TICKS


def memory(pid):
    """Megabytes (1e6): rss, max_rss, anon, file; and threads. Empty when the process has ended."""
    names = {"VmRSS": "rss", "VmHWM": "max_rss", "RssAnon": "anon", "RssFile": "file"}
    found = {}
    try:
        with open(f"/proc/{pid}/status", encoding="ascii", errors="replace") as status:
            for line in status:
                key, value = line.split(":", 1)
                if key in names:
                    found[names[key]] = int(value.split()[0]) * 1024 / 1e6
                elif key == "Threads":
                    found["threads"] = int(value)
    except (FileNotFoundError, ProcessLookupError):
        pass
    return found


def open_files(pid):
    """How many file descriptors a process holds."""
    return len(os.listdir(f"/proc/{pid}/fd"))


def core_busy_seconds(core):
    """Seconds since boot in which a core did something."""
    with open("/proc/stat", encoding="ascii") as stat:
        for line in stat:
            fields = line.split()
            if fields[0] == f"cpu{core}":
                times = [int(field) for field in fields[1:9]]
                return (sum(times) - times[3] - times[4]) / TICKS
    return 0.0


def wait_quiet(share, limit_seconds):
    """Waits until the first two cores together were busy less than `share` of 2 s; returns the last share."""
    cores = range(min(2, os.cpu_count() or 1))
    start = time.monotonic()
    while True:
        before = sum(core_busy_seconds(core) for core in cores)
        time.sleep(2)
        busy = (sum(core_busy_seconds(core) for core in cores) - before) / (2 * len(cores))
        if busy <= share or time.monotonic() - start > limit_seconds:
            return round(busy, 2)
