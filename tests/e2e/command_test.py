#!/usr/bin/env python3
"""The command line: help texts as they are kept in golden/help, completion scripts, what is refused. INVAR_ACCEPT=1 rewrites the golden texts."""

import os
import subprocess
import unittest
from pathlib import Path

import case
from harness import paths

GOLDEN = Path(__file__).resolve().parent / "golden" / "help"
COMMANDS = ["", "completion", "completion bash", "completion fish", "completion powershell", "completion zsh", "convert", "explain", "fmt", "gql", "help", "ledger", "lint", "lsp", "run", "tools",
            "tools prometheus.remote_write", "tools prometheus.remote_write sample-stats", "tools prometheus.remote_write target-stats",
            "tools prometheus.remote_write wal-stats", "validate"]


class CommandTest(case.EndToEnd):
    def command(self, *words, program="invar"):
        name = self.place / program
        if not name.exists():
            name.symlink_to(Path(paths.program("invar")).resolve())
        return subprocess.run([name, *map(str, words)], capture_output=True, text=True, timeout=30)

    def test_help_is_as_it_was(self):
        known = set()
        for line in COMMANDS:
            with self.subTest(line):
                got = self.command(*line.split(), "--help")
                self.assertEqual((got.returncode, got.stderr), (0, ""))
                path = GOLDEN / f"{line.replace(' ', '_') or 'root'}.txt"
                known.add(path.name)
                if os.environ.get("INVAR_ACCEPT"):
                    path.write_text(got.stdout)
                self.assertEqual(got.stdout, path.read_text(), path)
                by_help = self.command("help", *line.split())
                self.assertEqual(by_help.stdout, got.stdout, "help " + line)
        self.assertEqual({path.name for path in GOLDEN.iterdir()}, known)

    def test_goes_by_the_name_it_is_called(self):
        self.assertIn("--config.watch", self.command("run", "--help").stdout)
        as_alloy = self.command("run", "--help", program="alloy").stdout
        self.assertNotIn("--config.watch", as_alloy)
        self.assertIn("  alloy run [flags] path\n", as_alloy)
        self.assertIn("Run Grafana Alloy with Default Engine", self.command("--help", program="alloy").stdout)

    def test_completion_scripts_complete(self):
        script = self.command("completion", "bash").stdout
        for words, expected in [("invar va", ["validate"]), ("invar run --config.w", ["--config.watch"]), ("invar tools prometheus.remote_write w", ["wal-stats"]),
                                ("invar completion z", ["zsh"])]:
            asked = f"{script}\nCOMP_WORDS=({words}); COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1)); _invar_complete; printf '%s\\n' \"${{COMPREPLY[@]}}\""
            got = subprocess.run(["bash", "-c", asked], capture_output=True, text=True, timeout=30)
            self.assertEqual(got.stdout.split(), expected, got.stderr)
        for shell, needle in [("zsh", "#compdef invar"), ("fish", "complete -c invar"), ("powershell", "Register-ArgumentCompleter")]:
            got = self.command("completion", shell)
            self.assertEqual(got.returncode, 0)
            self.assertIn(needle, got.stdout)

    def test_what_is_not_there_is_refused_clearly(self):
        for words, needle in [(("convert", "-f", "promtail", self.config("", "promtail.yaml")), 'cannot convert the format "promtail"'),
                              (("gql", "{ alloy { version } }"), "cannot run GraphQL queries"),
                              (("tools", "prometheus.remote_write", "wal-stats", self.place), "has no prometheus.remote_write")]:
            got = self.command(*words)
            self.assertEqual((got.returncode, got.stdout), (1, ""))
            self.assertIn(needle, got.stderr)

    def test_flags_without_effect_are_named_once(self):
        invar = self.start("tracing { }", flags=("--cluster.enabled", "--cluster.name=x", "--cluster.join-addresses=b:1", "--server.http.memory-addr=a:1", "--disable-reporting"))
        named = [line for line in invar.log().splitlines() if "flag has no effect" in line]
        self.assertEqual([line.split("flag=")[1] for line in named], ["--cluster.enabled", "--cluster.join-addresses", "--server.http.memory-addr"])
        self.assertEqual(invar.log().count("the tracing block has no effect"), 1)
        self.assertEqual(invar.reload()[0], 200)
        self.assertEqual(invar.log().count("the tracing block has no effect"), 1)


class WatchTest(case.EndToEnd):
    def file(self, text):
        return f'discovery.relabel "a" {{ targets = [{{"text" = "{text}"}}] }}\n'

    def begin(self, path):
        self.invar = self.start(path, flags=("--config.watch",))
        self.wait_shown("one")

    def shown(self):
        return self.invar.get("/api/v0/web/components/discovery.relabel.a")[1]

    def wait_shown(self, text):
        self.wait(lambda: f'"{text}"' in self.shown(), lambda: self.invar.log()[-2000:])

    def test_a_file_is_followed_and_a_broken_one_is_not(self):
        path = self.config(self.file("one"))
        self.begin(path)
        path.write_text(self.file("two"))
        self.wait_shown("two")
        path.write_text("broken {")
        self.wait(lambda: "failed to reload config" in self.invar.log(), "the refusal")
        self.wait_shown("two")
        self.assertEqual(self.invar.metric("alloy_config_last_load_successful"), 0)
        os.rename(self.config(self.file("three"), "new"), path)
        self.wait_shown("three")
        self.assertEqual(self.invar.metric("alloy_config_last_load_successful"), 1)

    def test_a_volume_of_kubernetes_is_followed(self):
        volume = self.place / "volume"
        for version, text in (("..2024_01", "one"), ("..2024_02", "two")):
            (volume / version).mkdir(parents=True)
            (volume / version / "a.alloy").write_text(self.file(text))
        (volume / "..data").symlink_to("..2024_01")
        (volume / "a.alloy").symlink_to("..data/a.alloy")
        for number, config in enumerate((volume, volume / "a.alloy")):
            with self.subTest(config=config):
                self.begin(config)
                for version, text in (("..2024_02", "two"), ("..2024_01", "one")):
                    (volume / "..data_tmp").symlink_to(version)
                    os.rename(volume / "..data_tmp", volume / "..data")
                    self.wait_shown(text)
                self.assertEqual(self.invar.log().count("config reloaded"), 2 * number + 2)
                self.invar.terminate(20)

    def test_without_the_flag_nothing_happens(self):
        path = self.config(self.file("one"))
        self.invar = self.start(path)
        path.write_text(self.file("two"))
        with self.assertRaises(AssertionError):
            self.wait(lambda: '"two"' in self.shown(), "nothing", seconds=1)


if __name__ == "__main__":
    unittest.main()
