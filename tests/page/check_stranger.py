#!/usr/bin/env python3
"""What a stranger does to a report's page, in Chromium: names that would be markup or turn the line
around, runs with numbers at the edge, no runs at all, thousands of lines, no JavaScript, a script
slipped into the file, and places where a page is hard to write.

usage: check_stranger.py --bin BUILD/bin
"""
import argparse
import html
import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
from decimal import Decimal

import check_page
from check_page import HERE, NOW, Page, chromium, expect, run

NAMES = [
    "</script><script>document.title='owned'</script>",
    "<!-- <img src=x onerror=alert(1)> -->",
    "\"quoted' & \u2028 separated \u2029",
    "\u202emodel\u0645\u0631\u062d\u0628\u0627",
    "e\u0301\u0323" * 40 + "\U0001f469\u200d\U0001f680",
    "x" * 300,
]


def data_of(page):
    """The page's data, and what stands before and after it."""
    text = page.read_text()
    start = text.index(">", text.index('<script id="report"')) + 1
    end = text.index("</script>", start)
    return text[:start], json.loads(text[start:end]), text[end:]


def with_data(page, target, change):
    before, data, after = data_of(page)
    change(data)
    target.write_text(before + json.dumps(data).replace("<", "\\u003c") + after)
    return target


def in_phone(folder, page, script):
    """Opens the page 360 px wide, runs `script` with its `page` (a document), gives what that returned."""
    frame = folder / "frame.html"
    frame.write_text(f"""<!doctype html><meta charset=utf-8><iframe id=f style="border:0" width=360 height=800 srcdoc="{html.escape(page.read_text())}"></iframe>
        <p id=answer></p><script>f.onload = () => setTimeout(async () => {{
        const page = f.contentDocument; const pause = () => new Promise((done) => setTimeout(done, 300));
        answer.textContent = JSON.stringify(await (async () => {{ {script} }})()); }}, 500);</script>""")
    found = re.search(r'<p id="answer">(.+?)</p>', chromium(["--dump-dom"], frame))
    return json.loads(html.unescape(found[1])) if found else None


def fits_phone(folder, page, what):
    wide = in_phone(folder, page, """
        const root = page.documentElement; const edge = root.clientWidth;
        const out = [...page.querySelectorAll("main *:not(svg *):not(.hidden)")]
          .filter((one) => one.getBoundingClientRect().right > edge + 1);
        return [root.scrollWidth, edge, out.slice(0, 5).map((one) => one.tagName + "." + one.className)];""")
    expect(wide and wide[0] <= wide[1] == 360 and wide[2] == [], f"{what}: wider than a phone: {wide}")


def hostile(programs, folder):
    """A workspace whose runs carry the names, and records at the edge of what may be."""
    purser = [programs / "purser", "--now", NOW, "-C", folder]
    run([programs / "purser", "init", folder])
    run(purser + ["asset", "add", "server", "--cost", "USD 987,654,321,000.00", "--salvage", "USD 0.00", "--life",
                  "48mo", "--in-service", "2026-02-15", "--idle-watts", "90", "--load-watts", "250"])
    run(purser + ["budget", "set", "b" * 64, "USD 0.01"])
    for index, name in enumerate(NAMES):
        run([programs / "record_run", folder / ".purser/spool", f"run-{index}-" + name[:40].replace("/", ""), "serve", name, name,
             "b" * 64, f"2026-11-20T09:{index:02}:00Z", "50.5", "1000000"])
    for kind in ("train", "optimize", "load"):
        record = json.loads((HERE / f"runs/{kind}.json").read_text())
        record["model"] = record["data"] = NAMES[0]
        if kind == "train":
            record["curve"] = record["curve"][:1]
            record["curve"][0].update(training_loss=None, held_out_loss=1e18, held_out_accuracy=0)
        if kind == "optimize":
            record["outcome"] = "stopped"
            winner = next(one for one in record["candidates"] if one["name"] == record["winner"])
            winner.update(further_epochs=3, reason=NAMES[4] + NAMES[0])
        if kind == "load":
            record.update(stopped=True, outcome="stopped", offered_per_second=1e18, requests=0, errors=0, accuracy=None)
            record["latency_ms"] = {"p50": 0, "p90": 0, "p99": 0, "p99_9": 1e9, "max": 1e9}
        target = folder / ".purser/runs" / record["run"]
        target.mkdir(parents=True)
        (target / f"{kind}.json").write_text(json.dumps(record))
    page = folder / "report.html"
    run(purser + ["report", "-o", page, "--title", " ".join(NAMES)])
    return page


def check_hostile(folder, page):
    dom = Page(chromium(["--dump-dom"], page))
    for name in NAMES:
        expect(" ".join(name.split()) in dom.text, f"not shown as it was given: {name[:40]!r}")
    expect("trained for 3 epochs more than the original" in dom.text, "the further epochs are not shown")
    expect("Stopped early" in dom.text, "the load test does not say that it was stopped")
    fits_phone(folder, page, "hostile names")
    chromium(["--no-pdf-header-footer", f"--print-to-pdf={folder / 'hostile.pdf'}"], page)
    accessible = in_phone(folder, page, """
        const all = (what) => [...page.querySelectorAll(what)];
        const levels = all("h1, h2, h3, h4").map((one) => Number(one.tagName[1]));
        const ids = all("[id]").map((one) => one.id);
        return {
          first: levels[0], jumps: levels.filter((level, i) => i > 0 && level > levels[i - 1] + 1).length,
          twice: ids.filter((id, i) => ids.indexOf(id) !== i),
          tables: all("table").filter((one) => !one.caption || !one.caption.textContent).length,
          heads: all("table th:not([scope])").length,
          drawings: all("main svg:not([aria-hidden]):not([role=img])").filter((one) => !one.closest("[role=img]")).length,
          unnamed: all("button, select").filter((one) => !one.textContent.trim()).length,
          page: page.documentElement.lang };""")
    expect(accessible == {"first": 1, "jumps": 0, "twice": [], "tables": 0, "heads": 0, "drawings": 0, "unnamed": 0, "page": "en"},
           f"hard to use without eyes: {accessible}")


def check_many(folder, page):
    """10,000 lines and 500 machines: the page stays small, its column adds up, and the rest can be had."""
    def multiply(data):
        bill, idle = data["bill"], data["bill"]["idle"][0]
        line = bill["lines"][0]
        bill["lines"] = [dict(line, run=f"run-{i}", amount={"currency": "USD", "amount": f"{i % 977}.000000001"}) for i in range(10_000)]
        bill["idle"] = [dict(idle, resource=f"server-{i}", amount={"currency": "USD", "amount": f"{i}.5"}) for i in range(500)]
        bill["unpriced"] = [{"run": f"lost-{i}", "resource": "laptop", "device_seconds": 1, "reason": "no asset"} for i in range(3_000)]
        used = sum(Decimal(one["amount"]["amount"]) for one in bill["lines"])
        bill["used_total"]["amount"] = str(used)
        bill["total"]["amount"] = str(used + sum(Decimal(one["amount"]["amount"]) for one in bill["idle"]))
        data["budgets"] = [dict(data["budgets"][0], name=f"budget-{i}") for i in range(300)]
        data["resources"] = [dict(data["resources"][0], name=f"server-{i}") for i in range(500)]
    many = with_data(page, folder / "many.html", multiply)
    text = chromium(["--dump-dom"], many)
    dom = Page(text)
    total = next(row["amounts"][0] for row in dom.rows if row["sum"] == "Total")
    shown = [row["amounts"][0] for row in dom.rows if row["table"] == "bill" and row["part"] == "tbody"]
    expect(sum(shown) == total, f"the lines shown and the rest come to {sum(shown)}, the total is {total}")
    expect(50 <= len(shown) <= 70, f"{len(shown)} lines are shown at once")
    expect("9,960 more runs" in dom.text and "485 more idle" in dom.text, "the page does not say how much is not shown")
    body = text[text.index("<main"):text.index("</main>")]
    expect(body.count("<") < 8_000, f"{body.count('<')} tags at once are too many for a phone")
    fits_phone(folder, many, "many lines")
    clicked = in_phone(folder, many, """
        const rows = () => page.querySelectorAll("table.bill tbody tr").length;
        const before = rows(); page.querySelector("button.more").click(); await pause();
        return rows() - before;""")
    expect(clicked == 500, f"asking for more gave {clicked} lines, not 500")


def check_nothing(programs, folder):
    run([programs / "purser", "init", folder])
    page = folder / "report.html"
    run([programs / "purser", "--now", NOW, "-C", folder, "report", "-o", page])
    text = Page(chromium(["--dump-dom"], page)).text
    expect("nothing was served" in text and "no budget set" in text, "an empty workspace has no page")
    fits_phone(folder, page, "an empty workspace")


def check_script(folder, page):
    text = page.read_text()
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]+)"', text)[1]
    expect(re.search(r"script-src 'sha256-[A-Za-z0-9+/]{43}='", policy), f"any script may run: {policy}")
    expect("default-src 'none'" in policy and "http" not in policy, f"the page may fetch: {policy}")
    owned = folder / "owned.html"
    owned.write_text(text.replace("</main>", "</main><script>document.title='owned'</script>"))
    before = len(check_page.problems)
    answer = chromium(["--dump-dom"], owned)
    told = check_page.problems[before:]
    del check_page.problems[before:]
    expect("<title>owned" not in answer and any("Content Security Policy" in one for one in told),
           "a script that was slipped into the page ran")
    quiet = chromium(["--blink-settings=scriptEnabled=false", "--dump-dom"], page)
    expect("JavaScript, which is switched off" in quiet, "without JavaScript there is no sentence")
    broken = with_data(page, folder / "cut.html", lambda data: data["bill"]["lines"][0]["amount"].update(amount="1e3"))
    answer = Page(chromium(["--dump-dom"], broken)).text
    told = check_page.problems[before:]
    del check_page.problems[before:]
    expect("cannot be drawn" in answer and told, "a page that cannot be drawn does not say so")


def check_output(programs, folder, page):
    """Where -o may lead: what is there is replaced whole or left alone."""
    purser = [programs / "purser", "--now", NOW, "-C", folder]
    whole = len(page.read_text())
    for words in (["-o", "-"], ["-o", "/dev/stdout"]):
        answer = run(purser + ["report", *words]).stdout
        expect(answer.startswith("<!doctype html>") and answer.endswith("</html>\n") and len(answer) < whole * 2,
               f"{words}: not the page alone is printed: {answer[-200:]!r}")
    expect(not pathlib.Path("/dev/stdout").is_file() or pathlib.Path("/dev/stdout").is_symlink(), "/dev/stdout was replaced")
    nowhere = folder / "nowhere"
    nowhere.symlink_to("/dev/null")
    run(purser + ["report", "-o", nowhere])
    expect(nowhere.is_symlink() and nowhere.is_char_device(), "a link to /dev/null was replaced by the page")
    spaces = folder / "a folder" / "ü report.html"
    spaces.parent.mkdir()
    run(purser + ["report", "-o", spaces])
    expect(spaces.read_text().startswith("<!doctype html>"), "a path with spaces has no page")
    script = f"""cp "{page}" tiny/report.html && chmod 640 tiny/report.html && dd if=/dev/zero of=tiny/ballast bs=1k count=900 status=none
        "{programs / 'purser'}" --now {NOW} report -o tiny/report.html; echo "status $?"
        cmp "{page}" tiny/report.html && ls -A tiny; rm tiny/ballast
        "{programs / 'purser'}" --now {NOW} report -o tiny/report.html > told; echo "status $?"; stat -c %a tiny/report.html"""
    disk = subprocess.run([HERE.parent / "cases/tools/on_tiny_disk", "1300k", "tiny", script], cwd=folder, capture_output=True, text=True)
    if disk.returncode == 125:
        print("left out: no file system can be mounted here")
        return
    expect(disk.stdout.split("\n")[:5] == ["status 3", "ballast", "report.html", "status 0", "640"] and "free some space" in disk.stderr,
           f"on a full disk: {disk.stdout!r}, {disk.stderr!r}")


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--bin", type=pathlib.Path, required=True)
    programs = arguments.parse_args().bin.resolve()
    if shutil.which("chromium") is None:
        print("skipped: chromium is not installed (apt-get install chromium)")
        sys.exit(77)
    folder = pathlib.Path(tempfile.mkdtemp(prefix="purser-stranger-"))
    try:
        page = hostile(programs, folder / "hostile")
        check_hostile(folder, page)
        check_script(folder, page)
        check_many(folder, page)
        check_nothing(programs, folder / "nothing")
        check_output(programs, folder / "hostile", page)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    for problem in check_page.problems:
        print(problem)
    print(f"{len(check_page.problems)} problems")
    sys.exit(1 if check_page.problems else 0)


if __name__ == "__main__":
    main()
