#!/usr/bin/env python3
"""Writes a report with the built purser and opens it in Chromium, as a reader would.

Every figure of the JSON must stand in the page; the lines must add up to the total, in exact
decimals; nothing may be written to the console; the page must fit a phone of 390 px; pictures and
PDF must come out. Then a line is taken out of the data: the check must notice.

runs/*.json are records of runs in the form that the programs write (docs/report.md), made up so that
every verdict and every field occurs; the books, the usage and all amounts of the bill are computed
by purser here.

usage: check_page.py --bin BUILD/bin [--keep FOLDER]
"""
import argparse
import html
import html.parser
import json
import pathlib
import re
import shutil
import struct
import subprocess
import sys
import tempfile
from decimal import Decimal

HERE = pathlib.Path(__file__).parent
NOW = "2026-11-21T12:00:00Z"
# name, verb, model, version, budget, started, device seconds, work
RUNS = [
    ("brave-otter", "train", "cnn", "9f2c41d0", "fashion", "2026-11-20T09:00:00Z", "71.230518", "270000"),
    ("calm-heron", "optimize", "cnn", "9f2c41d0", "fashion", "2026-11-20T09:05:00Z", "128.907733", "0"),
    ("quick-lynx", "serve", "fashion", "77ab0913", "fashion", "2026-11-20T09:10:00Z", "0.412907", "5000"),
]
CHROMIUM = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
            "--disable-background-networking", "--disable-component-update", "--disable-sync",
            "--hide-scrollbars", "--enable-logging=stderr", "--virtual-time-budget=3000"]

problems = []


def expect(condition, sentence):
    if not condition:
        problems.append(sentence)


class Page(html.parser.HTMLParser):
    """What the check asks of the DOM: text by id of its section, amounts by table and row."""

    def __init__(self, text):
        super().__init__()
        self.words, self.rows, self.amounts, self.described = [], [], [], []
        self.svgs = self.shapes = 0
        self.table = self.part = None
        self.skip = False
        self.feed(text)
        self.text = " ".join("".join(self.words).split())

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        self.skip = tag in ("script", "style") or (self.skip and tag not in ("main", "svg"))
        if tag == "table":
            self.table = given.get("class", "")
        elif tag in ("thead", "tbody", "tfoot"):
            self.part = tag
        elif tag == "tr":
            self.rows.append({"table": self.table, "part": self.part, "sum": given.get("data-sum"), "amounts": []})
        elif tag == "svg":
            self.svgs += 1
        elif tag in ("path", "rect", "circle"):
            self.shapes += 1
        if "data-amount" in given:
            self.amounts.append(given["data-amount"])
            if self.table is not None and self.rows:
                self.rows[-1]["amounts"].append(Decimal(given["data-amount"]))
        if given.get("role") == "img":
            self.described.append(given.get("aria-label", ""))
        if tag in ("td", "th", "p", "li", "dd", "dt", "small", "h1", "h2", "br", "span", "text"):
            self.words.append(" ")

    def handle_endtag(self, tag):
        if tag in ("script", "style"):
            self.skip = False
        if tag == "table":
            self.table = None

    def handle_data(self, data):
        if not self.skip:
            self.words.append(data)


def run(command, **options):
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, **options)
    if done.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))}\nexited {done.returncode}: {done.stderr or done.stdout}")
    return done


def write_report(programs, folder):
    """A workspace with an asset, a budget and three runs; returns the report's JSON and its page."""
    purser = [programs / "purser", "--now", NOW, "-C", folder]
    run([programs / "purser", "init", folder])
    for words in (
        ["books", "site", "add", "home", "--tariff", "USD 0.12/kWh", "--pue", "1.2"],
        ["asset", "add", "server", "--site", "home", "--cost", "USD 12,000.00", "--salvage", "USD 1,500.00",
         "--life", "48mo", "--in-service", "2026-02-15", "--maintenance", "USD 600.00/y",
         "--idle-watts", "90", "--load-watts", "250"],
        ["budget", "set", "fashion", "USD 0.10"],
    ):
        run(purser + words)
    for words in RUNS:
        run([programs / "record_run", folder / ".purser/spool", *words])
    for record in sorted((HERE / "runs").glob("*.json")):
        target = folder / ".purser/runs" / json.loads(record.read_text())["run"]
        target.mkdir(parents=True, exist_ok=True)
        shutil.copy(record, target / f"{json.loads(record.read_text())['verb']}.json")
    page = folder / "report.html"
    # A name that would end a careless <script>.
    title = "Shop </script><script>alert(1)</script> & Söhne"
    run(purser + ["report", "-o", page, "--title", title])
    report = json.loads(run(purser + ["report", "--json", "--title", title]).stdout)
    return report, page


def chromium(arguments, page):
    with tempfile.TemporaryDirectory(prefix="purser-chromium-") as profile:
        done = subprocess.run(["chromium", *CHROMIUM, f"--user-data-dir={profile}", *arguments, page.as_uri()],
                              capture_output=True, text=True, timeout=120)
    console = [line for line in done.stderr.splitlines() if "CONSOLE" in line]
    expect(done.returncode == 0, f"chromium exited {done.returncode}: {done.stderr[-500:]}")
    expect(not console, f"the page wrote to the console: {console}")
    return done.stdout


def check_bill(page, report):
    bill = report["bill"]
    lines = [row for row in page.rows if row["table"] == "bill" and row["part"] == "tbody"]
    sums = {row["sum"]: row["amounts"][0] for row in page.rows if row["sum"]}
    shown = [row["amounts"][0] for row in lines]
    expect(len(shown) == len(bill["lines"]) + len(bill["idle"]),
           f"{len(shown)} lines are shown, {len(bill['lines'])} + {len(bill['idle'])} are in the bill")
    expect(sum(shown) == Decimal(bill["total"]["amount"]) == sums.get("Total"),
           f"the lines shown sum to {sum(shown)}, the total is {bill['total']['amount']}, shown {sums.get('Total')}")
    expect(sums.get("In use") == Decimal(bill["used_total"]["amount"]), "what is in use is shown wrongly")
    expect(bill["agrees"] and "add up to the rate" in page.text, "the page does not say that the bill adds up")


def check_figures(page, report):
    for resource in report["resources"]:
        parts = [Decimal(part["per_hour"]["amount"]) for part in resource["parts"]]
        expect(sum(parts) == Decimal(resource["price_per_hour_at_load"]["amount"]), "the hour's parts do not add up")
        for part in resource["parts"]:
            expect(part["per_hour"]["amount"] in page.amounts, f"{part['kind']} of the hour is not shown")
            expect(" ".join(part["formula"].split()) in page.text, f"the formula of {part['kind']} is not shown")
    for key in ("total", "cost_per_million", "saving_per_million", "budget_left"):
        money = report["headline"][key]
        expect(money is not None and money["amount"] in page.amounts, f"the headline lacks {key}")
    for key in ("train", "optimize", "load"):
        expect(len(report[key]) == 1, f"the report holds {len(report[key])} runs of {key}, not one")
    test = report["train"][0]["test"]
    expect(f"{test['accuracy'] * 100:.2f} %" in page.text, "the accuracy on the test set is not shown")
    expect("20 failed (0.40 %), 10 of them given up after 31" in page.text, "the requests given up are not shown")
    expect("· at least 31" in page.text and "99.9 % within at least 31" in " ".join(page.described),
           "a latency that is only a lower bound is shown as measured")
    for candidate in report["optimize"][0]["candidates"]:
        expect(candidate["name"] in page.text, f"candidate {candidate['name']} is not shown")
        expect(f"{candidate['accuracy']['accuracy'] * 100:.2f} %" in page.text, f"accuracy of {candidate['name']} is not shown")
        saving = candidate["saving_per_million"]
        expect(saving is None or saving["amount"] in page.amounts, f"saving of {candidate['name']} is not shown")
    for line in report["bill"]["lines"]:
        expect(line["run"] in page.text, f"run {line['run']} is not shown")
    for note in report["notes"]:
        expect(note in page.text, f"a note is missing: {note}")
    expect(report["title"] in page.text, "the title is not shown as it was given")
    expect(page.svgs >= 4 and page.shapes >= 20, f"{page.svgs} drawings with {page.shapes} shapes: charts are missing")
    expect(len(page.described) >= 5 and all(page.described), "a drawing has no description")


def check_width(folder, page, width):
    """Opens the page in a frame of a phone's width, and asks how wide it became."""
    frame = folder / f"frame{width}.html"
    frame.write_text(f"""<!doctype html><meta charset=utf-8><iframe id=f style="border:0" width={width} height=800 srcdoc="{html.escape(page.read_text())}"></iframe>
        <p id=answer></p><script>f.onload = () => setTimeout(() => {{
        const page = f.contentDocument.documentElement;
        answer.textContent = `${{page.scrollWidth}} of ${{page.clientWidth}}`; }}, 500);</script>""")
    found = re.search(r'<p id="answer">(\d+) of (\d+)</p>', chromium(["--dump-dom"], frame))
    expect(found and int(found[1]) <= int(found[2]) == width,
           f"at {width} px the page is as wide as {found and found[0]}")


def check_pictures(folder, page):
    for width in (390, 1280):
        picture = folder / f"report-{width}.png"
        target = page
        if width < 500:  # Chromium's window is never narrower than that
            target = folder / "phone.html"
            target.write_text(f'<body style="margin:0"><iframe src="report.html" style="width:{width}px;height:6400px;border:0"></iframe>')
        chromium([f"--window-size={max(width, 500)},{6400 if width < 500 else 4600}", f"--screenshot={picture}"], target)
        data = picture.read_bytes() if picture.exists() else b""
        expect(data[:8] == b"\x89PNG\r\n\x1a\n" and struct.unpack(">I", data[16:20])[0] == max(width, 500) and len(data) > 60_000,
               f"the picture at {width} px is empty or none ({len(data)} bytes)")
    paper = folder / "report.pdf"
    chromium(["--no-pdf-header-footer", f"--print-to-pdf={paper}"], page)
    data = paper.read_bytes() if paper.exists() else b""
    pages = data.count(b"/Type /Page\n") + data.count(b"/Type /Page/") + data.count(b"/Type /Page ")
    expect(data[:5] == b"%PDF-" and len(data) > 30_000 and 2 <= pages <= 6, f"printed: {len(data)} bytes, {pages} pages")


def altered(folder, page, alter):
    """The page as a reader sees it, with other data in it."""
    text = page.read_text()
    start = text.index('<script id="report"')
    start = text.index(">", start) + 1
    data = json.loads(text[start:text.index("</script>", start)])
    alter(data)
    other = folder / "altered.html"
    other.write_text(text[:start] + json.dumps(data).replace("<", "\\u003c") + text[text.index("</script>", start):])
    return Page(chromium(["--dump-dom"], other))


def check_unallocated(folder, page):
    """What no line carries stands between the lines and the total, each month's late energy by itself."""
    def add(data):
        for asset, late_of, amount in (("server", "2026-08", "1.50"), ("rack", "2026-08", "-0.25"),
                                       ("server", "2026-09", "0.07"), ("server", None, "3.00")):
            data["bill"]["unallocated"].append({
                "resource": asset, "month": "2026-10", "kind": "energy",
                "amount": {"currency": "USD", "amount": amount}, "reason": "tried", "late_of": late_of})

    shown = altered(folder, page, add)
    sums = {row["sum"]: row["amounts"][0] for row in shown.rows if row["sum"]}
    for name, amount in (("Late energy of 2026-08", "1.25"), ("Late energy of 2026-09", "0.07"), ("Unallocated", "3.00")):
        expect(sums.get(name) == Decimal(amount), f"{name}: {sums.get(name)} is shown, {amount} is in the bill")


def check_that_the_check_sees(folder, page, report):
    """A line taken out of the data, the totals left as they were: the bill must be found wrong."""
    before = len(problems)
    check_bill(altered(folder, page, lambda data: data["bill"]["lines"].pop(0)), report)
    if len(problems) == before:
        problems.append("a line was taken out and the check saw nothing")
    else:
        del problems[before:]


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--bin", type=pathlib.Path, required=True)
    arguments.add_argument("--keep", type=pathlib.Path)
    options = arguments.parse_args()
    programs = options.bin.resolve()
    if shutil.which("chromium") is None:
        print("skipped: chromium is not installed (apt-get install chromium)")
        sys.exit(77)
    folder = (options.keep or pathlib.Path(tempfile.mkdtemp(prefix="purser-page-"))).resolve()
    try:
        help_text = subprocess.run([programs / "purser", "-C", "/nonexistent", "report", "--help"], capture_output=True, text=True)
        expect(help_text.returncode == 0, "purser report --help fails")
        report, page = write_report(programs, folder)
        dom = Page(chromium(["--dump-dom"], page))
        check_bill(dom, report)
        check_figures(dom, report)
        for width in (390, 768):
            check_width(folder, page, width)
        check_pictures(folder, page)
        check_unallocated(folder, page)
        check_that_the_check_sees(folder, page, report)
    finally:
        if not options.keep:
            shutil.rmtree(folder, ignore_errors=True)
    for problem in problems:
        print(problem)
    print(f"{len(problems)} problems")
    sys.exit(1 if problems else 0)


if __name__ == "__main__":
    main()
