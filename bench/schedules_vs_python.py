"""Schedules by the file against the same loop in plain Python: 60 months, straight line by days, every
charge in JSON. First both must print the same bytes; then rounds of both, interleaved, and the ratio of
their medians with its spread, at three sizes, with the memory of each.

usage: schedules_vs_python.py PURSER [ROUNDS]
"""

import filecmp
import os
import statistics
import subprocess
import sys
import tempfile
import time

PYTHON = r"""
import csv, datetime, sys

def add_months(date, months):
    month = date.month - 1 + months
    return datetime.date(date.year + month // 12, month % 12 + 1, date.day)

def money(minor):
    return '{"currency":"USD","amount":"%d.%02d"}' % divmod(minor, 100)

write = sys.stdout.write
for row in csv.DictReader(open(sys.argv[1])):
    cost = int(row["cost"][4:].replace(",", "").replace(".", ""))
    base = cost - int(row["salvage"][4:].replace(",", "").replace(".", ""))
    start = datetime.date.fromisoformat(row["in_service"])
    end = add_months(start, int(row["life"][:-2]))
    days = (end - start).days
    month, before, lines = start.replace(day=1), 0, []
    while month < end:
        after = add_months(month, 1)
        done = min((after - start).days, days)
        accumulated = (2 * base * done + days) // (2 * days)
        lines.append('{"start":"%s","end":"%s","charge":%s,"accumulated":%s,"book_value":%s}' % (
            month, after, money(accumulated - before), money(accumulated), money(cost - accumulated)))
        month, before = after, accumulated
    write('{"id":"%s","charges":[%s],"total":%s}\n' % (row["id"], ",".join(lines), money(before)))
"""


def write_batch(path, count):
    with open(path, "w", encoding="utf-8") as file:
        file.write("id,cost,salvage,life,in_service,method,convention,period,fiscal_year_start\n")
        for i in range(count):
            file.write(f"{i},USD {12000 + i % 977}.{i % 100:02d},USD 1500.00,60mo,"
                       f"2026-{i % 12 + 1:02d}-{i % 28 + 1:02d},straight-line,daily,month,01-01\n")


def timed(words, out):
    with open(out, "wb") as file:
        started = time.perf_counter()
        child = subprocess.Popen(words, stdout=file)
        _, status, usage = os.wait4(child.pid, 0)
    if status:
        sys.exit(f"'{words[0]}' failed with status {status}")
    return time.perf_counter() - started, usage.ru_maxrss / 1024


def main():
    purser, rounds = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 7
    with tempfile.TemporaryDirectory() as folder:
        batch, ours_out, theirs_out = (os.path.join(folder, name) for name in ("batch.csv", "a", "b"))
        ours = [purser, "asset", "schedule", "--batch", batch]
        theirs = [sys.executable, "-c", PYTHON, batch]
        missed = False
        for count in (1_000, 4_000, 16_000):
            write_batch(batch, count)
            timed(ours, ours_out)
            timed(theirs, theirs_out)
            if not filecmp.cmp(ours_out, theirs_out, shallow=False):
                sys.exit("the two do not print the same")
            a, b = [], []
            for _ in range(rounds):
                a.append(timed(ours, ours_out))
                b.append(timed(theirs, theirs_out))
            ratios = sorted(theirs_s / ours_s for (ours_s, _), (theirs_s, _) in zip(a, b))
            met = statistics.median(ratios) >= 10
            missed = missed or not met
            print(f"{count} schedules: {count / statistics.median(s for s, _ in a):,.0f} a second and "
                  f"{max(m for _, m in a):.1f} MiB against {count / statistics.median(s for s, _ in b):,.0f} "
                  f"and {max(m for _, m in b):.1f} MiB: {statistics.median(ratios):.1f} x "
                  f"({ratios[0]:.1f} to {ratios[-1]:.1f}), wanted >= 10: {'met' if met else 'missed'}")
    sys.exit(1 if missed else 0)


if __name__ == "__main__":
    main()
