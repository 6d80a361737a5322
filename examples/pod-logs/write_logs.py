#!/usr/bin/env python3
"""Writes sample logs of the pods of config.alloy as containerd does: write_logs.py DIRECTORY [RECORDS_PER_POD]

Prints what it wrote as JSON. The same logs every time, but for their clock.
"""

import datetime
import json
import random
import sys
from pathlib import Path

PIECE = 16384  # containerd cuts longer lines into pieces

PODS = {
    "checkout": "shop_checkout-7d9f6c5b8d-x2k4q_3f0c1a52-77f1-4c0e-9a55-0d6a1f0b7c01/checkout",
    "nginx": "shop_web-5b6d7f9c4-lm8zt_8b1d0f9e-2a36-4f7b-8c3d-5e9f7a6b1c02/nginx",
    "ledger": "payments_ledger-0_c2a94e17-6d0b-4b8e-9f21-7a3c5d8e0f03/ledger",
    "gateway": "payments_gateway-66c9d8f7b5-q9w2r_5e7f3b21-9c48-4d6a-b0e5-1f2a3c4d5e04/gateway",
    "kube-controller-manager": "kube-system_kube-controller-manager-node-1_a17c2d3e-4f50-4a61-8b72-9c83d94ea505/kube-controller-manager",
    "loadtest": "shop_loadtest-9m3xk_d4e5f6a7-b8c9-4d0e-a1f2-b3c4d5e6f706/loadtest",
}


def cri(when, stream, text):
    """The physical lines of one record: pieces flagged P, the last F."""
    stamp = when.strftime("%Y-%m-%dT%H:%M:%S.%f") + "000Z"
    pieces = [text[at : at + PIECE] for at in range(0, len(text), PIECE)] or [""]
    flags = ["P"] * (len(pieces) - 1) + ["F"]
    return [f"{stamp} {stream} {flag} {piece}\n" for flag, piece in zip(flags, pieces)]


def json_record(dice, when):
    fields = {"ts": when.isoformat(), "level": dice.choice(["info", "info", "info", "warn", "error"]), "msg": "order placed",
              "order": dice.randrange(100000), "duration_ms": dice.randrange(900)}
    if dice.random() < 0.01:  # longer than one piece
        fields["cart"] = [{"sku": f"sku-{dice.randrange(10**6)}", "quantity": dice.randrange(1, 9)} for _ in range(700)]
    return [("stdout", json.dumps(fields))]


def nginx_record(dice, when):
    stamp = when.strftime("%d/%b/%Y:%H:%M:%S +0000")
    if dice.random() < 0.1:
        return [("stdout", f'10.0.0.9 - - [{stamp}] "GET /healthz HTTP/1.1" 200 2 "-" "kube-probe/1.31" 0.000')]
    page = dice.choice(["/", "/cart", "/search?q=shoes", "/api/v1/items"])
    return [("stdout", f'10.0.0.{dice.randrange(256)} - - [{stamp}] "GET {page} HTTP/1.1" {dice.choice([200, 200, 304, 404, 502])} '
                       f'{dice.randrange(9000)} "https://shop.example.com/" "Mozilla/5.0" 0.{dice.randrange(1000):03}')]


def java_record(dice, when):
    stamp = when.strftime("%Y-%m-%d %H:%M:%S.%f")[:-3]
    if dice.random() < 0.9:
        return [("stdout", f"{stamp} INFO  [exec-{dice.randrange(20)}] c.a.ledger.Booking - booked {dice.randrange(10**6)}")]
    trace = [f"{stamp} ERROR [exec-{dice.randrange(20)}] c.a.ledger.Booking - booking failed",
             "java.lang.IllegalStateException: gateway timeout after 3000ms",
             "\tat com.acme.ledger.Booking.book(Booking.java:112)",
             "\tat com.acme.ledger.Controller.post(Controller.java:57)",
             "\tat java.base/java.lang.Thread.run(Thread.java:840)"]
    return [("stdout", line) for line in trace]


def logfmt_record(dice, when):
    return [("stdout", f'ts={when.isoformat()} level={dice.choice(["info", "debug", "error"])} msg="upstream answered" '
                       f"status={dice.choice([200, 200, 429])} duration={dice.randrange(400)}ms")]


def klog_record(dice, when):
    return [("stderr", f'{dice.choice("IIWE")}{when.strftime("%m%d %H:%M:%S.%f")}       1 controller.go:{dice.randrange(900)}] '
                       f'"Reconciled" controller="deployment" name="app-{dice.randrange(300)}"')]


WRITERS = {"checkout": json_record, "nginx": nginx_record, "ledger": java_record, "gateway": logfmt_record,
           "kube-controller-manager": klog_record, "loadtest": logfmt_record}


def write(directory, records=2000):
    """Writes every pod's 0.log below directory/var/log/pods; returns {container: {"records", "lines", "bytes", "path"}}."""
    found = {}
    start = datetime.datetime.now(datetime.timezone.utc).replace(tzinfo=None) - datetime.timedelta(minutes=5)
    for number, (container, place) in enumerate(PODS.items()):
        dice = random.Random(number)
        path = Path(directory) / "var/log/pods" / place / "0.log"
        path.parent.mkdir(parents=True, exist_ok=True)
        count = {"records": 0, "lines": 0, "bytes": 0, "path": str(path)}
        with open(path, "w", encoding="utf-8") as log:
            for record in range(records):
                when = start + datetime.timedelta(milliseconds=record * 100)
                for stream, text in WRITERS[container](dice, when):
                    pieces = cri(when, stream, text)
                    count["records"] += 1
                    count["lines"] += len(pieces)
                    count["bytes"] += sum(map(len, pieces))
                    log.writelines(pieces)
        found[container] = count
    return found


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    print(json.dumps(write(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 2000), indent=1))
