#!/usr/bin/env python3
"""loki.source.syslog and loki.source.gelf with --delivery.answer-after=delivery: nobody answers their senders, so they read on only while few lines are on their way."""

import json
import socket
import threading
import time
import unittest

import case
from harness import http

AFTER_DELIVERY = "--delivery.answer-after=delivery"
MOST_ON_THE_WAY = 64 * 512  # batches, lines of one


class ListenerDeliveryTest(case.EndToEnd):
    def begin(self, block, *flags, fault="ok", endpoint=""):
        self.port = http.free_port()
        self.target = self.sink("--keep")
        self.target.fault(fault)
        self.sent = 0
        self.text = block.replace("PORT", str(self.port)) + case.write_block(self.target.url, endpoint=endpoint)
        self.flags = (AFTER_DELIVERY, *flags)
        self.restart()

    def restart(self):
        self.invar = self.start(self.text, flags=self.flags)

    def syslog(self, protocol, *flags, **options):
        self.entries = "loki_source_syslog_entries_total"
        self.dropped = "invar_source_syslog_udp_dropped_total"
        self.begin(f"""
loki.source.syslog "in" {{
  listener {{
    address  = "127.0.0.1:PORT"
    protocol = "{protocol}"
    labels   = {{ app = "s" }}
  }}
  forward_to = [loki.write.sink.receiver]
}}
""", *flags, **options)

    def gelf(self, *flags, **options):
        self.entries = "loki_source_gelf_target_entries_total"
        self.dropped = "invar_source_gelf_udp_dropped_total"
        self.begin("""
loki.source.gelf "in" {
  listen_address = "127.0.0.1:PORT"
  forward_to     = [loki.write.sink.receiver]
}
""", *flags, **options)

    def syslog_line(self, padding=""):
        line = f"<13>1 2026-01-01T00:00:00Z h app - - - line {padding}~[0.{self.sent}.0]\n".encode()
        self.sent += 1
        return line

    def gelf_message(self, padding=""):
        message = json.dumps({"version": "1.1", "host": "h", "short_message": f"line {padding}~[0.{self.sent}.0]"}).encode()
        self.sent += 1
        return message

    def send_tcp(self, count, **padding):
        with socket.create_connection(("127.0.0.1", self.port)) as connection:
            connection.sendall(b"".join(self.syslog_line(**padding) for _ in range(count)))

    def send_datagrams(self, message, count, pace=0, **padding):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
            for number in range(count):
                sender.sendto(message(**padding), ("127.0.0.1", self.port))
                if pace and number % 50 == 49:
                    time.sleep(pace)

    def check(self):
        return self.target.check({0: self.sent})

    def survive_kills(self, send):
        """The destination is dead: what is on disk for it survives, and is not sent twice."""
        for _ in range(3):
            send(500)
            self.wait(lambda: self.invar.metric("invar_write_spill_lines") == self.sent, lambda: f"{self.sent} lines on disk, not {self.invar.metric('invar_write_spill_lines')}")
            self.invar.kill()
            self.restart()
        self.target.fault("ok")
        self.wait(lambda: self.target.unique() == self.sent, lambda: str(self.check()), 30)
        time.sleep(0.5)
        self.assertEqual((self.check()["lost"], self.check()["dup"]), (0, 0))
        self.wait(lambda: not list((self.place / "storage").glob("**/*.seg")), "nothing on disk")

    def test_what_is_on_disk_survives_kill_9_of_tcp(self):
        self.syslog("tcp", fault="503", endpoint="max_backoff_retries = 2")
        self.survive_kills(self.send_tcp)

    def test_what_is_on_disk_survives_kill_9_of_udp(self):
        self.syslog("udp", fault="503", endpoint="max_backoff_retries = 2")
        self.survive_kills(lambda count: self.send_datagrams(self.syslog_line, count, pace=0.01))

    def test_what_is_on_disk_survives_kill_9_of_gelf(self):
        self.gelf(fault="503", endpoint="max_backoff_retries = 2")
        self.survive_kills(lambda count: self.send_datagrams(self.gelf_message, count, pace=0.01))

    def read_so_far(self):
        """Lines that were read, once that stands still."""
        read = -1
        while read != (now := self.invar.metric(self.entries)) or now == 0:
            read = now
            time.sleep(0.7)
        return read

    def test_a_tcp_sender_waits_while_the_destination_hangs(self):
        self.syslog("tcp", "--delivery.spill-size=0", fault="stall")
        sender = threading.Thread(target=lambda: self.send_tcp(100_000, padding="x" * 100), daemon=True)
        sender.start()
        self.assertLessEqual(self.read_so_far(), MOST_ON_THE_WAY)
        self.assertTrue(sender.is_alive())
        self.target.fault("ok")
        sender.join(60)
        self.wait(lambda: self.target.unique() == 100_000, lambda: str(self.check()), 60)
        self.assertEqual(self.check()["lost"], 0)
        self.assert_repeats_are_equal(self.target)

    def test_kill_9_loses_no_more_than_what_was_on_its_way(self):
        """Of a protocol without answers nothing more can be said: what was read and not delivered is gone, and so is what the kernel had taken."""
        self.syslog("tcp", "--delivery.spill-size=0")
        self.send_tcp(5000)
        self.wait(lambda: self.target.unique() == 5000, lambda: str(self.check()))
        delivered = self.sent
        self.target.fault("stall")
        self.send_tcp(1000)
        self.wait(lambda: self.invar.metric(self.entries) == 6000, "all read")
        self.invar.kill()
        self.target.fault("ok")
        self.restart()
        self.send_tcp(1000)
        self.wait(lambda: self.target.unique() >= delivered + 1000, lambda: str(self.check()))
        self.assertLessEqual(self.check()["lost"], 1000)
        self.assertEqual(self.check()["dup"], 0)

    def drop_what_has_no_room(self, message):
        """What the kernel's buffer has no room for is counted; all else arrives."""
        self.send_datagrams(message, 1)
        self.wait(lambda: self.target.unique() == 1, lambda: str(self.check()))
        self.target.fault("stall")
        self.send_datagrams(message, 60_000, padding="x" * 1000)
        self.assertLessEqual(self.read_so_far(), MOST_ON_THE_WAY + 1)
        self.target.fault("ok")
        # The kernel says how many it dropped with the next datagram that it takes.
        self.wait(lambda: self.target.unique() == self.invar.metric(self.entries), lambda: str(self.check()), 60)
        time.sleep(0.5)
        self.send_datagrams(message, 1)
        self.wait(lambda: self.target.unique() + self.invar.metric(self.dropped) == self.sent,
                  lambda: f"{self.target.unique()} + {self.invar.metric(self.dropped)} of {self.sent}", 30)
        self.assertGreater(self.invar.metric(self.dropped), 0)
        self.assert_repeats_are_equal(self.target)

    def test_syslog_datagrams_without_room_are_counted(self):
        self.syslog("udp", "--delivery.spill-size=0", fault="ok")
        self.drop_what_has_no_room(self.syslog_line)

    def test_gelf_datagrams_without_room_are_counted(self):
        self.gelf("--delivery.spill-size=0", fault="ok")
        self.drop_what_has_no_room(self.gelf_message)


if __name__ == "__main__":
    unittest.main()
