#!/usr/bin/env python3
"""remotecfg: a config from a server, and what remains of it when the server is gone or sends nonsense."""

import http.server
import json
import threading
import unittest

import case


def varint(number):
    out = b""
    while number >= 0x80:
        out += bytes([number & 0x7F | 0x80])
        number >>= 7
    return out + bytes([number])


def fields(data):
    """[(number, value)] of a protobuf message."""
    found, at = [], 0

    def read():
        nonlocal at
        number = shift = 0
        while True:
            byte = data[at]
            at += 1
            number |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return number

    while at < len(data):
        tag = read()
        if tag & 7 == 0:
            found.append((tag >> 3, read()))
        else:
            size = read()
            found.append((tag >> 3, data[at:at + size]))
            at += size
    return found


class Collector:
    """A server of collector.v1.CollectorService."""

    def __init__(self):
        self.text, self.calls, self.broken = "", [], False
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                message = self.rfile.read(int(self.headers["Content-Length"]))
                name = self.path.rsplit("/", 1)[1]
                outer.calls.append((name, fields(message), dict(self.headers)))
                status, kind, answer = 200, "application/proto", b""
                if outer.broken:
                    status, kind, answer = 503, "application/json", b'{"code":"unavailable","message":"come back"}'
                elif name == "GetConfig":
                    known = dict(fields(message)).get(3, b"").decode()
                    mine = str(hash(outer.text))
                    if known == mine:
                        answer = b"\x18\x01"
                    else:
                        body = outer.text.encode()
                        answer = b"\x0a" + varint(len(body)) + body + b"\x12" + varint(len(mine)) + mine.encode()
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.handle_error = lambda *_: None  # who ends does not wait for answers
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()

    def named(self, name):
        return [message for called, message, _ in self.calls if called == name]


class RemoteConfigTest(case.EndToEnd):
    def setUp(self):
        super().setUp()
        self.server = Collector()
        self.addCleanup(self.server.close)
        self.local = f'remotecfg {{\n  url = "{self.server.url}"\n  id = "me"\n  attributes = {{"place" = "here"}}\n  poll_frequency = "10s"\n}}\n'

    def shown(self, invar):
        status, text = invar.get("/api/v0/web/remotecfg/components/remotecfg/discovery.relabel.a")
        return text if status == 200 else ""

    def file(self, text):
        return f'discovery.relabel "a" {{ targets = [{{"text" = "{text}"}}] }}\n'

    def wait_shown(self, invar, text):
        self.wait(lambda: f'"{text}"' in self.shown(invar), lambda: invar.log()[-3000:], seconds=25)

    def test_a_config_comes_from_the_server_and_is_replaced_or_refused(self):
        self.server.text = self.file("one")
        invar = self.start(self.local)
        self.wait_shown(invar, "one")
        registered = self.server.named("RegisterCollector")[0]
        self.assertEqual(dict(registered)[1], b"me")
        attributes = {bytes(dict(fields(value))[1]): bytes(dict(fields(value))[2]) for number, value in registered if number == 4}
        self.assertEqual(attributes[b"place"], b"here")
        self.assertEqual(attributes[b"collector.os"], b"linux")
        self.assertEqual(self.server.calls[0][2]["Content-Type"], "application/proto")
        listed = json.loads(invar.get("/api/v0/web/remotecfg/components")[1])
        self.assertEqual([(component["localID"], component["moduleID"]) for component in listed], [("discovery.relabel.a", "remotecfg")])
        self.assertEqual(json.loads(invar.get("/api/v0/web/components")[1]), [])
        self.assertEqual(invar.metric("remotecfg_last_load_successful"), 1)
        # The server hears of it: a second GetConfig with the status applied.
        self.wait(lambda: any(dict(message).get(5, b"")[:2] == b"\x08\x01" for message in self.server.named("GetConfig")), "the status")

        self.server.text = "nonsense {"
        self.wait(lambda: "failed to parse and load new remote configuration" in invar.log(), "the refusal", seconds=25)
        self.assertIn('"one"', self.shown(invar))
        self.assertEqual(invar.metric("remotecfg_last_load_successful"), 0)
        self.assertEqual(invar.reload()[0], 200)  # the local config is as it was
        self.assertIn('"one"', self.shown(invar))
        self.server.text = self.file("two")
        self.wait_shown(invar, "two")
        code, _ = invar.terminate(20)
        self.assertEqual(code, 0)
        self.assertEqual([dict(message)[1] for message in self.server.named("UnregisterCollector")], [b"me"])

    def test_the_last_config_is_kept_for_a_start_without_one(self):
        self.server.text = self.file("one")
        invar = self.start(self.local)
        self.wait_shown(invar, "one")
        invar.terminate(20)
        # It answers registrations only.
        handler = self.server.server.RequestHandlerClass.do_POST

        def only_registrations(request):
            self.server.broken = not request.path.endswith("RegisterCollector")
            handler(request)

        self.server.server.RequestHandlerClass.do_POST = only_registrations
        invar = self.start(self.local)
        self.wait_shown(invar, "one")
        self.assertIn("successfully loaded configuration from cache", invar.log())
        self.assertIn('err="unavailable: come back"', invar.log())
        # It cannot say goodbye, says so, and ends.
        self.assertEqual(invar.terminate(20)[0], 0)
        self.assertIn('msg="failed to unregister collector during service shutdown" service=remotecfg err="unavailable: come back"', invar.log())

    def test_a_server_that_refuses_us_refuses_the_load(self):
        self.server.broken = True
        invar = self.start(self.local, ready=False)
        self.wait(lambda: not invar.is_running(), invar.log)
        self.assertIn("Failed to evaluate service: updating service: unavailable: come back", invar.log())


if __name__ == "__main__":
    unittest.main()
