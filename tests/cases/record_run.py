#!/usr/bin/env python3
"""Writes a spool file as docs/meter.md describes it, so that cases have usage to price.

    record_run.py NAME VERB ASSET START BEATS [key=value ...]

START is an instant; BEATS are `<length>:<busy>` in seconds, each right after the one before
(busy: device time; energy is 180 W x busy). Keys: model, version, budget, work (for each beat),
unit (samples or predictions), books (that the run is charged to), outcome (of the last beat;
`running` with a dead process is a run that was killed).
"""
import datetime
import hashlib
import json
import os
import pathlib
import subprocess
import sys


def sealed(record):
    text = json.dumps(record)
    return hashlib.sha256(text.encode()).hexdigest()[:16] + " " + text + "\n"


def main():
    name, verb, asset, start, beats, *pairs = sys.argv[1:]
    keys = dict(pair.split("=", 1) for pair in pairs)
    if "books" not in keys and os.environ.get("PURSER_TEST_POSTGRES") and "PURSER_BOOKS" not in os.environ:
        keys["books"] = subprocess.run(["books_of"], check=True, capture_output=True, text=True).stdout.strip()
    run_id = f"run-{name}"
    lines = [sealed({
        "format": 1,
        "run": {"id": run_id, "name": name, "verb": verb, "resource": asset,
                "model": keys.get("model", ""), "model_version": keys.get("version", ""),
                "budget": keys.get("budget", ""), "started": start},
        "process": {"host": keys.get("host", "elsewhere"), "boot": "", "pid": 1,
                    "start_ticks": 0},
        **({"books": keys["books"]} if "books" in keys else {})})]
    at = datetime.datetime.fromisoformat(start.replace("Z", "+00:00"))
    parts = beats.split(",") if beats else []
    for sequence, part in enumerate(parts):
        length, busy = (float(x) for x in part.split(":"))
        end = at + datetime.timedelta(seconds=length)
        last = sequence + 1 == len(parts)
        lines.append(sealed({
            "sequence": sequence,
            "start": at.strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
            "end": end.strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
            "device_time_ns": round(busy * 1e9),
            "energy_microjoules": round(busy * 180e6),
            "energy_source": "modelled",
            "peak_tensor_memory_bytes": 1 << 20,
            "work": int(keys.get("work", 0)),
            "work_unit": keys.get("unit", "none"),
            "outcome": keys.get("outcome", "done") if last else "running"}))
        at = end
    spool = pathlib.Path(".purser/spool")
    spool.mkdir(parents=True, exist_ok=True)
    (spool / f"{run_id}.usage").write_text("".join(lines))


main()
