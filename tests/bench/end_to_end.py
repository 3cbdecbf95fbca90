#!/usr/bin/env python3
"""end_to_end.py [--entries N] [--corpus FILE] [--runs R]: times whole commands on one file of log entries.

Builds gardener, makes the corpus unless one is given, then runs gardener (on all cores and on one) and every peer that is
installed in turn, R rounds of each, and prints a Markdown table: the median wall and CPU time of each, its throughput, its
peak memory, and its CPU time as a ratio to gardener's. Needs Python 3 and cargo; of the peers, what is there is used.
"""
import argparse
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


def run(command):
    """Wall seconds, CPU seconds and peak MiB of one run of a command whose output is thrown away."""
    start = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, 1):
        sys.exit(f"{' '.join(command)} ended with {process.returncode}")
    return time.monotonic() - start, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def is_json(line):
    try:
        json.loads(line)
        return True
    except ValueError:
        return False


def commands(gardener, pack, path, clean):
    analyze = [gardener, "analyze", "--rules", pack, "--now", "2026-09-15T06:00:00Z", "-q", path]
    yield "gardener analyze", analyze
    yield "gardener analyze --jobs 1", analyze + ["--jobs", "1"]
    if shutil.which("jq"):
        # Line by line, because jq ends at the first line that is not JSON; slower by that than jq -c .severity.
        yield "jq -cR fromjson? | .severity", ["jq", "-cR", "fromjson? | .severity", path]
        yield "jq -c .severity (without malformed lines)", ["jq", "-c", ".severity", clean]
    if shutil.which("rg"):
        yield "rg -c ERROR", ["rg", "-c", "ERROR", path]
    if shutil.which("duckdb"):
        query = f"select severity, count(*) from read_json('{path}', ignore_errors=true) group by 1"
        yield "duckdb group by severity", ["duckdb", "-c", query]
    yield "wc -l", ["wc", "-l", path]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--entries", type=int, default=1_000_000, help="entries in the corpus (default: 1,000,000)")
    parser.add_argument("--corpus", help="use this file instead of making one")
    parser.add_argument("--runs", type=int, default=3, help="rounds (default: 3)")
    parser.add_argument("--rules", default=os.path.join(ROOT, "rules", "netra-staging"), help="the pack")
    a = parser.parse_args()
    subprocess.run(["cargo", "build", "--release", "--locked", "--bin", "gardener"], cwd=ROOT, check=True)
    gardener = os.path.join(os.environ.get("CARGO_TARGET_DIR", os.path.join(ROOT, "target")), "release", "gardener")
    with tempfile.TemporaryDirectory() as folder:
        path = a.corpus or os.path.join(folder, "corpus.jsonl")
        if not a.corpus:
            print(f"making {a.entries:,} entries …", file=sys.stderr)
            corpus.make(a.entries, path)
        clean = os.path.join(folder, "clean.jsonl")
        with open(path, encoding="utf-8", errors="replace") as lines, open(clean, "w", encoding="utf-8") as file:
            file.writelines(line for line in lines if is_json(line))
        size = os.path.getsize(path) / 1e6
        rows = {}
        for number in range(a.runs):
            for name, command in commands(gardener, a.rules, path, clean):
                print(f"round {number + 1} of {a.runs}: {name}", file=sys.stderr)
                rows.setdefault(name, []).append(run(command))
    ours = statistics.median(cpu for _, cpu, _ in rows["gardener analyze"])
    print(f"{size:,.0f} MB, {os.cpu_count()} cores, median of {a.runs} interleaved runs\n")
    print("| command | wall s | CPU s | MB per CPU second | MB per second | peak MiB | CPU time to gardener's |")
    print("|---|--:|--:|--:|--:|--:|--:|")
    for name, runs in rows.items():
        wall, cpu, peak = (statistics.median(column) for column in zip(*runs))
        cells = f"{wall:.2f} | {cpu:.2f} | {size / max(cpu, 1e-3):,.0f} | {size / max(wall, 1e-3):,.0f} | {peak:,.0f}"
        print(f"| `{name}` | {cells} | {cpu / ours:.2f} |")


if __name__ == "__main__":
    main()
