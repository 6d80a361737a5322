#!/usr/bin/env python3
"""invar lint around its rules: what it reads, settings, formats, exit codes, baselines, fixes."""

import collections
import json
import os
import resource
import shutil
import stat
import subprocess
import unittest
import xml.etree.ElementTree as ElementTree

import case
import sarif_shape
from harness import paths

TWICE = """loki.echo "e" { }
loki.source.file "f" {
  targets    = []
  forward_to = [loki.echo.e.receiver, loki.echo.e.receiver]
}
"""
BROKEN = 'loki.echo "a" { x = 1 }\n'
GOOD = 'loki.echo "a" { }\n'


class LintCase(case.EndToEnd):
    def lint(self, *words, stdin="", cwd=None, **environment):
        command = [str(paths.program("invar").resolve()), "lint", *map(str, words)]
        return subprocess.run(command, input=stdin, capture_output=True, text=True, timeout=120, cwd=cwd or self.place,
                              env={**os.environ, "NO_COLOR": "1", **environment})

    def write(self, name, text):
        path = self.place / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    def found(self, *words, **options):
        """(file, code) of the findings."""
        got = self.lint(*words, "--format", "json", **options)
        return sorted((finding["file"], finding["code"]) for finding in json.loads(got.stdout)["findings"])


class InputTest(LintCase):
    def test_a_directory_is_searched_for_configs(self):
        self.write("a.alloy", BROKEN)
        self.write("deep/er/b.river", BROKEN)
        for left_out in (".git/c.alloy", "node_modules/d.alloy", ".hidden/e.alloy", ".f.alloy", "g_test.alloy", "h.txt"):
            self.write(left_out, BROKEN)
        (self.place / "deep" / "loop").symlink_to("..")
        (self.place / "link.alloy").symlink_to("a.alloy")
        expected = [("a.alloy", "INV110"), ("deep/er/b.river", "INV110")]
        self.assertEqual(self.found(), expected)
        self.assertEqual(self.found(".", "a.alloy", self.place / "deep"), expected)
        self.assertEqual(self.found("--exclude", "deep/**"), expected[:1])

    def test_files_that_refer_to_each_other_are_one_config(self):
        self.write("one/a.alloy", 'loki.write "w" {\n  endpoint {\n    url = "http://l/loki/api/v1/push"\n  }\n}\n')
        self.write("one/b.alloy", 'loki.source.api "s" {\n  http { }\n  forward_to = [loki.write.w.receiver]\n}\n')
        self.assertEqual(self.found("one"), [])
        self.assertEqual([code for _, code in self.found("one/b.alloy")], ["INV115"])
        self.write("two/a.alloy", GOOD)
        self.write("two/b.alloy", GOOD)
        self.assertEqual(self.found("two"), [])
        self.assertEqual([code for _, code in self.found("--as-dir", "two")], ["INV113"])

    def test_modules_are_known_by_their_arguments(self):
        self.write("m.alloy", 'argument "a" { }\nexport "e" {\n  value = argument.a.value\n}\n')
        self.assertEqual(self.found("."), [])
        self.assertEqual(self.found("m.alloy"), [("m.alloy", "INV114")] * 2)
        self.write(".invar.toml", '[lint]\nmodules = ["m.*"]\n')
        self.assertEqual(self.found("m.alloy"), [])

    def test_stdin(self):
        self.assertEqual(self.found("-", stdin=BROKEN), [("<stdin>", "INV110")])
        self.assertEqual(self.found("-", "--stdin-filename", "x.alloy", stdin=BROKEN), [("x.alloy", "INV110")])
        self.assertEqual(self.lint("-").returncode, 0)

    def test_what_cannot_be_read_does_not_stop_the_others(self):
        self.write("utf16.alloy", b"\xff\xfea\x00")
        self.write("bytes.alloy", b'loki.echo "\xc3\x28" { }\n')
        self.write("good.alloy", GOOD)
        self.write("bad.alloy", BROKEN)
        (self.place / "dead.alloy").symlink_to("nowhere")
        got = self.lint("--format", "concise", ".", "absent.alloy")
        self.assertEqual(got.returncode, 2)
        self.assertEqual(sorted(line.split(": ")[1] + " " + line.split(":")[0] for line in got.stdout.splitlines()),
                         ["error INV001 absent.alloy", "error INV001 bytes.alloy", "error INV001 dead.alloy", "error INV001 utf16.alloy", "error INV110 bad.alloy"])
        with open(self.place / "huge.alloy", "wb") as huge:
            huge.truncate(50 << 20)
        got = self.lint("huge.alloy")
        self.assertEqual(got.returncode, 2)
        self.assertIn("larger than 32 MiB", got.stdout)

    def test_through_a_pipe(self):
        got = subprocess.run(["bash", "-c", f"'{paths.program('invar').resolve()}' lint --format concise <(sleep 0.2; echo 'loki.echo \"a\" {{ x = 1 }}')"],
                             capture_output=True, text=True, timeout=30)
        self.assertIn("INV110", got.stdout)


class SettingsTest(LintCase):
    def test_the_nearest_file_upwards_holds(self):
        self.write(".invar.toml", '[lint]\nignore = ["INV110"]\n')
        self.write("a.alloy", BROKEN)
        self.write("in/.invar.toml", "[lint]\n")
        self.write("in/b.alloy", BROKEN)
        self.assertEqual(self.found("."), [("in/b.alloy", "INV110")])
        self.assertEqual(len(self.found("--no-config", ".")), 2)
        self.assertEqual(self.found("--config", ".invar.toml", "in"), [])
        self.assertEqual(self.found("--select", "INV1", "a.alloy"), [("a.alloy", "INV110")])

    def test_paths_of_it_are_relative_to_it(self):
        self.write("top/.invar.toml", '[lint]\nexclude = ["lab"]\n[lint.per-path-ignores]\n"old/**" = ["INV11"]\n')
        for name in ("top/old/a.alloy", "top/lab/b.alloy", "top/new/c.alloy"):
            self.write(name, BROKEN)
        self.assertEqual(self.found("."), [("top/new/c.alloy", "INV110")])
        self.assertEqual(self.found(".", cwd=self.place / "top" / "new"), [("c.alloy", "INV110")])

    def test_mistakes_in_it_are_told_before_anything_else(self):
        self.write(".invar.toml", '[lint]\nselekt = ["ALL"]\n')
        self.write("a.alloy", TWICE)
        got = self.lint("--fix", ".")
        self.assertEqual((got.returncode, got.stdout), (2, ""))
        self.assertIn(".invar.toml:2:1: unknown key \"selekt\"; did you mean select?", got.stderr)
        self.assertEqual((self.place / "a.alloy").read_text(), TWICE)

    def test_exit_codes(self):
        self.write("warning.alloy", TWICE)
        self.write("error.alloy", BROKEN)
        self.write("hint.alloy", 'declare "d" { }\n')
        for words, code in [(("warning.alloy",), 1), (("warning.alloy", "--fail-on", "error"), 0), (("error.alloy", "--fail-on", "error"), 1),
                            (("error.alloy", "--fail-on", "never"), 0), (("hint.alloy",), 0), (("hint.alloy", "--select", "ALL"), 0),
                            (("hint.alloy", "--fail-on", "info"), 1), (("absent.alloy", "--fail-on", "never"), 2), (("--nonsense",), 2),
                            (("--fail-on", "fatal", "."), 2), (("--select", "INV9", "."), 2), (("--format", "yaml", "."), 2), (("--stability.level", "new", "."), 2)]:
            self.assertEqual(self.lint(*words).returncode, code, words)

    def test_stability(self):
        config = 'otelcol.exporter.debug "d" { }\n'
        self.write("a.alloy", config)
        got = self.lint("a.alloy")
        self.assertEqual(got.returncode, 0)
        self.assertIn("needs experimental: otelcol.exporter.debug", got.stderr)
        for level, codes in (("generally-available", ["INV111"]), ("experimental", [])):
            got = self.lint("a.alloy", "--stability.level", level, "--format", "json")
            self.assertEqual([finding["code"] for finding in json.loads(got.stdout)["findings"]], codes)
            self.assertNotIn("needs", got.stderr)
        self.assertEqual(self.found("a.alloy", "--select", "INV111"), [("a.alloy", "INV111")])

    def test_target(self):
        self.write("a.alloy", 'prometheus.scrape "s" {\n  targets    = []\n  forward_to = []\n}\n')
        self.assertNotIn(("a.alloy", "INV118"), self.found("a.alloy"))
        self.assertIn(("a.alloy", "INV118"), self.found("a.alloy", "--target", "invar"))


class FormatTest(LintCase):
    def setUp(self):
        super().setUp()
        self.write("sub dir/a.alloy", BROKEN)
        self.write("b.alloy", TWICE)

    def test_json(self):
        got = self.lint("--format", "json")
        report = json.loads(got.stdout)
        self.assertEqual(report["version"], 1)
        self.assertEqual([sorted(finding) for finding in report["findings"]], [["code", "end", "file", "fix", "help", "message", "severity", "start"]] * 2)
        self.assertEqual(report["findings"][1]["start"], {"line": 1, "col": 17})
        self.assertEqual(report["findings"][0]["fix"]["safe"], True)
        self.assertEqual((report["summary"]["errors"], report["summary"]["warnings"], report["summary"]["files"]), (1, 1, 2))
        self.assertIn("checked against Alloy 1.18 (66ebea85)", got.stderr)

    def test_sarif(self):
        got = self.lint("--format", "sarif", self.place)
        log = json.loads(got.stdout)
        sarif_shape.check(log)
        run = log["runs"][0]
        known = subprocess.run([paths.program("invar"), "explain"], capture_output=True, text=True, timeout=30).stdout.split("\n")
        self.assertEqual([rule["id"] for rule in run["tool"]["driver"]["rules"]], sorted(line.split()[0] for line in known if line))
        self.assertEqual([result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for result in run["results"]], ["b.alloy", "sub%20dir/a.alloy"])
        self.assertEqual(len(run["results"][0]["fixes"]), 1)

    def test_junit(self):
        root = ElementTree.fromstring(self.lint("--format", "junit").stdout)
        self.assertEqual((root.get("tests"), root.get("failures")), ("2", "2"))

    def test_github(self):
        lines = self.lint("--format", "github").stdout.splitlines()
        self.assertTrue(lines[0].startswith("::warning file=b.alloy,line=4,"))
        self.assertTrue(lines[1].startswith("::error file=sub dir/a.alloy,line=1,"))

    def test_statistics(self):
        self.assertEqual(self.lint("--statistics").stdout, "1\tINV110\tunknown-name\n1\tINV146\tdoubled-receiver\t1 fix\n")

    def test_colour(self):
        self.assertNotIn("\x1b", self.lint().stdout)
        self.assertNotIn("\x1b", self.lint(NO_COLOR="").stdout)
        self.assertIn("\x1b", self.lint("--color", "always").stdout)


class BaselineTest(LintCase):
    def test_known_findings_are_not_reported(self):
        path = self.write("a.alloy", BROKEN)
        got = self.lint("--write-baseline")
        self.assertEqual((got.returncode, got.stdout), (0, ""))
        baseline = self.place / ".invar-baseline.json"
        self.assertNotIn("line", json.loads(baseline.read_text())["findings"][0])
        path.write_text("\n\n" + BROKEN + 'loki.echo "b" { y = 1 }\n')
        got = self.lint("--baseline", baseline, "--format", "concise")
        self.assertEqual(got.stdout, 'a.alloy:4:17: error INV110: unrecognized attribute name "y"\n')
        self.assertIn("1 finding of the baseline not shown", got.stderr)
        path.write_text(GOOD)
        self.write(".invar.toml", '[lint]\nbaseline = ".invar-baseline.json"\n')
        got = self.lint()
        self.assertEqual(got.returncode, 0)
        self.assertIn("1 entry of the baseline found nowhere any more", got.stderr)

    def test_a_broken_one_is_refused(self):
        self.write("a.alloy", GOOD)
        self.assertEqual(self.lint("--baseline", "a.alloy", "a.alloy").returncode, 2)
        self.assertEqual(self.lint("--baseline", "absent", "a.alloy").returncode, 2)


class FixTest(LintCase):
    MENDED = TWICE.replace(", loki.echo.e.receiver", "")

    def test_fixes_are_made_in_place(self):
        path = self.write("real/a.alloy", TWICE.replace("\n", "\r\n"))
        path.chmod(0o664)
        link = self.place / "link.alloy"
        link.symlink_to("real/a.alloy")
        got = self.lint("--fix", link)
        self.assertEqual(got.returncode, 0, got.stdout)
        self.assertIn("1 fix made", got.stderr)
        self.assertEqual(path.read_bytes().decode(), self.MENDED.replace("\n", "\r\n"))
        self.assertEqual(stat.S_IMODE(path.stat().st_mode), 0o664)
        self.assertTrue(link.is_symlink())
        self.assertEqual(sorted(item.name for item in path.parent.iterdir()), ["a.alloy"])
        before = path.stat().st_ino
        self.assertNotIn("made", self.lint("--fix", link).stderr)
        self.assertEqual(path.stat().st_ino, before)

    def test_a_diff_changes_nothing(self):
        path = self.write("a.alloy", TWICE)
        got = self.lint("--diff")
        self.assertEqual(got.returncode, 1)
        self.assertTrue(got.stdout.startswith("--- a.alloy\n+++ a.alloy\n@@ "))
        self.assertEqual(path.read_text(), TWICE)
        subprocess.run(["git", "apply", "-p0"], input=got.stdout, text=True, check=True, cwd=self.place, capture_output=True)
        self.assertEqual(path.read_text(), self.MENDED)
        self.assertEqual(self.lint("--diff").returncode, 0)

    def test_names_and_deprecated_functions(self):
        wrong = 'loki.source.api "s" {\n  htp { } // kept\n\n  forwad_to = [loki.write.w.reciver]\n}\n\nloki.writ "w" {\n\tendpoint {\n\t\turl = env("URL")\n\t}\n}\n'
        right = 'loki.source.api "s" {\n  http { } // kept\n\n  forward_to = [loki.write.w.receiver]\n}\n\nloki.write "w" {\n\tendpoint {\n\t\turl = sys.env("URL")\n\t}\n}\n'
        self.assertEqual(self.lint("--fix", "-", stdin=wrong).stdout, right)
        distant = 'loki.write "w" {\n  endpoint {\n    url = "http://l/loki/api/v1/push"\n    remot_timout = "5s"\n  }\n}\n'
        self.assertEqual(self.lint("--fix", "-", stdin=distant).stdout, distant)
        self.assertEqual(self.lint("--unsafe-fixes", "-", stdin=distant).stdout, distant.replace("remot_timout", "remote_timeout"))
        self.assertIn('help: did you mean "remote_timeout"?', self.lint("-", stdin=distant).stdout)

    def test_stdin_goes_to_stdout(self):
        got = self.lint("--fix", "-", stdin=TWICE)
        self.assertEqual((got.returncode, got.stdout), (0, self.MENDED))

    def test_what_cannot_be_written_is_told(self):
        if os.getuid() == 0:
            self.skipTest("root writes everywhere")
        self.write("a.alloy", TWICE)
        self.place.chmod(0o555)
        self.addCleanup(self.place.chmod, 0o755)
        self.assertEqual(self.lint("--fix", "a.alloy").returncode, 2)


class ExplainTest(LintCase):
    def explain(self, *words):
        return subprocess.run([paths.program("invar"), "explain", *words], capture_output=True, text=True, timeout=30)

    def test_pages(self):
        self.assertEqual(self.explain("INV146").stdout, (case.ROOT / "docs" / "reference" / "rules" / "INV146.md").read_text())
        self.assertEqual(self.explain("inv146").stdout, self.explain("doubled-receiver").stdout)
        lines = self.explain().stdout.splitlines()
        self.assertEqual(lines, sorted(lines))
        self.assertEqual({line.split()[0] + ".md" for line in lines}, {page.name for page in (case.ROOT / "docs" / "reference" / "rules").iterdir()} - {"README.md"})

    def test_what_there_is_not(self):
        for word, needle in [("INV14", "did you mean INV1"), ("doubled-reciever", "did you mean INV146?"), ("nonsense-of-all-kinds", "`invar explain` lists them")]:
            got = self.explain(word)
            self.assertEqual((got.returncode, got.stdout), (2, ""))
            self.assertIn(needle, got.stderr)


class ReadmeTest(LintCase):
    """README shows a file and what lint says of it. INVAR_ACCEPT=1 writes both anew."""

    def test_readme_shows_what_lint_says(self):
        file = "examples/lint/values.yaml"
        got = self.lint(file, cwd=case.ROOT)
        self.assertEqual(got.returncode, 1)
        blocks = [f"```yaml\n{(case.ROOT / file).read_text()}```\n", f"```\n$ invar lint {file}\n{got.stdout}{got.stderr}```\n"]
        readme = case.ROOT / "README.md"
        text = readme.read_text()
        section = text[text.index("## Lint:"):text.index("## A config, explained")]
        if os.environ.get("INVAR_ACCEPT"):
            begin, end = section.index("```yaml\n"), section.index("`invar explain")
            readme.write_text(text.replace(section, section[:begin] + "\n".join(blocks) + "\n" + section[end:]))
            section = readme.read_text()
        for block in blocks:
            self.assertIn(block, section)


class ValuesTest(LintCase):
    VALUES = """destinations:
  logs: {type: loki, url: http://l/loki/api/v1/push}
podLogsViaLoki:
  enabled: true
  extraLogProcessingStages: |
    stage.regx { expression = "(?P<a>x)" }  # not a comment of YAML
"""

    def test_values_are_known_by_their_content(self):
        self.write("values.yaml", self.VALUES.replace("  # not a comment of YAML", ""))
        self.write("foreign.yaml", "replicas: 3\n")
        self.write("templates/x.yaml", "{{- if .Values.x }}\nkind: ConfigMap\n{{- end }}\n")
        got = self.lint(".")
        self.assertEqual(got.returncode, 1)
        self.assertIn('values.yaml:6:5: error INV110: unrecognized block name "stage.regx"', got.stdout)
        self.assertIn("2 YAML files left out", got.stderr)
        for name in ("foreign.yaml", "templates/x.yaml"):
            got = self.lint(name)
            self.assertEqual(got.returncode, 2, got.stdout)
            self.assertIn(f"{name}:1:", got.stdout)
        self.assertEqual(self.found("-", stdin=(self.place / "values.yaml").read_text()), [("<stdin>", "INV110")])

    def test_values_of_one_release_are_merged(self):
        self.write("a.yaml", self.VALUES.replace("  # not a comment of YAML", ""))
        self.write("b.yaml", "podLogsViaLoki:\n  extraLogProcessingStages: |\n    stage.jsn { }\n")
        self.assertEqual(self.found("-f", "a.yaml", "-f", "b.yaml"), [("b.yaml", "INV110")])
        self.write("c.yaml", "podLogsViaLoki:\n  extraLogProcessingStages: null\n")
        self.assertEqual(self.found("-f", "a.yaml", "-f", "c.yaml"), [])
        self.assertEqual(self.found("-f", "a.yaml", "--set", "podLogsViaLoki.extraLogProcessingStages=null"), [])

    def test_comments_ignore_keys(self):
        text = self.VALUES.replace("  # not a comment of YAML", "").replace("  enabled: true\n", "  enabled: true\n  # invar:ignore INV110 the chart of the fork has it\n")
        self.write("values.yaml", text)
        self.assertEqual(self.found("values.yaml"), [])
        self.write("values.yaml", "# invar:ignore INV201 why\n" + text)
        self.assertEqual(self.found("values.yaml"), [("values.yaml", "INV002")])

    def test_fixes_keep_the_rest_of_the_file(self):
        text = self.VALUES.replace("  # not a comment of YAML", "").replace("enabled: true", "enabled: &on true  # kept").replace("\n", "\r\n")
        path = self.write("values.yaml", text)
        self.assertEqual(self.lint("--fix", path).returncode, 0)
        self.assertEqual(path.read_bytes().decode(), text.replace("stage.regx", "stage.regex"))

    def test_snippets(self):
        self.assertEqual(self.found("--wrap", "stages", "-", stdin="stage.drop { expression = \"a\" }\n"), [])
        self.assertEqual(self.found("--wrap", "stages", "-", stdin="stage.drp { }\n"), [("<stdin>", "INV110")])
        self.assertEqual(self.lint("--wrap", "nonsense", "-").returncode, 2)
        self.assertEqual(self.lint("--wrap", "stages", "--k8s", "-").returncode, 2)

    def test_secrets_of_manifests_are_not_shown(self):
        self.write("m.yaml", "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData: {a: opensesame-7Qx, b: [}\n")
        self.write("n.yaml", "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\ndata: {a: b3BlbnNlc2FtZS03UXg=}\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\n"
                             "data:\n  c.alloy: |\n    loki.wrte \"w\" { }\n")
        for form in ("pretty", "concise", "json", "sarif", "github", "junit"):
            got = self.lint("--format", form, "--k8s", "m.yaml", "n.yaml")
            self.assertNotIn("opensesame", got.stdout + got.stderr)
            self.assertNotIn("b3BlbnNlc2FtZS03UXg", got.stdout + got.stderr)
        self.assertNotIn("b3BlbnNlc2FtZS03UXg", self.lint("--diff", "n.yaml").stdout)
        self.assertEqual(self.lint("--fix", "n.yaml").returncode, 1)
        self.assertIn("{a: b3BlbnNlc2FtZS03UXg=}", (self.place / "n.yaml").read_text())


class SecretTest(LintCase):
    SECRET = "opensesame-7Qx"

    def test_no_output_shows_a_secret(self):
        self.write("a.alloy", f'loki.write "w" {{\n  endpoint {{\n    url = "http://u:{self.SECRET}@l"\n    basic_auth {{\n      pasword = "{self.SECRET}"\n      password = "{self.SECRET}" + 1\n'
                              f'    }}\n    bearer_token = "{self.SECRET}"\n  }}\n}}\n{TWICE}')
        self.write("broken.alloy", f'loki.write "w" {{ endpoint {{ bearer_token = "{self.SECRET}" x }} }}\n')
        self.write("open.alloy", f'loki.write "w" {{ endpoint {{ bearer_token = "{self.SECRET}\n')
        for words in [("--format", form) for form in ("pretty", "concise", "json", "sarif", "github", "junit")] + [("--diff",), ("--unsafe-fixes", "--diff"), ("--statistics",)]:
            got = self.lint("--select", "ALL", *words)
            self.assertNotEqual(got.stdout, "", words)
            self.assertNotIn(self.SECRET, got.stdout + got.stderr, words)
        self.lint("--select", "ALL", "--write-baseline")
        self.assertNotIn(self.SECRET, (self.place / ".invar-baseline.json").read_text())


@unittest.skipUnless(paths.shared_directory(), "the recorded configs are not here; INVAR_SHARED says where")
class RecordedTest(LintCase):
    def configs(self):
        shared = paths.shared_directory()
        for place in (shared / "charts" / "public", shared / "charts" / "base", shared / "charts" / "mutants", shared / "charts" / "seed", shared / "conformance" / "docs"):
            for expected in sorted(place.rglob("expect.json")):
                for name, about in json.loads(expected.read_text()).items():
                    if name.endswith(".alloy") and (expected.parent / name).exists():
                        yield expected.parent / name, about

    def test_all_charts_take_less_than_a_second(self):
        charts = paths.shared_directory() / "charts"
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        self.lint("--no-config", "--select", "ALL", "--format", "json", charts / "public", charts / "base", charts / "seed")
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        self.assertLess(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, 1)

    def test_fixes_come_to_an_end_and_make_nothing_worse(self):
        shared = paths.shared_directory()
        for name in ("mutants", "public", "seed"):
            shutil.copytree(shared / "charts" / name, self.place / name)

        def errors(*flags):
            got = self.lint("--no-config", "--format", "json", *flags)
            counts = collections.Counter()
            for finding in json.loads(got.stdout)["findings"]:
                counts[finding["file"]] += finding["severity"] == "error"
            return counts, got

        before, _ = errors()
        after, got = errors("--unsafe-fixes")
        self.assertNotEqual(got.returncode, 3, got.stderr)
        self.assertLess(sum(after.values()), sum(before.values()))
        self.assertEqual([file for file in after if after[file] > before[file]], [])
        again = self.lint("--no-config", "--unsafe-fixes", "--diff")
        self.assertEqual((again.returncode, again.stdout), (0, ""))
        fixed = [path for path in sorted(self.place.rglob("*.alloy")) if path.read_bytes() != (shared / "charts" / path.relative_to(self.place)).read_bytes()]
        self.assertGreater(len(fixed), 30)

    def test_lint_says_something_wherever_validate_refuses(self):
        refused = {"generally-available": [], "experimental": []}
        for path, about in self.configs():
            if about["exit"] != 0:
                refused["generally-available"].append(path)
            if about.get("experimental", about)["exit"] != 0:
                refused["experimental"].append(path)
        self.assertGreater(len(refused["experimental"]), 100)
        for level, files in refused.items():
            got = self.lint("--no-config", "--format", "json", "--stability.level", level, *(["--feature.community-components.enabled"] if level == "experimental" else []), *files)
            found = {finding["file"] for finding in json.loads(got.stdout)["findings"] if finding["severity"] != "info"}
            self.assertEqual([str(path) for path in files if str(path) not in found], [])


if __name__ == "__main__":
    unittest.main()
