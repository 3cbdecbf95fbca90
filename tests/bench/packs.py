"""Packs and patterns of any size for the benchmark: those that match come from the corpus, the others are invented. And the
patterns of packs that there are, for others to look for."""
import glob
import itertools
import os
import re

import corpus

WORKERS = ["lease", "shard", "ledger", "digest", "mirror", "outbox", "replica", "snapshot", "cursor", "backlog"]
TROUBLES = ["gave up", "fell behind", "lost track", "ran dry", "went stale", "timed out", "was refused", "overflowed"]

# A question about the message in a query: whether it is not to be so, how it is asked, and what for.
ASKED = re.compile(r'(NOT )?message(=~|:)"((?:[^"\\]|\\.)*)"')


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


def escaped(literal):
    """A literal as an expression. `re.escape` does to blanks what not all that are asked understand."""
    return re.sub(r"([\\.^$*+?{}()|\[\]])", r"\\\1", literal)


def asked(rules):
    """What the definitions of a pack look for in messages, one expression each: the first one, or else the first literal."""
    for path in sorted(glob.glob(os.path.join(glob.escape(rules), "clusters", "*.yaml"))):
        with open(path, encoding="utf-8") as file:
            definitions = re.split(r"^- ", file.read(), flags=re.MULTILINE)
        for definition in definitions:
            terms = [(how, re.sub(r'\\(["\\])', r"\1", what)) for no, how, what in ASKED.findall(definition) if not no]
            found = [what for how, what in terms if how == "=~"] + [escaped(what) for how, what in terms if how == ":"]
            # All are asked without regard to case. Not everybody takes that, or other such marks, in the middle of an expression.
            plain = (what.replace("(?i)", "") for what in found)
            yield from itertools.islice((what for what in plain if "(?" not in what.replace("(?:", "")), 1)


def expressions(rules, count):
    """So many different regular expressions: those of the pack, then literals."""
    filling = itertools.islice(map(escaped, literals()), count)
    return list(dict.fromkeys([*asked(rules), *filling]))[:count]


def write(patterns, path):
    """Writes patterns one a line, as ripgrep reads them."""
    with open(path, "w", encoding="utf-8") as file:
        file.writelines(pattern + "\n" for pattern in patterns)
    return path
