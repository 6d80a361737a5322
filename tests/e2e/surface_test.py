#!/usr/bin/env python3
"""The agent's surface: pushes, TLS, logins, own log lines as entries, support bundles."""

import io
import json
import ssl
import subprocess
import unittest
import urllib.request
import zipfile

import case
from harness.http import free_port, request


def push(url, lines, **labels):
    body = {"streams": [{"stream": labels or {"a": "b"}, "values": [[str(1_700_000_000_000_000_000 + i), line] for i, line in enumerate(lines)]}]}
    return request(url + "/loki/api/v1/push", "POST", json.dumps(body).encode(), headers={"Content-Type": "application/json"})


class SurfaceTest(case.EndToEnd):
    def texts(self, sink):
        return [line.decode() for line in self.lines_of(sink)]

    def certificate(self, name="server"):
        """Paths of a self-signed certificate for 127.0.0.1 and of its key."""
        cert, key = self.place / f"{name}.crt", self.place / f"{name}.key"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj",
                        f"/CN={name}", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", cert], check=True, capture_output=True)
        return cert, key

    def over_tls(self, url, authority):
        """Status of a GET over TLS."""
        context = ssl.create_default_context(cafile=str(authority))
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=context))
        with opener.open(url, timeout=10) as answer:
            return answer.status

    def api_config(self, port, sink, extra=""):
        return f"""
loki.source.api "in" {{
  http {{
    listen_address = "127.0.0.1"
    listen_port    = {port}
    {extra}
  }}
  forward_to = [loki.write.sink.receiver]
}}
{case.write_block(sink.url)}"""

    def test_pushed_lines_arrive_in_order(self):
        sink, port = self.sink("--keep"), free_port()
        self.start(self.api_config(port, sink))
        url = f"http://127.0.0.1:{port}"
        sent = [f"line {i}" for i in range(3000)]
        for first in range(0, len(sent), 1000):
            self.assertEqual(push(url, sent[first:first + 1000])[0], 204)
        self.assertEqual(request(url + "/api/v1/raw", "POST", b"raw one\nraw two\n")[0], 204)
        self.assertEqual(request(url + "/ready"), (200, "ready"))
        self.wait(lambda: len(self.lines_of(sink)) >= 3002, lambda: f"lines, got {len(self.lines_of(sink))}")
        self.assertEqual([line for line in self.texts(sink) if line.startswith("line ")], sent)

    def test_a_reload_moves_the_server_and_keeps_the_port(self):
        sink, port, other = self.sink("--keep"), free_port(), free_port()
        invar = self.start(self.api_config(port, sink))
        self.config(self.api_config(port, sink, 'server_read_timeout = "5s"'))
        self.assertEqual(invar.reload()[0], 200)
        self.assertEqual(push(f"http://127.0.0.1:{port}", ["same port"])[0], 204)
        self.config(self.api_config(other, sink))
        self.assertEqual(invar.reload()[0], 200)
        self.assertEqual(push(f"http://127.0.0.1:{other}", ["new port"])[0], 204)
        with self.assertRaises(OSError):
            push(f"http://127.0.0.1:{port}", ["old port"])
        self.wait(lambda: len(self.lines_of(sink)) >= 2, "both lines")
        # A port that is taken refuses the reload, and nothing changes.
        self.config(self.api_config(invar.port, sink))
        status, answer = invar.reload()
        self.assertEqual(status, 400)
        self.assertIn("failed to run embedded server: listen tcp", answer)
        self.assertEqual(push(f"http://127.0.0.1:{other}", ["still there"])[0], 204)

    def test_paused_receivers_answer_503(self):
        sink, port = self.sink("--keep"), free_port()
        dead = f"http://127.0.0.1:{free_port()}/push"
        text = self.api_config(port, sink).replace(sink.url, dead)
        self.start(text.replace("remote_timeout", 'queue_config {\n capacity = "64KiB"\n }\n    remote_timeout'), flags=("--stability.level=experimental",))
        url = f"http://127.0.0.1:{port}"
        statuses = [push(url, ["x" * 1000] * 100)[0] for _ in range(30)]
        self.assertEqual(statuses[0], 204)
        self.assertIn(503, statuses)

    def test_pushes_over_tls(self):
        sink, port = self.sink("--keep"), free_port()
        cert, key = self.certificate()
        self.start(self.api_config(port, sink, f'tls {{\n cert_file = "{cert}"\n key_file = "{key}"\n }}'))
        self.assertEqual(self.over_tls(f"https://127.0.0.1:{port}/ready", cert), 200)
        self.assertEqual(request(f"http://127.0.0.1:{port}/ready"), (400, "Client sent an HTTP request to an HTTPS server.\n"))

    def test_the_admin_server_takes_tls_and_back(self):
        cert, key = self.certificate()
        invar = self.start("")
        self.config(f'http {{\n tls {{\n cert_file = "{cert}"\n key_file = "{key}"\n }}\n}}\n')
        self.assertEqual(invar.reload()[0], 200)
        https = f"https://127.0.0.1:{invar.port}"
        self.assertEqual(self.over_tls(https + "/-/ready", cert), 200)
        self.config('http {\n tls {\n cert_file = "/absent"\n key_file = "/absent"\n }\n}\n')
        with self.assertRaises(urllib.error.HTTPError) as refused:
            self.over_tls(https + "/-/reload", cert)
        self.assertEqual(refused.exception.code, 400)
        self.assertIn("failed to read cert_file: open /absent: no such file or directory", refused.exception.read().decode())
        self.assertEqual(self.over_tls(https + "/-/ready", cert), 200)
        self.config("")
        self.assertEqual(self.over_tls(https + "/-/reload", cert), 200)
        self.assertEqual(request(f"http://127.0.0.1:{invar.port}/-/ready")[0], 200)

    def test_logins_follow_the_filter(self):
        login = 'auth {{\n basic {{\n username = "u"\n password = "p"\n }}\n {}\n }}'
        invar = self.start("http {\n" + login.format('filter {\n paths = ["/metrics"]\n }') + "\n}\n")
        url = f"http://127.0.0.1:{invar.port}"
        right = {"Authorization": "Basic dTpw"}
        self.assertEqual(request(url + "/metrics")[0], 401)
        self.assertEqual(request(url + "/metrics", headers={"Authorization": "Basic dTpx"})[0], 401)
        self.assertEqual(request(url + "/metrics", headers=right)[0], 200)
        self.assertEqual(request(url + "/-/ready")[0], 200)
        self.config("http {\n" + login.format('filter {\n paths = ["/-/"]\n authenticate_matching_paths = false\n }') + "\n}\n")
        self.assertEqual(invar.reload()[0], 200)
        self.assertEqual((request(url + "/-/ready")[0], request(url + "/metrics")[0]), (200, 401))
        self.config("http {\n" + login.format("") + "\n}\n")
        self.assertEqual(invar.reload()[0], 200)
        self.assertEqual((request(url + "/-/ready")[0], request(url + "/-/ready", headers=right)[0]), (401, 200))

    def test_own_log_lines_arrive_and_do_not_feed_themselves(self):
        sink = self.sink("--keep")
        invar = self.start(f"""
logging {{
  level    = "debug"
  write_to = [loki.process.own.receiver]
}}
loki.process "own" {{
  stage.drop {{
    expression = "never there"
  }}
  forward_to = [loki.write.sink.receiver]
}}
{case.write_block(sink.url)}""")
        self.wait(lambda: any("Alloy is running" in line for line in self.texts(sink)), "the line of the start")
        invar.reload()
        self.wait(lambda: any("config reloaded" in line for line in self.texts(sink)), "the line of the reload")
        self.assertTrue(all(entry["stream"] == {"component": "alloy"} for entry in sink.entries()))
        self.assertLess(len(self.lines_of(sink)), 200)

    def test_a_support_bundle_shows_no_secret(self):
        invar = self.start('http {\n auth {\n basic {\n username = "u"\n password = "do not show"\n }\n filter {\n paths = ["/metrics"]\n }\n }\n}\n')
        with urllib.request.urlopen(f"http://127.0.0.1:{invar.port}/-/support?duration=1", timeout=10) as answer:
            bundle = zipfile.ZipFile(io.BytesIO(answer.read()))
        self.assertIsNone(bundle.testzip())
        self.assertIn('password = "(secret)"', bundle.read("alloy-support-bundle/sources/config.alloy").decode())
        for name in bundle.namelist():
            self.assertNotIn(b"do not show", bundle.read(name), name)


if __name__ == "__main__":
    unittest.main()
