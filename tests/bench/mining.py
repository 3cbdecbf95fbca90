#!/usr/bin/env python3
"""Scores `gardener templates --each` on labelled sets of log messages, and prints a Markdown table.

    python3 tests/bench/mining.py FOLDER [--gardener target/release/gardener] [--errors N]

FOLDER holds sets as loghub has them (https://github.com/logpai/loghub): anywhere below it, CSV files with the columns
`Content` and `EventTemplate`. Only the column `Content` is shown to the program, one message a line, with `--lines`; the same
command line for every set.

GA is the share of lines whose cluster holds exactly the lines of one true cluster (Zhu et al., "Tools and Benchmarks for
Automated Log Parsing", ICSE-SEIP 2019). FGA is the harmonic mean of the exact clusters' shares of the clusters found (PGA) and
of the true ones (RGA) (Jiang et al., "A Large-Scale Evaluation for Log Parsing Techniques", ISSTA 2024). A line break inside a
message becomes a blank, so that a message is a line.

The last column is lines a second of processor time, the start of the program and all that it does included: on 2,000 lines the
start is most of it.
"""

import argparse
import csv
import os
import pathlib
import resource
import subprocess
import sys
import tempfile
from collections import Counter, defaultdict

csv.field_size_limit(1 << 30)


def labelled(folder):
    """The sets below a folder: name, messages, true templates."""
    for path in sorted(pathlib.Path(folder).rglob("*.csv")):
        with open(path, encoding="utf-8-sig", errors="replace", newline="") as file:
            rows = csv.DictReader(file)
            if not {"Content", "EventTemplate"} <= set(rows.fieldnames or []):
                continue
            rows = [(row["Content"], row["EventTemplate"]) for row in rows]
        if rows:
            messages, truth = zip(*rows)
            yield path.name.removesuffix(".csv").removesuffix("_structured").removesuffix(".log"), messages, truth


def found(gardener, messages):
    """The id of each message's template, and the seconds of processor time that took."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "messages.log")
        with open(path, "w", encoding="utf-8", newline="\n") as file:
            file.writelines(" ".join(message.splitlines()) + "\n" for message in messages)
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        command = [gardener, "templates", "--rules", "default", "--lines", "--each", path]
        done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8")
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode != 0:
        sys.exit(f"{' '.join(command)} ended with {done.returncode}:\n{done.stderr}")
    ids = [line.split("\t")[2] for line in done.stdout.split("\n")[:-1]]
    if len(ids) != len(messages):
        sys.exit(f"{len(messages)} messages gave {len(ids)} records")
    return ids, after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime


def score(ids, truth):
    """GA, FGA, the number of clusters found, of true ones, and of those that are exactly right."""
    lines, sizes = defaultdict(list), Counter(truth)
    for place, id in enumerate(ids):
        lines[id].append(place)
    right = [own for own in lines.values() if len({truth[at] for at in own}) == 1 and sizes[truth[own[0]]] == len(own)]
    pga, rga = len(right) / len(lines), len(right) / len(sizes)
    fga = 2 * pga * rga / (pga + rga) if right else 0.0
    return sum(map(len, right)) / len(ids), fga, len(lines), len(sizes), len(right)


def tell_errors(ids, truth, messages, most):
    """The largest true clusters that were split, and found ones that hold several."""
    for what, of, other in [("split", truth, ids), ("merged", ids, truth)]:
        groups = defaultdict(dict)
        for place, label in enumerate(of):
            groups[label].setdefault(other[place], messages[place])
        wrong = sorted(((len(parts), label, parts) for label, parts in groups.items() if len(parts) > 1), key=lambda it: -it[0])
        for parts, label, examples in wrong[:most]:
            print(f"  {what} into {parts}: {label}" if what == "split" else f"  {parts} merged: {label}", file=sys.stderr)
            for example in list(examples.values())[:3]:
                print(f"      {example[:150]}", file=sys.stderr)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folder")
    parser.add_argument("--gardener", default="target/release/gardener")
    parser.add_argument("--errors", type=int, default=0, metavar="N", help="show the N largest errors of each set")
    arguments = parser.parse_args()
    rows = []
    print("| set | lines | templates | found | right | GA | FGA | lines/CPU-s |")
    print("|---|---:|---:|---:|---:|---:|---:|---:|")
    for name, messages, truth in labelled(arguments.folder):
        ids, seconds = found(arguments.gardener, messages)
        ga, fga, clusters, true, right = score(ids, truth)
        rows.append((ga, fga))
        speed = f"{len(messages) / max(seconds, 1e-3):,.0f}"
        print(f"| {name} | {len(messages):,} | {true} | {clusters} | {right} | {ga:.4f} | {fga:.4f} | {speed} |")
        if arguments.errors:
            tell_errors(ids, truth, messages, arguments.errors)
    if not rows:
        sys.exit(f"{arguments.folder} holds no CSV file with the columns Content and EventTemplate")
    mean = [sum(column) / len(rows) for column in zip(*rows)]
    print(f"| **mean** | | | | | **{mean[0]:.4f}** | **{mean[1]:.4f}** | |")


if __name__ == "__main__":
    main()
