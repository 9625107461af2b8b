"""What it costs to keep books of many assets: a register imported, months posted and closed, one asset asked
for, each by the program itself, at three sizes, with the memory of each step. First the answers: every month
must come to what whole numbers here say, posting again must write nothing, and the journal must be sound.

The assets wear off over 60 months from 2026-01, by days, months and half months, a tenth of them by declining
balance (which is not computed again here, but must be posted all the same).

With 60 months every one of five years is posted and closed: some 2 minutes for 100,000 assets, 20 for a million.

usage: books_at_scale.py PURSER [ASSETS[,ASSETS...]] [MONTHS]
"""

import calendar
import datetime
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time

TARGET_SECONDS_PER_MILLION, TARGET_MIB, TARGET_GROWTH, TARGET_ANSWER = 15, 256, 1.3, 2
ANSWER_BYTES = 65536  # nobody here reads a list of a million
FIRST_MONTH = 24312  # months since the year 0: January 2026
LIFE = 60


def month_name(index):
    return f"{(FIRST_MONTH + index) // 12}-{(FIRST_MONTH + index) % 12 + 1:02d}"


def first_day(index):
    return datetime.date((FIRST_MONTH + index) // 12, (FIRST_MONTH + index) % 12 + 1, 1)


class Asset:
    def __init__(self, number):
        self.number = number
        self.cost = 1_000_000 + number * 7919 % 900_001
        self.salvage = 10_000 + number % 977
        self.day = number % 28 + 1
        self.kind = ("daily", "daily", "full-month", "daily", "half-month", "daily", "daily", "full-month",
                     "daily", "declining")[number % 10]

    def line(self):
        method, convention = ("declining-balance:2:switch", "full-month") if self.kind == "declining" \
            else ("straight-line", self.kind)
        return (f"asset-{self.number:07d},USD {self.cost // 100}.{self.cost % 100:02d},"
                f"USD {self.salvage // 100}.{self.salvage % 100:02d},{LIFE}mo,2026-01-{self.day:02d},"
                f"{method},{convention}\n")

    def accumulated(self, index):  # at the start of that month, rounded half up
        if self.kind == "daily":
            start = datetime.date(2026, 1, self.day)
            whole = (datetime.date(2026 + LIFE // 12, 1, self.day) - start).days
            done = min(max((first_day(index) - start).days, 0), whole)
        else:
            half = 1 if self.kind == "half-month" and index > 0 else 0
            whole, done = 2 * LIFE, min(max(2 * index - half, 0), 2 * LIFE)
        base = self.cost - self.salvage
        return (2 * base * done + whole) // (2 * whole)


class Cost:
    def __init__(self, seconds, busy_seconds, mib):
        self.seconds, self.busy_seconds, self.mib = seconds, busy_seconds, mib

    def within(self, seconds):
        return self.seconds <= seconds and self.mib <= TARGET_MIB

    def __str__(self):
        return f"{self.seconds:8.2f} s ({self.busy_seconds:.2f} s of them busy), {self.mib:6.1f} MiB"


# The kernel counts to a process what the one it was forked from held, until it has more itself. So each step
# is started by a Python of its own that holds nothing, some 9 MiB: below that nothing is told apart.
LAUNCHER = """
import os, sys, time
started = time.perf_counter()
child = os.spawnv(os.P_NOWAIT, sys.argv[1], sys.argv[1:])
_, status, usage = os.wait4(child, 0)
seconds = time.perf_counter() - started
busy = usage.ru_utime + usage.ru_stime
os.write(2, f"[{status}, {seconds}, {busy}, {usage.ru_maxrss}]\\n".encode())
"""


class Purser:
    def __init__(self, program, folder):
        self.words = [program, "-C", folder, "--now", "2031-06-15"]
        self.folder = folder

    def run(self, *words):
        """Seconds, of them of the processor's, MiB at most, and what it said."""
        with tempfile.TemporaryFile() as out:
            child = subprocess.run([sys.executable, "-S", "-E", "-c", LAUNCHER, self.words[0], *words, *self.words[1:]],
                                   stdout=out, stderr=subprocess.PIPE, text=True, check=False)
            status, seconds, busy, kib = json.loads(child.stderr.splitlines()[-1])
            if status:
                sys.exit(f"'{' '.join(words)}' failed with status {status}: {child.stderr}")
            out.seek(0)
            return Cost(seconds, busy, kib / 1024), out.read(ANSWER_BYTES).decode(errors="replace")

    def bytes(self):
        books = os.path.join(self.folder, ".purser", "books.db")
        return sum(os.path.getsize(books + part) for part in ("", "-wal") if os.path.exists(books + part))


def write_register(path, count):
    with open(path, "w", encoding="utf-8") as file:
        file.write("name,cost,salvage,life,in_service,method,convention\n")
        file.writelines(Asset(i).line() for i in range(count))


def say(count, what, cost, more=""):
    print(f"{count:>9,} assets: {what:<28} {cost}{more}", flush=True)


def check_months(purser, assets, months):
    """The journal, by months, against the same in whole numbers; declining balance is left out of both."""
    posted = [0] * months
    for line in subprocess.Popen([purser.words[0], "books", "export", *purser.words[1:], "--format", "csv"],
                                 stdout=subprocess.PIPE, text=True).stdout:
        if ",depreciation," not in line or ",Expenses:Depreciation," not in line or "declining" in line:
            continue
        cells = line.rstrip("\n").split(",")
        year, month, _ = cells[1].split("-")
        posted[int(year) * 12 + int(month) - 1 - FIRST_MONTH] += \
            round(100 * float(next(c for c in reversed(cells) if c.replace(".", "").isdigit())))
    for index in range(months):
        wanted = sum(a.accumulated(index + 1) - a.accumulated(index) for a in assets if a.kind != "declining")
        if posted[index] != wanted:
            sys.exit(f"{month_name(index)}: {posted[index]} cents were posted, not {wanted}")


def answer_ratio(big, small, words):
    """How much longer a question takes on the large books than on those of one asset."""
    ratios = []
    for _ in range(21):
        a, b = big.run(*words)[0], small.run(*words)[0]
        ratios.append(a.seconds / b.seconds)
    ratios.sort()
    return statistics.median(ratios), ratios[5], ratios[15]


def books_of(program, folder, count):
    os.mkdir(folder)
    purser = Purser(program, folder)
    purser.run("init", "--json")
    register = os.path.join(folder, "register.csv")
    write_register(register, count)
    cost, _ = purser.run("asset", "import", register)
    os.remove(register)
    return purser, cost


class Judge:
    """Says whether each figure that is wanted was met, and remembers."""

    def __init__(self):
        self.met = True

    def __call__(self, wanted, met):
        self.met = self.met and met
        return f"; wanted <= {wanted}: {'met' if met else 'missed'}"


def measure(program, folder, count, months, judge):
    small, _ = books_of(program, os.path.join(folder, "small"), 1)
    small.run("books", "post", "--period", month_name(0))
    big, cost = books_of(program, os.path.join(folder, "big"), count)
    say(count, "imported", cost)
    seconds = TARGET_SECONDS_PER_MILLION * count / 1e6
    wanted = f"{seconds:g} s and {TARGET_MIB} MiB"

    before = big.bytes()
    first, _ = big.run("books", "post", "--period", month_name(0))
    grown = big.bytes() - before
    say(count, "month 1 posted", first,
        f"; {grown / 2 / count:.0f} bytes a posting{judge(wanted, first.within(seconds))}")

    cost, answer = big.run("books", "post", "--period", month_name(0), "--json")
    if json.loads(answer)["entries"]:
        sys.exit("posting again wrote something")
    say(count, "month 1 posted again", cost)

    for words in (("asset", "show", "asset-0000000"), ("rate", "asset-0000000", "--on", "2026-01-15")):
        ratio, low, high = answer_ratio(big, small, words)
        print(f"{count:>9,} assets: {' '.join(words[:2]):<28} {ratio:8.2f} x that of one asset ({low:.2f} to "
              f"{high:.2f}){judge(TARGET_ANSWER, ratio <= TARGET_ANSWER)}", flush=True)
    for words in (("asset", "list"), ("rate", "--on", "2026-01-15"), ("cost", "--period", month_name(0))):
        say(count, " ".join(words[:2]), big.run(*words)[0])

    cost, _ = big.run("books", "close", "--period", month_name(0))
    say(count, "month 1 closed", cost, judge(wanted, cost.within(seconds)))
    cost, _ = big.run("books", "roll-forward", "--period", month_name(0))
    say(count, "rolled forward", cost, judge(wanted, cost.within(seconds)))
    say(count, "books register", big.run("books", "register", "--period", month_name(0), "--json")[0])

    for index in range(1, months):
        cost, _ = big.run("books", "post", "--period", month_name(index))
        closing, _ = big.run("books", "close", "--period", month_name(index))
    if months > 1:
        growth = cost.busy_seconds / first.busy_seconds  # a disk or a neighbour that was busy says nothing
        say(count, f"month {months} posted", cost,
            f"; {growth:.2f} x month 1{judge(TARGET_GROWTH, growth <= TARGET_GROWTH)}")
        say(count, f"month {months} closed", closing, judge(wanted, closing.within(seconds)))
        cost, _ = big.run("books", "roll-forward", "--period", f"{month_name(0)}..{month_name(months - 1)}")
        say(count, f"rolled forward, {months} months", cost, judge(wanted, cost.within(seconds)))
        say(count, f"books register, month {months}",
            big.run("books", "register", "--period", month_name(months - 1), "--json")[0])
        print(f"{count:>9,} assets: {big.bytes() / 1e6:,.0f} MB of books", flush=True)
    check_months(big, [Asset(i) for i in range(count)], months)
    say(count, "verified", big.run("books", "verify")[0])


def main():
    program = sys.argv[1]
    sizes = [int(size) for size in (sys.argv[2] if len(sys.argv) > 2 else "10000,100000,1000000").split(",")]
    months = int(sys.argv[3]) if len(sys.argv) > 3 else 2
    judge = Judge()
    for count in sizes:
        with tempfile.TemporaryDirectory() as folder:
            measure(program, folder, count, months, judge)
    sys.exit(0 if judge.met else 1)


if __name__ == "__main__":
    main()
