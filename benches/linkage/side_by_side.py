#!/usr/bin/env python3
"""childfirst and Splink on the same files, in one run, as one table.

    python -m venv /tmp/venv && . /tmp/venv/bin/activate
    pip install splink duckdb pyarrow jellyfish recordlinkage
    cargo build --release -p childfirst --no-default-features
    python benches/linkage/side_by_side.py --work /tmp/linkage-bench [--sets uk50k,febrl3] [--no-splink] [--seed N]
                                           [--calibration] [--online]

Data is made below --work with ../shared/linkage/generate.py and export_febrl.py, unless it is there.
Both engines see record files only; both learn inside the measured time; the same scorer judges both.
CPU seconds are the figure to compare where the machine is shared.
"""
import argparse
import json
import os
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
SHARED = os.path.join(os.path.dirname(ROOT), "shared", "linkage")
BINARY = os.path.join(ROOT, "target", "release", "childfirst")

# name: (folder, how to make it, Splink's model, columns left out by both)
SETS = {
    "uk50k": ("uk50k", ["--records", "50000", "--queries", "2000"], "person_tuned", []),
    "uk200k": ("uk200k", ["--records", "200000"], "person_tuned", []),
    "uk1m": ("uk1m", ["--records", "1000000", "--queries", "2000"], "person_tuned", []),
    "link200k": ("link200k", ["--mode", "link", "--records", "200000", "--seed", "5"], "person_tuned", []),
    "hard1": ("hard1", ["--records", "100000", "--seed", "11", "--config", os.path.join(HERE, "hard1.json")],
              "person_tuned", []),
    "hard2": ("hard2", ["--records", "100000", "--seed", "12", "--config", os.path.join(HERE, "hard2.json")],
              "person_tuned", []),
    # Settings nobody tuned to: what a mix that was not thought of would do.
    **{"held%d_%dk" % (i, n): ("h%d_%d" % (i, n), ["--records", str(n * 1000), "--seed", str(seed + i), "--config",
                                                os.path.join(HERE, "held%d.json" % i)], "person_tuned", [])
       for n, seed in ((50, 100), (200, 200)) for i in (1, 2, 3, 4)},
    "febrl3": ("febrl3", None, "febrl3", []),
    "febrl3_noid": ("febrl3", None, "febrl3_noid", ["soc_sec_id"]),
    "febrl4": ("febrl4", None, "febrl4", []),
    "febrl4_noid": ("febrl4", None, "febrl4_noid", ["soc_sec_id"]),
    "febrl4_ext_noid": ("febrl4", None, "febrl4_extended_noid", ["soc_sec_id"]),
}


def make(work, folder, recipe, seed):
    out = os.path.join(work, "data", folder)
    if os.path.exists(os.path.join(out, "truth.csv")):
        return out
    if recipe is None:
        subprocess.run([sys.executable, os.path.join(SHARED, "export_febrl.py"), "--out", os.path.join(work, "data")],
                       check=True)
    else:
        again = [] if seed is None else ["--seed", str(seed)]
        subprocess.run([sys.executable, os.path.join(SHARED, "generate.py"), *recipe, *again, "--out", out], check=True)
    return out


def inputs(folder):
    two = [os.path.join(folder, f) for f in ("a.csv", "b.csv")]
    return two if os.path.exists(two[0]) else [os.path.join(folder, "records.csv")]


def score(truth, predictions, files):
    command = [sys.executable, os.path.join(SHARED, "score.py"), truth, predictions, "--clusters", "--records", *files]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def measured(command):
    """Wall and CPU seconds and peak megabytes of one child process."""
    begin = time.time()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    said = process.stderr.read()
    _, status, used = os.wait4(process.pid, 0)
    if status:
        sys.exit("%s failed:\n%s" % (command[0], said))
    return {"wall_s": time.time() - begin, "cpu_s": used.ru_utime + used.ru_stime, "peak_mb": used.ru_maxrss / 1024,
            "said": said}


def ours(name, folder, work, left_out):
    files, out = inputs(folder), os.path.join(work, "out", "ours_%s.csv" % name)
    where = ["--left", files[0], "--right", files[1]] if len(files) == 2 else ["--input", files[0]]
    command = [BINARY, "link", "pair" if len(files) == 2 else "dedupe", *where, "--output", out]
    for column in left_out:
        command += ["--ignore", column]
    runs = sorted((measured(command) for _ in range(3)), key=lambda r: r["cpu_s"])
    return dict(runs[1], score=score(os.path.join(folder, "truth.csv"), out, files))


def calibration(name, folder, left_out):
    """What `link evaluate` says: calibration, and what blocking proposed."""
    files = inputs(folder)
    command = [BINARY, "link", "evaluate", "--json", "--input", files[0], "--truth", os.path.join(folder, "truth.csv")]
    command += ["--right", files[1]] if len(files) == 2 else []
    for column in left_out:
        command += ["--ignore", column]
    d = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    wide = [b for b in d["bins"] if b["pairs"] >= 100]
    worst = max(wide, key=lambda b: abs(b["predicted"] - b["observed"]), default=None)
    print("| %s | %.4f | %s | %.4f | %d | %.6f |" % (
        name, d["expected_calibration_error"],
        "%.2f said, %.2f true, %d pairs" % (worst["predicted"], worst["observed"], worst["pairs"]) if worst else "",
        d["pair_completeness"], d["proposed"], d["reduction"]), flush=True)


def splink(name, folder, work, model):
    files, out = inputs(folder), os.path.join(work, "out", "splink_%s" % name)
    subprocess.run([sys.executable, os.path.join(SHARED, "splink_baseline.py"), "--model", model, "--input", *files,
                    "--truth", os.path.join(folder, "truth.csv"), "--predictions", out + ".csv", "--json",
                    out + ".json", "--score-clusters", "--threads", "2"],
                   check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    with open(out + ".json") as f:
        d = json.load(f)
    return {"wall_s": d["process_s"], "cpu_s": d["cpu_s"], "peak_mb": d["peak_rss_mb"], "score": d["score"],
            "engine": d["engine"]}


def row(name, engine, r):
    s = r["score"]
    best, at, clusters = s["best"], s["at_threshold"], s.get("clusters") or {}
    print("| %s | %s | %.4f | %.4f | %.4f | %.4f | %s | %.2f | %.2f | %.0f |" % (
        name, engine, best["f1"], best["precision"], best["recall"], at["f1"],
        "%.4f" % clusters["f1"] if clusters else "", r["cpu_s"], r["wall_s"], r["peak_mb"]), flush=True)


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--work", required=True, help="folder outside the repository for data and results")
    ap.add_argument("--sets", default=",".join(SETS))
    ap.add_argument("--seed", type=int, help="another seed for the generated sets")
    ap.add_argument("--no-splink", action="store_true")
    ap.add_argument("--calibration", action="store_true", help="calibration and completeness of blocking instead of F1")
    ap.add_argument("--online", action="store_true", help="also ask uk1m's queries one by one")
    args = ap.parse_args()
    os.makedirs(os.path.join(args.work, "out"), exist_ok=True)
    if args.calibration:
        print("| set | calibration error | worst bin of 100 pairs or more | blocking completeness | compared | left out |")
        print("|---|---|---|---|---|---|")
        for name in args.sets.split(","):
            folder, recipe, _, left_out = SETS[name]
            calibration(name, make(args.work, folder, recipe, args.seed), left_out)
        return
    print("| set | engine | best F1 | precision | recall | F1 at 0.5 | cluster F1 | CPU s | wall s | peak MB |")
    print("|---|---|---|---|---|---|---|---|---|---|")
    for name in args.sets.split(","):
        folder, recipe, model, left_out = SETS[name]
        folder = make(args.work, folder, recipe, args.seed)
        row(name, "childfirst", ours(name, folder, args.work, left_out))
        if not args.no_splink:
            row(name, "splink " + model, splink(name, folder, args.work, model))
    if args.online:
        folder = make(args.work, *SETS["uk1m"][:2], args.seed)
        out = os.path.join(args.work, "out", "online.csv")
        r = measured([BINARY, "link", "query", "--index", os.path.join(folder, "records.csv"), "--queries",
                      os.path.join(folder, "queries.csv"), "--output", out])
        s = score(os.path.join(folder, "query_truth.csv"), out, [os.path.join(folder, "records.csv")])
        print("\nonline: best F1 %.4f, at 0.5 %.4f, %s" % (
            s["best"]["f1"], s["at_threshold"]["f1"], r["said"].strip().splitlines()[-1]))


if __name__ == "__main__":
    main()
