"""Packs and patterns of any size for the benchmark: those that match come from the corpus, the others are invented."""
import itertools
import os
import re

import corpus

WORKERS = ["lease", "shard", "ledger", "digest", "mirror", "outbox", "replica", "snapshot", "cursor", "backlog"]
TROUBLES = ["gave up", "fell behind", "lost track", "ran dry", "went stale", "timed out", "was refused", "overflowed"]


def literals():
    """What stays the same in messages of the corpus, the longest part of each; then messages that nobody writes, without end."""
    for _, _, message in corpus.FAMILIES:
        if message:
            parts = (part for line in message.split("\n") for part in re.split(r"\{\w+\}", line))
            # Where it could be read as something else, a literal ends.
            yield max((piece for part in parts for piece in re.split(r"['\"\\]", part)), key=len).strip()
    for number in itertools.count():
        worker, trouble = WORKERS[number % len(WORKERS)], TROUBLES[number // len(WORKERS) % len(TROUBLES)]
        yield f"{worker} {number} {trouble}"


def make(definitions, folder):
    """Writes a pack with so many definitions: each with a literal, a severity, a capture and two facets."""
    os.makedirs(os.path.join(folder, "clusters"))
    with open(os.path.join(folder, "gardener.yaml"), "w", encoding="utf-8") as file:
        file.write("version: 1\nname: made\n")
    with open(os.path.join(folder, "clusters", "made.yaml"), "w", encoding="utf-8") as file:
        for number, literal in enumerate(itertools.islice(literals(), definitions)):
            file.write(
                f"- id: made_{number}\n  title: Made {number}\n  severity: P3\n"
                f"  match: 'severity>=WARNING AND message:\"{literal}\"'\n"
                f"  capture: {{ waited_{number}: '(?i)(?:after|in|of) (\\d+(?:\\.\\d+)?) ?(?:ms|s|MiB)\\b' }}\n"
                "  facets: [resource.labels.revision_name, labels.instanceId]\n"
            )
    return folder


def patterns(count, path):
    """Writes the literals of as many definitions, for ripgrep."""
    with open(path, "w", encoding="utf-8") as file:
        file.writelines(literal + "\n" for literal in itertools.islice(literals(), count))
    return path
