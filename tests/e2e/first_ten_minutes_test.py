#!/usr/bin/env python3
"""What somebody does who has just found invar: installs it, lints published values, reads about a finding, lints rendered manifests, keeps a baseline."""

import json
import os
import subprocess
import unittest

import case
from harness import paths

VALUES = "charts/seed/article__grafana-k8s-monitoring__alloy-logs__node-logs__values.yaml"


@unittest.skipUnless(paths.shared_directory(), "the published values are not here; INVAR_SHARED says where")
class FirstTenMinutesTest(case.EndToEnd):
    def setUp(self):
        super().setUp()
        self.values = self.place / "values.yaml"
        self.values.write_bytes((paths.shared_directory() / VALUES).read_bytes())
        self.prefix = self.place / "prefix"

    def run_in_shell(self, line, code, **options):
        environment = {**os.environ, "NO_COLOR": "1", "PATH": f"{self.prefix}/bin:{os.environ['PATH']}"}
        got = subprocess.run(["bash", "-c", line], cwd=self.place, env=environment, capture_output=True, text=True, timeout=900, **options)
        self.assertEqual(got.returncode, code, got.stdout + got.stderr)
        return got

    def install(self):
        """The compiler cache has most of it from the build around the tests."""
        environment = {name: value for name, value in os.environ.items() if name != "INVAR_BUILD"}
        got = subprocess.run([case.ROOT / "scripts" / "install", self.prefix], env=environment, capture_output=True, text=True, timeout=1800)
        self.assertEqual(got.returncode, 0, got.stdout + got.stderr)
        self.assertIn(f'export PATH="{self.prefix}/bin:$PATH"', got.stdout)

    def test_all_of_them(self):
        self.install()

        got = self.run_in_shell("invar lint values.yaml", 1)
        for line in ("values.yaml:30:5: error INV204: Prometheus YAML where the chart inserts rule { } blocks (nodeLogs.extraDiscoveryRules)",
                     "values.yaml:34:5: error INV204: Promtail YAML where the chart inserts stages; invar lint --unsafe-fixes --diff shows the conversion",
                     'values.yaml:41:11: error INV202: Helm evaluates {{ if eq .Value "3" }} first; every line would become "debug"'):
            self.assertIn(line + "\n", got.stdout)
        self.assertEqual([line.split(": ")[:2] for line in got.stdout.splitlines() if line.startswith("values.yaml:")],
                         [["values.yaml:22:3", "warning INV141"], ["values.yaml:30:5", "error INV204"], ["values.yaml:34:5", "error INV204"],
                          ["values.yaml:41:11", "error INV202"], ["values.yaml:41:11", "warning INV149"], ["values.yaml:45:9", "error INV110"]])
        self.assertIn("layout 2-3 (destinations is a list), checked as 3.8, Alloy 1.18; 4 errors, 2 warnings, 0 of 2 snippets unchecked\n", got.stderr)
        self.assertIn("checked against Alloy 1.18 (66ebea85)\n", got.stderr)

        before = self.values.read_bytes()
        got = self.run_in_shell("invar lint values.yaml --unsafe-fixes --diff", 1)
        self.assertIn("+    stage.json {", got.stdout)
        self.assertEqual(self.values.read_bytes(), before)

        self.assertIn("# INV202 ", self.run_in_shell("invar explain INV202", 0).stdout)

        rendered = 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: alloy\n  namespace: logs\ndata:\n  config.alloy: |\n    loki.write "w" {\n      endpont { }\n    }\n'
        got = self.run_in_shell("cat | invar lint --k8s -", 1, input=rendered)
        self.assertIn('<stdin>:9:7: error INV110: unrecognized block name "endpont" (ConfigMap logs/alloy, config.alloy:2)\n', got.stdout)

        self.run_in_shell("invar lint --write-baseline", 0)
        self.assertEqual(len(json.loads((self.place / ".invar-baseline.json").read_text())["findings"]), 6)
        self.assertEqual(self.run_in_shell("invar lint --baseline .invar-baseline.json", 0).stdout, "")


if __name__ == "__main__":
    unittest.main()
