"""A real Loki, for tests: the program that LOKI_BINARY names."""

import json
import os
import urllib.parse
from pathlib import Path

from . import http
from .process import Process, wait_until

# One process, tenants apart, nothing waited for that a ring of one need not wait for, and answers as large as tests want them.
_CONFIG = """auth_enabled: true
server: {{http_listen_address: 127.0.0.1, http_listen_port: {port}, grpc_listen_address: 127.0.0.1, grpc_listen_port: {grpc}, log_level: warn}}
common: {{instance_addr: 127.0.0.1, path_prefix: {place}, replication_factor: 1, ring: {{kvstore: {{store: inmemory}}}}, storage: {{filesystem: {{chunks_directory: {place}/chunks, rules_directory: {place}/rules}}}}}}
schema_config: {{configs: [{{from: 2024-01-01, store: tsdb, object_store: filesystem, schema: v13, index: {{prefix: index_, period: 24h}}}}]}}
ingester: {{lifecycler: {{min_ready_duration: 0s, join_after: 0s, final_sleep: 0s}}}}
limits_config: {{max_entries_limit_per_query: 200000, discover_service_name: [], discover_log_levels: false, ingestion_rate_mb: 100, ingestion_burst_size_mb: 100, per_stream_rate_limit: 100MB, per_stream_rate_limit_burst: 100MB}}
analytics: {{reporting_enabled: false}}
"""


class Loki(Process):
    """Runs until close(); what it holds lies in `directory`, so that one started there again goes on with it."""

    def __init__(self, directory, port=None):
        directory = Path(directory)
        directory.mkdir(exist_ok=True)
        self.directory = directory
        self.port = port or http.free_port()
        self.base = f"http://127.0.0.1:{self.port}"
        self.url = self.base + "/loki/api/v1/push"
        config = directory / "loki.yaml"
        config.write_text(_CONFIG.format(port=self.port, grpc=http.free_port(), place=directory / "data"))
        super().__init__([os.environ["LOKI_BINARY"], f"-config.file={config}"], directory / "loki.log")

    def wait_ready(self, seconds=90):
        def ready():
            if not self.is_running():
                raise AssertionError("Loki ended early:\n" + self.log()[-4000:])
            return http.is_ready(self.base + "/ready")

        wait_until(ready, seconds, lambda: "Loki's /ready\n" + self.log()[-4000:], interval=0.1)

    def streams(self, query, tenant="default", start=0, end=None):
        """What a query returns, oldest first: {labels as sorted pairs: [(nanoseconds, line, {structured metadata})]}."""
        words = {"query": query, "direction": "forward", "limit": 200000, "start": start}
        if end:
            words["end"] = end
        status, text = http.request(self.base + "/loki/api/v1/query_range?" + urllib.parse.urlencode(words), timeout=60,
                                    headers={"X-Scope-OrgID": tenant, "X-Loki-Response-Encoding-Flags": "categorize-labels"})
        if status != 200:
            raise AssertionError(f"Loki: {status} {text}")
        return {tuple(sorted(stream["stream"].items())):
                [(int(value[0]), value[1], value[2].get("structuredMetadata", {}) if len(value) > 2 else {}) for value in stream["values"]]
                for stream in json.loads(text)["data"]["result"]}

    def entries(self, query, **options):
        """All entries of a query in one list, by stream and time."""
        return [entry for entries in self.streams(query, **options).values() for entry in entries]
