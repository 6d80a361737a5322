"""Tables of results: min / median / max of each figure, with what was recorded of the peers."""

import json
import statistics
from pathlib import Path

PEERS = Path(__file__).resolve().parent / "peers.json"

BULK = ["lines_per_cpu_s", "share_of_kernel", "lines_per_s", "cpu_s_per_gb", "max_rss_mb", "max_anon_mb", "lost", "dup", "out_of_order"]
LIVE = ["lost", "dup", "out_of_order", "cpu_s_per_mline", "max_rss_mb", "lat_p50_ms", "lat_p99_ms", "lat_max_ms", "drained_after_s"]
COLUMNS = {"s1": BULK, "s2": BULK, "s3": BULK + ["probes_dropped", "wrongly_kept"], "s5": ["rss_mb", "anon_mb", "max_rss_mb", "cpu_percent", "threads", "lost"],
           "s12": ["ok_lines_per_s", "ok_p99_ms"] + [f"{mode}_{figure}_change" for figure in ("lines_per_s", "p99_ms") for mode in ("refuse", "slow", "429")] +
                  ["lost", "dup", "load_average"],
           "s6": ["ready_s", "first_push_s", "cpu_s", "rss_mb", "anon_mb"]}


def short(number):
    if number == int(number) or abs(number) >= 1000:
        return f"{number:.0f}"
    return f"{number:.1f}" if abs(number) >= 100 else f"{number:.3g}"


def spread(numbers):
    if not numbers:
        return "-"
    least, middle, most = min(numbers), statistics.median(numbers), max(numbers)
    return short(least) if least == most else f"{short(least)} / {short(middle)} / {short(most)}"


def rows_of(results, columns):
    """One row for each agent, in order of appearance."""
    by_agent = {}
    for result in results:
        by_agent.setdefault(result["agent"], []).append(result)
    for agent, runs in by_agent.items():
        yield [f"{agent} ({len(runs)})"] + [
            spread([run[column] for run in runs if isinstance(run.get(column), (int, float))]) for column in columns]


def recorded_rows(scenario, columns):
    """Rows of the peers as recorded on another day; same machine class."""
    for agent, figures in json.loads(PEERS.read_text())["scenarios"].get(scenario, {}).items():
        yield [f"{agent}, recorded"] + [str(figures.get(column, "-")) for column in columns]


def render(results):
    """Markdown tables, one for each scenario."""
    text = ""
    for scenario in sorted({result["scenario"] for result in results}, key=lambda name: int(name[1:])):
        mine = [result for result in results if result["scenario"] == scenario]
        for result in mine:
            if "error" in result:
                text += f"left out: {scenario} {result['agent']} run {result['run']}: {result['error']}\n"
        columns = COLUMNS.get(scenario, LIVE)
        rows = [[scenario] + columns] + list(rows_of([result for result in mine if "error" not in result], columns))
        rows += list(recorded_rows(scenario, columns))
        widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
        lines = ["| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths)) + " |" for row in rows]
        lines.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
        text += "\n".join(lines) + "\n\n"
    return text
