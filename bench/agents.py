"""The log agents that are compared: how to start them, and their configs for a set of pods."""

import os
from pathlib import Path

from harness import http, paths

CONFIGS = Path(__file__).resolve().parent / "configs"


class Agent:
    """One kind of agent: its binary, its config templates."""

    def __init__(self, name, binary, templates, suffix):
        self.name, self.binary, self.templates, self.suffix = name, binary, templates, suffix

    def words(self, config, storage, port):
        address = f"--server.http.listen-addr=127.0.0.1:{port}"
        if self.name == "fluent-bit":
            return [self.binary, "-c", config]
        flags = ["--disable-reporting"] if self.name == "alloy" else []
        return [self.binary, "run", config, f"--storage.path={storage}", address, *flags]

    def ready_url(self, port):
        return f"http://127.0.0.1:{port}{'/' if self.name == 'fluent-bit' else '/-/ready'}"

    def render(self, pipeline, place, tree, pods, sink_address, port, live):
        """Writes the config of a pipeline (s1, s2, s3) and returns its path."""
        text = (CONFIGS / self.templates / f"{pipeline}.{self.suffix}.tmpl").read_text()
        host, sink_port = sink_address.split(":")
        values = {"DIR": tree, "SINK": sink_address, "SINK_HOST": host, "SINK_PORT": sink_port, "PORT": port,
                  "STORAGE": place / "storage", "TARGETS": targets(pods), "CONFDIR": CONFIGS / "fluent-bit", "TAIL_FROM_END": "false",
                  "WRITE_EXTRA": "", "SERVICE_EXTRA": "", "INPUT_EXTRA": "", "OUTPUT_EXTRA": "",
                  "FLUSH": "1" if live else "0.2"}  # live: like batch_wait's 1 s
        for name, value in values.items():
            text = text.replace(f"@{name}@", str(value))
        config = place / f"config.{self.suffix}"
        config.write_text(text)
        return config


    def add_destination(self, config, sink_address):
        """One more, for all lines, beside the sink of a rendered S2."""
        if self.suffix != "alloy":
            raise RuntimeError(f"{self.name}: no second destination in its configs")
        text = config.read_text()
        first, receiver = text.index('loki.write "sink"'), "loki.write.sink.receiver,"
        block = text[first:].replace('"sink"', '"second"')
        url = block[block.index("http://"):].split('"')[0]
        text = text.replace(receiver, f"{receiver}\n    loki.write.second.receiver,")
        config.write_text(text + block.replace(url, f"http://{sink_address}/loki/api/v1/push"))


def targets(pods):
    """What discovery.kubernetes would export for the pods."""
    rows = []
    for pod in pods:
        labels = {"__address__": f"10.0.0.{pod['file'] % 250 + 1}:8080", "__meta_kubernetes_namespace": pod["namespace"],
                  "__meta_kubernetes_pod_name": pod["pod"], "__meta_kubernetes_pod_uid": pod["uid"],
                  "__meta_kubernetes_pod_container_name": pod["container"],
                  "__meta_kubernetes_pod_container_id": f"containerd://{pod['file']:032x}",
                  "__meta_kubernetes_pod_label_app_kubernetes_io_name": pod["app"],
                  "__meta_kubernetes_pod_node_name": "node-1", "__meta_kubernetes_pod_phase": "Running"}
        rows.append("      {" + ", ".join(f'"{name}" = "{value}"' for name, value in labels.items()) + "},")
    return "[\n" + "\n".join(rows) + "\n    ]"


def find():
    """invar, and every peer whose binary an environment variable names: {name: Agent}."""
    found = {"invar": Agent("invar", str(paths.program("invar")), "alloy", "alloy")}
    for name, variable, templates, suffix in (("alloy", "ALLOY_BIN", "alloy", "alloy"), ("fluent-bit", "FLUENTBIT_BIN", "fluent-bit", "conf")):
        if os.environ.get(variable):
            found[name] = Agent(name, os.environ[variable], templates, suffix)
    return found


def free_port():
    return http.free_port()
