#!/usr/bin/env python3
"""Prints the register of ninety assets in three classes from Chromium, as an accountant would.

Every amount of `books register --json` must stand in the page once, in its line; the sums of the classes and of
all must be what exact decimals add up to; the page must ask for nothing outside itself, hold a hostile title, and
come out on several sheets. Then an amount of the page is altered: the check must notice.

usage: check_register.py --bin BUILD/bin
"""
import argparse
import html.parser
import json
import pathlib
import re
import shutil
import sys
import tempfile
from decimal import Decimal

from check_page import chromium, expect, problems, run

NOW = "2026-03-02T00:00:00Z"
TITLE = "Shop </title><script>alert(1)</script> & Söhne"


class Rows(html.parser.HTMLParser):
    """The rows of all tables, as lists of their cells' texts."""

    def __init__(self, text):
        super().__init__()
        self.rows, self.tags, self.title, self.inside = [], [], "", None
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))
        self.inside = tag
        if tag == "tr":
            self.rows.append([])
        elif tag in ("td", "th"):
            self.rows[-1].append("")

    def handle_data(self, data):
        if self.inside == "title":
            self.title += data
        elif self.inside in ("td", "th"):
            self.rows[-1][-1] += data

    def handle_endtag(self, tag):
        self.inside = None


def amount(text):
    return Decimal(text.split()[1].replace(",", ""))


def write_register(programs, folder):
    purser = [programs / "purser", "--now", NOW, "-C", folder]
    run([programs / "purser", "init", folder])
    register = folder / "machines.csv"
    lines = [f"m{i:02d},USD {1000 + i}.00,{2 + i % 3}y,2026-01-{i % 28 + 1:02d},class-{i % 3}" for i in range(90)]
    register.write_text("name,cost,life,in_service,class\n" + "\n".join(lines) + "\n")
    run(purser + ["asset", "import", register])
    run(purser + ["books", "post", "--through", "2026-02"])
    run(purser + ["asset", "dispose", "m07", "--on", "2026-02-10", "--proceeds", "USD 900"])
    page = folder / "register.html"
    page.write_text(run(purser + ["books", "register", "--period", "2026-02", "--format", "html", "--title",
                                  TITLE]).stdout)
    return json.loads(run(purser + ["books", "register", "--period", "2026-02", "--json"]).stdout), page


def check_amounts(text, register):
    rows = Rows(text).rows
    lines = {row[0]: row[6:] for row in rows if len(row) == 9 and row[0] != "asset"}
    expect(len(lines) == len(register["assets"]) == 89, f"{len(lines)} assets stand in the page")
    sums = {}
    for asset in register["assets"]:
        wanted = [Decimal(asset[key]["amount"]) for key in ("cost", "accumulated", "carrying_amount")]
        expect([amount(cell) for cell in lines.get(asset["asset"], [])] == wanted, f"{asset['asset']} is otherwise")
        for name in (asset["class"], "all"):
            sums[name] = [a + b for a, b in zip(sums.get(name, [0, 0, 0]), wanted)]
    shown = {row[0]: [amount(cell) for cell in row[1:]] for row in rows if row and row[0].startswith("sum of ")}
    expect(shown == {f"sum of {name}": amounts for name, amounts in sums.items()}, f"the sums are {shown}")
    # What the roll-forward ends with is what the register holds.
    closing = [amount(row[3]) for row in rows if len(row) == 4 and row[0] == "closing"][-1]  # of all classes
    expect(closing == sums["all"][2], f"the roll-forward ends with {closing}, the register with {sums['all'][2]}")


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--bin", type=pathlib.Path, required=True)
    programs = arguments.parse_args().bin.resolve()
    if shutil.which("chromium") is None:
        print("skipped: chromium is not installed (apt-get install chromium)")
        sys.exit(77)
    folder = pathlib.Path(tempfile.mkdtemp(prefix="purser-register-"))
    try:
        register, page = write_register(programs, folder)
        text = chromium(["--dump-dom"], page)
        check_amounts(text, register)
        shown = Rows(text)
        expect(TITLE in shown.title, f"the title is {shown.title}")
        outside = [tag for tag, given in shown.tags if tag in ("script", "link", "img") or "src" in given]
        expect(not outside, f"the page asks for {outside}")
        sheets = folder / "register.pdf"
        chromium([f"--print-to-pdf={sheets}", "--no-pdf-header-footer"], page)
        pages = len(re.findall(rb"/Type\s*/Page\b", sheets.read_bytes()))
        expect(pages >= 3, f"it is printed on {pages} sheets")

        before = len(problems)
        check_amounts(text.replace("USD 1,050.00", "USD 1,051.00", 1), register)
        if len(problems) == before:
            problems.append("an amount was altered and the check saw nothing")
        else:
            del problems[before:]
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    for problem in problems:
        print(problem)
    print(f"{len(problems)} problems")
    sys.exit(1 if problems else 0)


if __name__ == "__main__":
    main()
