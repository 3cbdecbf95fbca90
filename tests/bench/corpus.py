#!/usr/bin/env python3
"""corpus.py N OUT [--seed S]: writes N lines of Cloud Logging entries as a chat backend on Cloud Run would emit them.

Deterministic for (N, seed). Six hours, up to two seconds out of order; 1 % of the lines are re-deliveries, 0.1 % are
malformed. About 850 bytes a line. All names and secrets in it are invented.
"""
import argparse
import json
import random

START = 1789430400  # 2026-09-15T00:00:00Z
SPAN = 6 * 3600
HEX = "0123456789abcdef"
ALNUM = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"

# (log severity, logger, message); placeholders in braces are drawn anew for each line. Most frequent first.
FAMILIES = [
    ("INFO", "uvicorn.access", '{ip}:{port} - "GET /health/{word} HTTP/1.1" 200 OK'),
    ("WARNING", "app.middleware.auth_context", "Session access failed (middleware not installed?): SessionMiddleware must be installed to access request.session"),
    ("INFO", None, None),  # a request log without a message
    ("WARNING", "app.websocket_core.ssot_validation_enhancer", "SSOT validation issues (non-blocking): ['Multiple manager instances for user demo-user-{n3} - potential duplication']"),
    ("INFO", "app.websocket_core.handlers", "\U0001f50c WebSocket connection established: connection_id=ws_{n9}_{hex8} user={uuid} client={ip}"),
    ("WARNING", "app.auth_integration.auth", "[\U0001f511] USER AUTO-CREATED: Created user {mail} from JWT={jwt} (env: staging, user_id: {hex8}..., demo_mode: False, domain_type: unknown)"),
    ("WARNING", "app.services.timeout_monitor", "\U0001f6a8 HIGH BUFFER UTILIZATION: {pct}% - Timeout 0.{n1}s may be too aggressive for 0.0{n2}s response time"),
    ("INFO", "app.services.agent_bridge", "Agent event emitted: tool_completed run_id={uuid} thread=thread_{n5} latency_ms={pct}"),
    ("DEBUG", "sqlalchemy.pool", "Connection <AdaptedConnection object at 0x7f{hex8}> checked out from pool, overflow: {n1}"),
    ("CRITICAL", "app.auth_integration.golden_path_auth", "\U0001f511 GOLDEN PATH AUTH CIRCUIT BREAKER OPEN: permissive authentication with circuit breaker for connection ws_{n5} after {n1} failures"),
    ("INFO", "app.llm.llm_manager", "LLM call completed: model=gemini-2.5-pro tokens={n4} cost_usd=0.{n4} duration={pct}s api_key=sk-{key}"),
    ("WARNING", "app.core.cors_config", "CORS: origin https://app-{n3}.staging.example.com not allowed for POST /api/chat"),
    ("ERROR", "app.startup_module", "required service redis is not configured: fallback disabled in staging ({n1} retries)"),
    ("ERROR", "app.db.database_manager", "Database initialization failed: asyncpg.exceptions.ConnectionTimeoutError: timeout expired after {pct}s connecting to /cloudsql/demo:us-central1:shared-postgres/.s.PGSQL.5432"),
    ("ERROR", "uvicorn.error", 'Traceback (most recent call last):\n  File "/usr/local/lib/python3.11/site-packages/starlette/requests.py", line {n3}, in session\n    assert "session" in self.scope\nAssertionError: SessionMiddleware must be installed to access request.session'),
    ("WARNING", "auth_service.routes", "JWT validation failed: expired for {mail} from {ip} Authorization: Bearer {jwt}"),
    ("WARNING", "app.redis_manager", "Redis connection lost (redis://:p4ss{n4}@10.0.{n2}.3:6379/0), reconnect attempt {n1}/10 in {pct}s"),
    ("WARNING", "app.db.query_monitor", "Slow query ({n5} ms): SELECT threads.id, threads.metadata FROM threads WHERE threads.user_id = '{uuid}' ORDER BY threads.created_at DESC LIMIT {n3}"),
    ("WARNING", "app.middleware.rate_limit", "Rate limit exceeded for user {uuid}: {n4} req/min > limit 600"),
    ("ERROR", "app.routes.websocket", "WebSocket closed with code 1011 (internal error): connection_id=ws_{n5} duration={pct}s reason='Internal error: handshake race'"),
    ("ERROR", "app.db.clickhouse", "ClickHouse connection failed: HTTPSConnectionPool(host='x.clickhouse.example', port=8443): Max retries exceeded (attempt {n1})"),
    ("INFO", "auth_service.token_refresh", "Token refreshed for user {uuid} (expires_in={n4}s)"),
    ("WARNING", "app.monitoring.resource", "Memory usage at {pct}% ({n4} MiB of 4096 MiB), rss growth {n2} MiB/min"),
    ("WARNING", "auth_service.oauth_manager", "OAuth state mismatch: expected {uuid} got {uuid} email={mail} provider=google"),
    ("WARNING", "py.warnings", "/app/core/mod_{n2}.py:{n3}: DeprecationWarning: datetime.datetime.utcnow() is deprecated and scheduled for removal"),
    ("ERROR", "app.clients.auth_client", "Auth service unreachable: HTTP 503 from https://auth.staging.example.com/validate after {n4} ms; circuit open"),
    ("NOTICE", "run.googleapis.com/varlog/system", 'Default STARTUP TCP probe succeeded after {n1} attempts for container "backend-1" on port 8080.'),
    ("ERROR", "run.googleapis.com/varlog/system", "Memory limit of 1024 MiB exceeded with {n4} MiB used. Consider increasing the memory limit, see https://cloud.google.com/run/docs/configuring/memory-limits"),
    ("ERROR", "run.googleapis.com/requests", "The request has been terminated because it has reached the maximum request timeout. To change this limit, see https://cloud.google.com/run/docs/configuring/request-timeout"),
    ("WARNING", "app.routes.threads", "HTTPException 404: Thread not found thread_id=thread_{n5} run_id={uuid} user={mail}"),
    ("CRITICAL", "shared.secret_manager", "Secret jwt-secret-staging version latest access denied: 403 Permission 'secretmanager.versions.access' denied on resource (request {n9})"),
    ("ERROR", "postgres", "ERROR: deadlock detected DETAIL: Process {n5} waits for ShareLock on transaction {n9}; blocked by process {n5}."),
    ("ALERT", "kernel", "OSError: [Errno 28] No space left on device: '/srv/upload_{uuid}.part' ({n3} MiB requested)"),
]


class Maker:
    def __init__(self, seed):
        r = self.random = random.Random(seed)
        text = lambda alphabet, k: "".join(r.choices(alphabet, k=k))
        self.pools = {
            "ip": [f"{r.randrange(1, 224)}.{r.randrange(256)}.{r.randrange(256)}.{r.randrange(1, 255)}" for _ in range(5000)],
            "mail": [f"person{r.randrange(100000)}@{r.choice(['example.com', 'mail.example.org'])}" for _ in range(5000)],
            "jwt": ["eyJhbGciOiJIUzI1NiJ9." + text(ALNUM, 72) + "." + text(ALNUM, 43) for _ in range(2000)],
            "uuid": ["-".join(text(HEX, k) for k in (8, 4, 4, 4, 12)) for _ in range(20000)],
            "hex8": [text(HEX, 8) for _ in range(20000)],
            "key": [text(ALNUM, 40) for _ in range(500)],
            "pct": [f"{r.uniform(1, 100):.1f}" for _ in range(1000)],
            "word": ["live", "ready"],
            "port": [str(n) for n in range(20000, 60000, 7)],
            **{f"n{k}": [str(r.randrange(10 ** (k - 1), 10**k)) for _ in range(2000)] for k in (1, 2, 3, 4, 5, 9)},
        }
        self.instances = [text(HEX, 48) for _ in range(60)]
        self.revisions = [f"backend-{r.randrange(400, 480):05d}-{text('abcdefghijklmnop', 3)}" for _ in range(12)]
        self.traces = ["projects/demo/traces/" + text(HEX, 32) for _ in range(20000)]

    def fill(self, message):
        parts = message.split("{")
        filled = [parts[0]]
        for part in parts[1:]:
            name, rest = part.split("}", 1)
            pool = self.pools[name]
            filled += [pool[int(self.random.random() * len(pool))], rest]
        return "".join(filled)

    def entry(self, i, n, family):
        severity, logger, message = family
        r = self.random
        t = max(START, START + SPAN * (i / n) + (r.random() - 0.5) * 4)
        second, micros = int(t), int(t % 1 * 1e6)
        h, rest = divmod(second - START, 3600)
        stamp = f"2026-09-15T{h:02d}:{rest // 60:02d}:{rest % 60:02d}.{micros:06d}Z"
        entry = {"insertId": f"{i:x}-{int(r.random() * 2**40):x}", "labels": {"instanceId": r.choice(self.instances)}}
        entry["logName"] = "projects/demo/logs/run.googleapis.com%2F" + ("stderr" if message else "requests")
        if message is None:
            status = r.choice((200, 200, 200, 200, 204, 304, 401, 404, 500, 503))
            severity = "INFO" if status < 400 else "WARNING" if status < 500 else "ERROR"
            entry["httpRequest"] = {
                "latency": f"{r.random() ** 4 * 10:.6f}s", "protocol": "HTTP/1.1", "remoteIp": r.choice(self.pools["ip"]),
                "requestMethod": r.choice(("GET", "POST")), "requestSize": str(int(r.random() * 5000)),
                "requestUrl": f"https://api.example.com/api/runs/{r.choice(self.pools['uuid'])}?token=sk-{r.choice(self.pools['key'])}",
                "responseSize": str(int(r.random() * 90000)), "status": status,
                "userAgent": "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/127.0.0.0 Safari/537.36",
            }
        elif r.random() < 0.85:
            entry["jsonPayload"] = {
                "context": {"name": logger, "service": "backend"}, "error": {"severity": severity, "type": None},
                "labels": {"function_name": "handle", "line": r.choice(self.pools["n3"]), "module": logger.rsplit(".", 1)[-1]},
                "message": self.fill(message),
            }
        else:
            entry["textPayload"] = self.fill(message)
        entry["receiveTimestamp"] = stamp
        revision = r.choice(self.revisions)
        entry["resource"] = {"labels": {"configuration_name": "backend", "location": "us-central1", "project_id": "demo",
                                        "revision_name": revision, "service_name": "backend"}, "type": "cloud_run_revision"}
        entry["severity"], entry["timestamp"], entry["trace"] = severity, stamp, r.choice(self.traces)
        return json.dumps(entry, ensure_ascii=r.random() < 0.5, separators=(",", ":"))


def make(n, out, seed=7):
    maker = Maker(seed)
    r = maker.random
    weights = [1 / (rank + 1) for rank in range(len(FAMILIES))]
    recent = []
    with open(out, "w", encoding="utf-8") as file:
        for i, family in enumerate(r.choices(FAMILIES, weights=weights, k=n)):
            line = maker.entry(i, n, family)
            if recent and r.random() < 0.01:
                line = r.choice(recent)
            elif r.random() < 0.001:
                line = line[: int(r.random() * len(line))] or "?"
            else:
                recent = (recent + [line])[-50:] if i % 20 == 0 else recent
            file.write(line + "\n")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("n", type=int)
    parser.add_argument("out")
    parser.add_argument("--seed", type=int, default=7)
    a = parser.parse_args()
    make(a.n, a.out, a.seed)
