#!/usr/bin/env python3
"""The hooks of .pre-commit-hooks.yaml, run by pre-commit itself: the one of the machine, or one that pip puts into the build tree."""

import os
import shutil
import subprocess
import sys
import unittest
from pathlib import Path

import case
from harness import paths


def pre_commit():
    """The command, or None where it cannot be had."""
    found = shutil.which("pre-commit")
    if found:
        return Path(found)
    place = paths.build_directory().resolve() / "pre-commit"
    command = place / "bin" / "pre-commit"
    if not command.exists():
        made = subprocess.run([sys.executable, "-m", "venv", place], capture_output=True).returncode == 0 and (
            subprocess.run([place / "bin" / "pip", "install", "--quiet", "pre-commit"], capture_output=True, timeout=300).returncode == 0)
        if not made:
            shutil.rmtree(place, ignore_errors=True)
            return None
    return command


class PreCommitTest(case.EndToEnd):
    def setUp(self):
        super().setUp()
        self.command = pre_commit()
        if not self.command:
            self.skipTest("pre-commit cannot be installed here")
        binaries = self.place / "bin"
        binaries.mkdir()
        (binaries / "invar").symlink_to(Path(paths.program("invar")).resolve())
        self.environment = {**os.environ, "PATH": f"{binaries}:{os.environ['PATH']}", "PRE_COMMIT_HOME": str(self.place / "home")}
        self.work = self.place / "work"
        self.work.mkdir()
        # pre-commit clones what it is given; a repository of the hooks alone is enough.
        self.hooks = self.place / "hooks"
        self.hooks.mkdir()
        shutil.copy(case.ROOT / ".pre-commit-hooks.yaml", self.hooks)
        for repository in (self.hooks, self.work):
            self.git(repository, "init", "--quiet")
        self.git(self.hooks, "add", ".")
        self.git(self.hooks, "-c", "user.name=t", "-c", "user.email=t@example.org", "commit", "--quiet", "-m", "hooks")

    def git(self, place, *words):
        subprocess.run(["git", *words], cwd=place, check=True, capture_output=True, env=self.environment)

    def hook(self, name, **files):
        for path, text in files.items():
            (self.work / path.replace("__", ".")).write_text(text)
        self.git(self.work, "add", ".")
        return subprocess.run([self.command, "try-repo", self.hooks, name, "--all-files"], cwd=self.work, capture_output=True, text=True, env=self.environment, timeout=120)

    def test_lint(self):
        got = self.hook("invar-lint", good__alloy='loki.echo "a" { }\n', other__txt="x", bad_test__alloy="broken {")
        self.assertEqual(got.returncode, 0, got.stdout + got.stderr)
        got = self.hook("invar-lint", bad__alloy='loki.echo "a" { x = 1 }\n')
        self.assertEqual(got.returncode, 1)
        self.assertIn("bad.alloy:1:17: error INV110", got.stdout)

    def test_fmt(self):
        self.assertEqual(self.hook("invar-fmt", good__alloy='loki.echo "a" { }\n').returncode, 0)
        self.assertEqual(self.hook("invar-fmt", bad__alloy='loki.echo    "a" { }\n').returncode, 1)


if __name__ == "__main__":
    unittest.main()
