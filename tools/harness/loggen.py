"""loggen, the writer of logs whose every line can be found again."""

import json
import subprocess
from pathlib import Path

from . import paths


def load_manifest(directory):
    with open(Path(directory) / "manifest.json", encoding="utf-8") as manifest:
        return json.load(manifest)


def written(manifest):
    """{file number: lines}, as Sink.check takes it."""
    return {pod["file"]: pod["lines"] for pod in manifest["pods"]}


def bulk(directory, pods, megabytes, seed=1):
    """Writes a tree, or takes the one an equal call left there. Returns its manifest."""
    directory = Path(directory)
    asked = directory / "asked.json"
    wish = json.dumps([pods, megabytes, seed])
    if not (asked.exists() and asked.read_text() == wish and (directory / "manifest.json").exists()):
        directory.mkdir(parents=True, exist_ok=True)
        subprocess.run([paths.program("loggen"), "bulk", directory, str(pods), str(megabytes), str(seed)], check=True)
        asked.write_text(wish)
    return load_manifest(directory)


class Live:
    """Log files that are appended to on command; `finish` waits for a command that was started."""

    def __init__(self, directory, pods, seed=1, core=None):
        self.directory = Path(directory)
        self.directory.mkdir(parents=True, exist_ok=True)
        words = [str(paths.program("loggen")), "live", str(directory), str(pods), str(seed)]
        if core is not None:
            words = ["taskset", "-c", str(core)] + words
        self.child = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)  # ends with its stdin

    def start(self, command):
        self.child.stdin.write(command + "\n")
        self.child.stdin.flush()

    def finish(self):
        """{"lines", "rotations"} so far."""
        answer = self.child.stdout.readline()
        if not answer:
            raise AssertionError("loggen ended early")
        return json.loads(answer)

    def each(self, records):
        self.start(f"each {records}")
        return self.finish()

    def start_run(self, lines_per_second, seconds, rotation_seconds=0):
        self.start(f"run {lines_per_second} {seconds} {rotation_seconds}")

    def manifest(self):
        return load_manifest(self.directory)

    def close(self):
        if self.child.poll() is None:
            self.child.kill()
        self.child.wait()
        self.child.stdin.close()
        self.child.stdout.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
