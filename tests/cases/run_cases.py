#!/usr/bin/env python3
"""Runs text tests against the built programs: what a user types, and what must come back.

A file *.test holds steps (README.md in this folder tells the format); a file *.md holds them in
fences that start with ```console. Every file runs in a new, empty folder. A difference is printed
with the place in the file; --update writes what really came back into the file instead.
"""
import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile

MARKS = {"> ": "out", "! ": "err", "= ": "status"}


class Step:
    def __init__(self, line):
        self.line = line          # where its command stands, from 1
        self.command = []
        self.out = []
        self.err = None           # None: stderr is not looked at, unless the step fails
        self.status = 0


def steps_of_test(lines):
    steps, needs = [], []
    for number, line in enumerate(lines, 1):
        text = line.rstrip("\n")
        if text.startswith("needs: "):
            needs += text[len("needs: "):].split()
        elif text.startswith("$ "):
            steps.append(Step(number))
            steps[-1].command.append(text[2:])
        elif text.startswith("| ") or text == "|":
            steps[-1].command.append(text[2:])
        elif text[:2] in MARKS or text in (">", "!"):
            kind, rest = MARKS[(text + " ")[:2]], text[2:]
            if kind == "out":
                steps[-1].out.append(rest)
            elif kind == "err":
                steps[-1].err = (steps[-1].err or []) + [rest]
            else:
                steps[-1].status = int(rest)
        elif text and not text.startswith("#"):
            raise SystemExit(f"line {number}: neither a command nor an answer: {text}")
    return steps, needs


def steps_of_markdown(lines):
    """In a document: '$ ' starts a command, '> ' continues it, the rest is its answer."""
    steps, needs, inside = [], [], False
    for number, line in enumerate(lines, 1):
        text = line.rstrip("\n")
        if text.startswith("```"):
            inside = text.startswith("```console")
            if inside:
                needs += text[len("```console"):].replace("needs:", " ").split()
        elif inside and text.startswith("$ "):
            steps.append(Step(number))
            steps[-1].command.append(text[2:])
        elif inside and text.startswith("> "):
            steps[-1].command.append(text[2:])
        elif inside:
            steps[-1].out.append(text)
    for step in steps:
        if not step.out:
            step.out = ["..."]   # a document need not show every answer
    return steps, needs


def matches(pattern, text):
    """A line of the expectation: {{regex}} stands for anything that matches it."""
    parts = re.split(r"\{\{(.*?)\}\}", pattern)
    regex = "".join(p if i % 2 else re.escape(p) for i, p in enumerate(parts))
    return re.fullmatch(regex, text) is not None


def agree(expected, actual):
    """Lines against lines; '...' stands for any number of them."""
    if not expected:
        return not actual
    if expected[0] == "...":
        return any(agree(expected[1:], actual[i:]) for i in range(len(actual) + 1))
    return bool(actual) and matches(expected[0], actual[0]) and agree(expected[1:], actual[1:])


# Small programs that stories call, such as on_tiny_disk, and a head that cuts nobody off.
CASES = os.path.dirname(os.path.abspath(__file__))
TOOLS = os.path.join(CASES, "tools")


# A purser that keeps the books of each workspace of a story on the server that PURSER_TEST_POSTGRES names.
ON_SERVER = os.path.join(os.path.dirname(CASES), "postgres", "tools")


def environment(bin_folder, home):
    keep = {k: v for k, v in os.environ.items()
            if k in ("LD_LIBRARY_PATH", "ASAN_OPTIONS", "UBSAN_OPTIONS", "TSAN_OPTIONS")}
    path = f"{bin_folder}:{TOOLS}:/usr/local/bin:/usr/bin:/bin"
    server = os.environ.get("PURSER_TEST_POSTGRES")
    if server:
        path = f"{ON_SERVER}:{path}"
        keep.update(PURSER_TEST_POSTGRES=server, PURSER_TEST_BIN=bin_folder)
    return {**keep, "PATH": path, "HOME": home,
            "TZ": "UTC", "LC_ALL": "C.UTF-8", "NO_COLOR": "1", "COLUMNS": "100",
            "PURSER_USER": "ann"}


def run_step(step, folder, env, timeout):
    done = subprocess.run(["bash", "-o", "pipefail", "-c", "\n".join(step.command)], cwd=folder, env=env,
                          stdin=subprocess.DEVNULL, capture_output=True, timeout=timeout)
    out = done.stdout.decode("utf-8", "replace").splitlines()
    err = done.stderr.decode("utf-8", "replace").splitlines()
    return out, err, done.returncode


def show(title, lines, most=25):
    shown = lines if len(lines) <= most else [*lines[:most], f"… and {len(lines) - most} more"]
    return "".join(f"      {title} {line}\n" for line in shown) or f"      {title} (nothing)\n"


def difference(step, out, err, status):
    text = ""
    if not agree(step.out, out):
        text += show("expected >", step.out) + show("   found >", out)
    if step.err is not None and not agree(step.err, err):
        text += show("expected !", step.err) + show("   found !", err)
    if status != step.status:
        text += f"      expected status {step.status}, found {status}\n"
        if step.err is None:
            text += show("  stderr !", err)
    return text


def rewritten(lines, steps, results):
    """The file with every answer replaced by what came back, where the two did not agree."""
    by_line = {s.line: (s, r) for s, r in zip(steps, results)}
    new, i = [], 0
    while i < len(lines):
        new.append(lines[i])
        entry = by_line.get(i + 1)
        i += 1
        if not entry:
            continue
        step, (out, err, status) = entry
        while i < len(lines) and lines[i].startswith("|"):
            new.append(lines[i])
            i += 1
        old = []
        while i < len(lines) and ((lines[i] + " ")[:2] in MARKS or lines[i].strip() in (">", "!")):
            old.append(lines[i])
            i += 1
        if not difference(step, out, err, status):
            new += old
            continue
        new += [f"> {line}".rstrip() + "\n" for line in out]
        new += [f"! {line}".rstrip() + "\n" for line in err]
        new += [f"= {status}\n"] if status else []
    return new


def run_file(path, bin_folder, options):
    with open(path, encoding="utf-8") as file:
        lines = file.readlines()
    is_document = path.endswith(".md")
    steps, needs = (steps_of_markdown if is_document else steps_of_test)(lines)
    missing = [n for n in needs if not os.path.exists(os.path.join(bin_folder, n))
               and not shutil.which(n)]
    if missing:
        print(f"skipped: {path} needs {', '.join(missing)}")
        return 77
    if not steps:
        print(f"{path}: no step was found")
        return 1
    failures, results = 0, []
    with tempfile.TemporaryDirectory(prefix="purser-case-") as folder:
        env = environment(bin_folder, folder)
        env["CASES"] = CASES
        for step in steps:
            out, err, status = run_step(step, folder, env, options.timeout)
            results.append((out, err, status))
            wrong = difference(step, out, err, status)
            if wrong:
                failures += 1
                print(f"{path}:{step.line}: $ {step.command[0]}\n{wrong}", end="")
                if not options.update:
                    break        # what follows stands on this step
    if options.update and failures and not is_document:
        with open(path, "w", encoding="utf-8") as file:
            file.writelines(rewritten(lines, steps, results))
        print(f"{path}: rewritten; read it before you keep it")
        return 0
    print(f"{path}: {len(results)} steps, {failures} failed")
    return 1 if failures else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--bin", required=True, help="folder of the built programs")
    parser.add_argument("--update", action="store_true", help="write what came back into the file")
    parser.add_argument("--timeout", type=float, default=600, help="seconds for one step")
    parser.add_argument("files", nargs="+")
    options = parser.parse_args()
    statuses = [run_file(f, os.path.abspath(options.bin), options) for f in options.files]
    sys.exit(max((s for s in statuses if s != 77), default=77))


if __name__ == "__main__":
    main()
