#!/usr/bin/env python3
"""end_to_end.py: times whole commands on files of log entries, and prints Markdown tables of medians and ratios.

Builds gardener and the yardstick (parsers doing nothing but parse each line), makes the corpus unless one is given, and runs
everything in turn, round after round, so that whatever else the machine does falls on all of it alike:

  peers        gardener, the yardstick, and those of jq, DuckDB (the program or the Python module), ripgrep and the
               Python module orjson that are there; some of them look for 40 patterns: those of the pack, without regard to case
  size         gardener on the beginnings of the corpus
  definitions  gardener with packs of 40, 100, 300 and 1,000 definitions
  cores        gardener on 1, 2, 4 … cores, as far as there are any (with taskset; else with --jobs)
  start        gardener on one entry, with each of the packs
  kinds        gardener on the same entries packed (with gzip and zstd, where these are there), and on their messages as text

Needs Python 3.9 and cargo. `--entries 2000 --runs 1` shows in a moment that all of it works.
"""
import argparse
import itertools
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
sys.path.insert(0, HERE)
import corpus  # noqa: E402
import packs  # noqa: E402

PARTS = ["peers", "size", "definitions", "cores", "start", "kinds"]
DEFINITIONS = [40, 100, 300, 1000]
PATTERNS = 40
NOW = "2026-09-15T06:00:00Z"
GARDENER = "gardener analyze --jobs 1"
YARDSTICK = "sonic-rs, parsing only"
OTHER_YARDSTICKS = {"sonic-rs, a few fields": "fields", "serde_json, a few fields": "fields-by-serde-json"}


def run(command):
    """Wall seconds, CPU seconds and peak MiB of one run of a command whose output is thrown away.

    The peak is never below that of Python (some 16 MiB), which the new process is for a moment."""
    with tempfile.TemporaryFile() as errors:
        start = time.monotonic()
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=errors)
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.monotonic() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode not in (0, 1):
            errors.seek(0)
            said = errors.read().decode(errors="replace")
            sys.exit(f"{' '.join(command)} ended with {process.returncode}\n{said}")
    return wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def is_json(line):
    try:
        json.loads(line)
        return True
    except ValueError:
        return False


def has_module(name):
    return subprocess.run([sys.executable, "-c", f"import {name}"], capture_output=True, check=False).returncode == 0


class Bench:
    """What is run, on what."""

    def __init__(self, arguments, folder):
        self.folder, self.rules = folder, arguments.rules
        self.gardener, self.yardstick = arguments.gardener, arguments.yardstick
        self.path = arguments.corpus or os.path.join(folder, "corpus.jsonl")
        if not arguments.corpus:
            print(f"making {arguments.entries:,} entries …", file=sys.stderr)
            corpus.make(arguments.entries, self.path)
        self.size = os.path.getsize(self.path)

    def beginning(self, size):
        """The first whole lines of the corpus, in at least so many bytes."""
        path = os.path.join(self.folder, f"{size}.jsonl")
        with open(self.path, "rb") as whole, open(path, "wb") as part:
            while part.tell() < size:
                part.write(whole.readline())
        return path

    def filtered(self, keeps, name):
        path = os.path.join(self.folder, name)
        with open(self.path, encoding="utf-8", errors="replace") as lines, open(path, "w", encoding="utf-8") as file:
            file.writelines(line for line in lines if keeps(line))
        return path

    def pack(self, definitions):
        folder = os.path.join(self.folder, f"pack-{definitions}")
        return folder if os.path.exists(folder) else packs.make(definitions, folder)

    def analyze(self, path, *more, rules=None):
        fixed = ["--rules", rules or self.rules, "--now", NOW, "-q", "--format", "json"]
        return [self.gardener, "analyze", *fixed, path, *more]

    def peers(self):
        yield GARDENER, self.analyze(self.path, "--jobs", "1"), self.path
        yield "gardener analyze", self.analyze(self.path), self.path
        if self.yardstick:
            yield YARDSTICK, [self.yardstick, self.path], self.path
            for name, what in OTHER_YARDSTICKS.items():
                yield name, [self.yardstick, self.path, what], self.path
        expressions = packs.expressions(self.rules, PATTERNS)
        patterns = packs.write(expressions, os.path.join(self.folder, "expressions"))
        if shutil.which("rg"):
            literals = packs.write(itertools.islice(packs.literals(), PATTERNS), os.path.join(self.folder, "literals"))
            yield f"rg -c -F -f ({PATTERNS} literals)", ["rg", "-c", "-F", "-f", literals, self.path], self.path
            # Of Unicode, one `\b` makes it all forty times slower; that of DuckDB is of ASCII, too.
            bounds = (expression.replace(r"\b", r"(?-u:\b)") for expression in expressions)
            same = packs.write(bounds, os.path.join(self.folder, "expressions-for-rg"))
            yield f"rg -c -i -f ({PATTERNS} patterns)", ["rg", "-c", "-i", "-f", same, self.path], self.path
        duckdb = "duckdb" if shutil.which("duckdb") else "duckdb (Python)" if has_module("duckdb") else None
        for what, query in self.queries(expressions) if duckdb else ():
            code = f"import duckdb; duckdb.sql({query!r}).fetchall()"
            yield f"{duckdb}, {what}", ["duckdb", "-c", query] if duckdb == "duckdb" else [sys.executable, "-c", code], self.path
        if has_module("orjson"):
            command = [sys.executable, os.path.join(HERE, "matches.py"), patterns, self.path]
            yield f"Python (orjson, re), count any of {PATTERNS} patterns", command, self.path
        if shutil.which("jq"):
            # jq ends at the first line that is not JSON.
            clean = self.filtered(is_json, "clean.jsonl")
            yield "jq -c .severity (malformed lines taken out)", ["jq", "-c", ".severity", clean], clean
        yield "wc -l", ["wc", "-l", self.path], self.path

    def queries(self, expressions):
        """For DuckDB: what it makes of the file by itself, and with all said that makes it fast."""
        file = f"'{self.path}', format='newline_delimited', ignore_errors=true"
        columns = "columns={severity: 'varchar', timestamp: 'varchar'}"
        for told, source in {"found": file, "given": f"{file}, {columns}"}.items():
            query = f"select severity, count(*), min(timestamp), max(timestamp) from read_json({source}) group by 1"
            yield f"count by severity, columns {told}", query
        columns = "columns={jsonPayload: 'struct(message varchar)', textPayload: 'varchar'}"
        # Where a corpus has no such field, no such column is found, and these are taken.
        none = "select {'message': null::varchar} as jsonPayload, null::varchar as textPayload"
        for what, patterns in {"each": expressions, "any": ["|".join(expressions)]}.items():
            quoted = (pattern.replace("'", "''") for pattern in patterns)
            counts = ", ".join(f"count(*) filter (regexp_matches(message, '{pattern}', 'i'))" for pattern in quoted)
            for told, source in {"found": file, "given": f"{file}, {columns}"}.items():
                messages = f"select coalesce(jsonPayload.message, textPayload) as message from read_json({source})"
                query = f"select counts.* from ({none}), lateral (select {counts} from ({messages})) as counts"
                yield f"count {what} of {len(expressions)} patterns, columns {told}", query

    def sizes(self):
        at = 10_000_000
        while at < self.size:
            path = self.beginning(at)
            yield f"{at / 1e6:,.0f} MB", self.analyze(path, "--jobs", "1"), path
            at *= 3 if str(at)[0] == "1" else 10 / 3
            at = round(at, -7)
        yield f"{self.size / 1e6:,.0f} MB", self.analyze(self.path, "--jobs", "1"), self.path

    def definitions(self):
        for count in DEFINITIONS:
            yield f"{count:,} definitions", self.analyze(self.path, "--jobs", "1", rules=self.pack(count)), self.path

    def cores(self):
        # Beside the threads that work there is one that reads: `--jobs 1` alone is no run on one core.
        cores = sorted(os.sched_getaffinity(0)) if shutil.which("taskset") else []
        count = 1
        while count <= (len(cores) or os.cpu_count() or 1):
            jobs = self.analyze(self.path, "--jobs", str(count))
            pinned = ["taskset", "-c", ",".join(map(str, cores[:count])), *jobs]
            name = f"{count} core{'s' if count > 1 else ''}"
            yield (name, pinned, self.path) if cores else (f"--jobs {count}", jobs, self.path)
            count *= 2

    def start(self):
        one = self.beginning(1)
        yield "the default pack", self.analyze(one, rules=os.path.join(ROOT, "rules", "default")), one
        yield "the pack of --rules", self.analyze(one), one
        for count in DEFINITIONS:
            yield f"{count:,} definitions", self.analyze(one, rules=self.pack(count)), one

    def kinds(self):
        yield "JSON Lines", self.analyze(self.path, "--jobs", "1"), self.path
        text = self.text()
        yield "lines of text", self.analyze(text, "--jobs", "1"), text
        for tool in ("gzip", "zstd"):
            if shutil.which(tool):
                packed = os.path.join(self.folder, f"packed.{tool}")
                with open(packed, "wb") as file:
                    subprocess.run([tool, "-q", "-1", "-c", self.path], stdout=file, check=True)
                yield tool, self.analyze(packed, "--jobs", "1"), packed

    def text(self):
        """The messages, each behind its time and level, as programs write them that do not write for Cloud Logging."""
        path = os.path.join(self.folder, "lines.log")
        with open(self.path, encoding="utf-8", errors="replace") as lines, open(path, "w", encoding="utf-8") as file:
            for line in filter(is_json, lines):
                entry = json.loads(line)
                payload = entry.get("jsonPayload") or {}
                message = entry.get("textPayload") or payload.get("message") or json.dumps(entry.get("httpRequest"))
                file.write(f"{entry.get('timestamp', '-')} {entry.get('severity', 'INFO')} {message}\n")
        return path


def medians(runs):
    return tuple(statistics.median(column) for column in zip(*runs))


def tell(part, rows):
    """Prints the table of a part; its ratios are to the yardstick or else the first row."""
    times = {name: medians(runs) for name, (_, runs) in rows.items()}
    if part == "start":
        print("| pack | wall ms | CPU ms | peak MiB |\n|---|--:|--:|--:|")
        for name, (wall, cpu, peak) in times.items():
            print(f"| {name} | {wall * 1e3:,.0f} | {cpu * 1e3:,.0f} | {peak:,.0f} |")
        return
    base = YARDSTICK if YARDSTICK in times else next(iter(times))
    print(f"| {part} | wall s | CPU s | MB per CPU second | peak MiB | CPU, to `{base}` | wall, to `{base}` |")
    print("|---|--:|--:|--:|--:|--:|--:|")
    for name, (wall, cpu, peak) in times.items():
        size = rows[name][0] / 1e6
        ratios = f"{cpu / max(times[base][1], 1e-3):.2f} | {wall / max(times[base][0], 1e-3):.2f}"
        print(f"| `{name}` | {wall:.2f} | {cpu:.2f} | {size / max(cpu, 1e-3):,.0f} | {peak:,.0f} | {ratios} |")


def build(arguments):
    if arguments.gardener:
        return
    program, yardstick = ["--bin", "gardener"], ["-p", "gardener-tests", "--bin", "yardstick"]
    for what in (program, yardstick):
        subprocess.run(["cargo", "build", "--release", "--locked", *what], cwd=ROOT, check=True)
    folder = os.path.join(os.environ.get("CARGO_TARGET_DIR", os.path.join(ROOT, "target")), "release")
    arguments.gardener = os.path.join(folder, "gardener")
    arguments.yardstick = os.path.join(folder, "yardstick")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--entries", type=int, default=1_000_000, help="entries in the corpus (default: 1,000,000)")
    parser.add_argument("--corpus", help="use this file instead of making one")
    parser.add_argument("--runs", type=int, default=3, help="rounds (default: 3)")
    parser.add_argument("--rules", default=os.path.join(ROOT, "rules", "netra-staging"), help="the pack")
    parser.add_argument("--parts", default=",".join(PARTS), help=f"which of {','.join(PARTS)} (default: all)")
    parser.add_argument("--gardener", help="a gardener that is built already; nothing is built then")
    parser.add_argument("--yardstick", help="the yardstick, built already (with --gardener)")
    arguments = parser.parse_args()
    asked = arguments.parts.split(",")
    if arguments.entries < 1 or arguments.runs < 1 or not set(asked) <= set(PARTS):
        parser.error(f"at least one entry and one run; parts are {', '.join(PARTS)}")
    build(arguments)
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(arguments, folder)
        makers = {"peers": bench.peers, "size": bench.sizes, "definitions": bench.definitions,
                  "cores": bench.cores, "start": bench.start, "kinds": bench.kinds}
        plan = [(part, *command) for part in PARTS if part in asked for command in makers[part]()]
        rows = {part: {} for part in PARTS if part in asked}
        for number in range(arguments.runs):
            for part, name, command, path in plan:
                print(f"round {number + 1} of {arguments.runs}: {part}: {name}", file=sys.stderr)
                _, runs = rows[part].setdefault(name, (os.path.getsize(path), []))
                runs.append(run(command))
        print(f"{bench.size / 1e6:,.0f} MB, {os.cpu_count()} cores, median of {arguments.runs} interleaved runs")
    for part, of_part in rows.items():
        print(f"\n### {part}\n")
        tell(part, of_part)


if __name__ == "__main__":
    main()
