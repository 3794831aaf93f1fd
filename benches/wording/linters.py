#!/usr/bin/env python3
"""General prose linters and `childfirst wording check` over the same notes, one core each, as one table.

    mkdir /tmp/lint && cd /tmp/lint && npm install alex write-good && python3 -m venv venv && venv/bin/pip install proselint
    python3 ../shared/language/generate_notes.py --write-phrases /tmp/phrases.txt
    python3 ../shared/language/generate_notes.py --phrases /tmp/phrases.txt --notes 60000 --seed 20240601 \\
        --text /tmp/notes.txt --jsonl /tmp/notes.jsonl
    cargo build --release -p childfirst --no-default-features
    python3 benches/wording/linters.py --tools /tmp/lint --text /tmp/notes.txt --jsonl /tmp/notes.jsonl [--sample 300]

Linters are slow, so they read the first --sample notes, as one file; the time of reading one note is taken off, so that start-up does
not count against them. childfirst reads the whole JSON Lines file, and its start-up is counted. CPU seconds, user and system.
None of these linters looks for what childfirst looks for: the table compares speed, not findings.
"""
import argparse
import os
import resource
import subprocess
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def cpu(command):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime


def peak_kib(command):
    done = subprocess.run(["/usr/bin/env", "python3", "-c", (
        "import resource,subprocess,sys;subprocess.run(sys.argv[1:],stdout=subprocess.DEVNULL,stderr=subprocess.DEVNULL);"
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"), *command], capture_output=True, text=True, check=True)
    return int(done.stdout)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--tools", required=True)
    parser.add_argument("--text", required=True)
    parser.add_argument("--jsonl", required=True)
    parser.add_argument("--sample", type=int, default=300)
    args = parser.parse_args()
    with open(args.text, encoding="utf-8") as f:
        notes = f.read().splitlines()
    folder = tempfile.mkdtemp()
    one, some = os.path.join(folder, "one.md"), os.path.join(folder, "some.md")
    for path, count in [(one, 1), (some, args.sample)]:
        with open(path, "w", encoding="utf-8") as f:
            f.write("\n\n".join(notes[:count]) + "\n")
    node = os.path.join(args.tools, "node_modules", ".bin")
    tools = {
        "alex": [os.path.join(node, "alex"), "--quiet"],
        "write-good": [os.path.join(node, "write-good")],
        "proselint": [os.path.join(args.tools, "venv", "bin", "proselint"), "check"],
    }
    print("| tool | start-up, CPU s | notes/s, one core | peak MB |")
    print("|---|---|---|---|")
    for name, command in tools.items():
        if not os.path.exists(command[0]):
            print(f"| {name} | not installed | | |")
            continue
        start = cpu([*command, one])
        took = cpu([*command, some]) - start
        print(f"| {name} | {start:.2f} | {args.sample / max(took, 0.001):,.0f} | {peak_kib([*command, some]) / 1024:.0f} |")
    ours = [os.path.join(ROOT, "target", "release", "childfirst"), "wording", "check", "--format", "jsonl", "--input"]
    empty = os.path.join(folder, "empty.jsonl")
    open(empty, "w", encoding="utf-8").close()
    start = min(cpu([*ours, empty]) for _ in range(5))
    took = min(cpu([*ours, args.jsonl]) for _ in range(3))
    print(f"| childfirst | {start:.3f} | {len(notes) / took:,.0f} | {peak_kib([*ours, args.jsonl]) / 1024:.0f} |")


main()
