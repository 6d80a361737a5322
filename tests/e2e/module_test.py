#!/usr/bin/env python3
"""Modules from elsewhere: they are imported, follow what changes there, and keep the last good state."""

import http.server
import json
import os
import subprocess
import threading
import time
import unittest

import case

MODULE = """
declare "tag" {
  argument "path" { }
  local.file "f" { filename = argument.path.value }
  export "text" { value = "%s" + local.file.f.content }
}
"""


class ModuleTest(case.EndToEnd):
    def setUp(self):
        super().setUp()
        (self.place / "values").mkdir()
        self.value = self.config("one", "values/value.txt")

    def using(self, source, more=""):
        return f"""{source}
lib.tag "i" {{
  path = "{self.value}"
}}
discovery.relabel "shown" {{
  targets = [{{"text" = lib.tag.i.text}}]
}}
{more}"""

    def shown(self):
        status, text = self.invar.get("/api/v0/web/components/discovery.relabel.shown")
        return text if status == 200 else ""

    def wait_shown(self, text):
        self.wait(lambda: f'"{text}"' in self.shown(), lambda: f"{text} in {self.shown()}\n{self.invar.log()[-2000:]}")

    def modules(self):
        components = json.loads(self.invar.get("/api/v0/web/components")[1])
        return {component["localID"]: component for component in components}

    def test_an_imported_file_is_followed_and_a_broken_one_is_not(self):
        path = self.config(MODULE % "v1 ", "lib.alloy")
        self.invar = self.start(self.using(f'import.file "lib" {{ filename = "{path}" }}'))
        self.wait_shown("v1 one")
        self.assertEqual(self.modules()["lib.tag.i"]["createdModuleIDs"], ["lib.tag.i"])
        inner = json.loads(self.invar.get("/api/v0/web/modules/lib.tag.i/components")[1])
        self.assertEqual([component["localID"] for component in inner], ["local.file.f"])
        accessed = self.invar.metric("local_file_timestamp_last_accessed_unix_seconds")

        path.write_text(MODULE % "v2 ")
        self.wait_shown("v2 one")
        self.assertEqual(self.invar.metric("local_file_timestamp_last_accessed_unix_seconds"), accessed)  # it ran on

        for broken in ("declare {", "logging { }", (MODULE % "v3 ").replace("argument.path.value", "argument.path.value + 1 + true"),
                       (MODULE % "v3 ").replace("local.file \"f\"", "no.such \"f\"")):
            before = self.invar.log().count("level=error")
            path.write_text(broken)
            self.wait(lambda: self.invar.log().count("level=error") > before, "an error in the log")
            self.wait(lambda: self.invar.metric("alloy_component_controller_running_components", controller_id="", health_type="unhealthy") == 1,
                      "the import to be unhealthy")
            self.value.write_text(f"still {before}")  # what runs goes on running
            self.wait_shown(f"v2 still {before}")
        replaced = self.config(MODULE % "v4 ", "new.alloy")
        os.rename(replaced, path)
        self.wait(lambda: '"v4 still' in self.shown(), "the replaced file")
        self.assertEqual(self.invar.metric("alloy_component_controller_running_components", controller_id="", health_type="unhealthy"), 0)

    def test_a_reload_is_refused_with_a_module_that_does_not_fit_and_taken_when_both_do(self):
        path = self.config(MODULE % "v1 ", "lib.alloy")
        source = f'import.file "lib" {{ filename = "{path}" }}'
        self.invar = self.start(self.using(source))
        self.wait_shown("v1 one")
        path.write_text((MODULE % "v2 ").replace('argument "path" { }', 'argument "path" { }\n  argument "more" { }'))
        self.wait(lambda: "missing required argument" in self.invar.log(), "the refusal")
        status, answer = self.invar.reload()
        self.assertEqual(status, 400)
        self.assertIn('missing required argument \\"more\\"' if "\\" in answer else 'missing required argument "more"', answer)
        self.wait_shown("v1 one")
        self.config(self.using(source).replace(f'path = "{self.value}"', f'path = "{self.value}"\n  more = 1'))
        self.assertEqual(self.invar.reload()[0], 200)
        self.wait_shown("v2 one")

    def test_a_volume_of_kubernetes_is_swapped(self):
        volume = self.place / "volume"
        for version in ("..1", "..2"):
            (volume / version).mkdir(parents=True)
            (volume / version / "lib.alloy").write_text(MODULE % f"v{version[-1]} ")
        (volume / "..data").symlink_to("..1")
        (volume / "lib.alloy").symlink_to("..data/lib.alloy")
        self.invar = self.start(self.using(f'import.file "lib" {{ filename = "{volume}" }}'))
        self.wait_shown("v1 one")
        (volume / "..tmp").symlink_to("..2")
        os.rename(volume / "..tmp", volume / "..data")
        self.wait_shown("v2 one")

    def test_a_module_comes_from_a_web_server(self):
        served = {"text": MODULE % "v1 ", "status": 200}

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                body = served["text"].encode()
                self.send_response(served["status"])
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_port}/modules/lib.alloy"
        self.invar = self.start(self.using(f'import.http "lib" {{\n  url = "{url}"\n  poll_frequency = "100ms"\n  poll_timeout = "50ms"\n}}'))
        self.wait_shown("v1 one")
        served["text"] = MODULE % "v2 "
        self.wait_shown("v2 one")
        served["status"] = 500
        self.wait(lambda: "unexpected status code from response" in self.invar.log(), "the failure in the log")
        self.wait_shown("v2 one")
        served.update(status=200, text=MODULE % "v3 ")
        self.wait_shown("v3 one")

    def git(self, *words):
        subprocess.run(["git", "-c", "user.name=t", "-c", "user.email=t@t", *map(str, words)], cwd=self.repository, check=True, capture_output=True)

    def test_a_module_comes_from_a_git_repository(self):
        self.repository = self.place / "repository"
        self.repository.mkdir()
        self.git("init", "-q", "-b", "main")
        (self.repository / "libs").mkdir()
        (self.repository / "libs" / "lib.alloy").write_text(MODULE % "v1 ")
        self.git("add", ".")
        self.git("commit", "-qm", "one")
        self.git("tag", "first")
        block = f'import.git "lib" {{\n  repository = "{self.repository}"\n  path = "libs"\n  pull_frequency = "100ms"\n}}'
        self.invar = self.start(self.using(block))
        self.wait_shown("v1 one")
        (self.repository / "libs" / "lib.alloy").write_text(MODULE % "v2 ")
        self.git("commit", "-qam", "two")
        self.wait_shown("v2 one")
        self.config(self.using(block.replace('path = "libs"', 'path = "libs"\n  revision = "first"')))
        self.assertEqual(self.invar.reload()[0], 200)
        self.wait_shown("v1 one")
        self.config(self.using(block.replace('path = "libs"', 'path = "libs"\n  revision = "nowhere"')))
        status, answer = self.invar.reload()
        self.assertEqual(status, 400)
        self.assertIn('invalid revision "nowhere"', answer)
        self.wait_shown("v1 one")

    def test_templates_follow_their_collection(self):
        sink = self.sink()
        for name in ("a.log", "b.log"):
            self.writer(name).write(10)
        text = case.tail_config([], sink.url)
        text = text[text.index('loki.write "sink"'):] + """
foreach "logs" {
  collection     = [%s]
  var            = "path"
  enable_metrics = %s
  template {
    local.file_match "f" {
      path_targets = [{"__path__" = path}]
      sync_period  = "100ms"
    }
    loki.source.file "f" {
      targets    = local.file_match.f.targets
      forward_to = [loki.write.sink.receiver]
    }
  }
}
"""
        a, b = f'"{self.logs}/a.log"', f'"{self.logs}/b.log"'
        self.invar = self.start(text % (a, "false"), flags=("--stability.level=experimental",))
        self.wait(lambda: sink.check({0: 10})["lost"] == 0, "the first file")
        self.assertEqual(self.invar.metrics("loki_source_file_files_active_total"), [])
        self.config(text % (f"{a}, {b}", "true"))
        self.assertEqual(self.invar.reload()[0], 200)
        self.wait_arrived(sink)
        self.assertEqual(len(self.modules()["foreach.logs"]["createdModuleIDs"]), 2)
        self.assertEqual(len(self.invar.metrics("loki_source_file_files_active_total")), 2)
        self.config(text % (b, "true"))
        self.assertEqual(self.invar.reload()[0], 200)
        self.writers[0].write(5)
        self.writers[1].write(5)
        self.wait(lambda: sink.check({1: 15})["lost"] == 0, "the second file")
        time.sleep(0.3)
        self.assertEqual(sink.lines(), 25)  # nothing of the file that left, nothing twice


if __name__ == "__main__":
    unittest.main()
