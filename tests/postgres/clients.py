"""Eight clients of the same books, each adding assets of its own and posting months of its own.

usage: clients.py ADDRESS...

Runs the same deeds in the workspace in the current folder, first by eight processes at once on the
first address, then by one on the second, and prints what differs in the two journals but for the
order of entries. Nothing may be lost or posted twice, and numbers have no gaps.
"""

import json
import multiprocessing
import subprocess
import sys

CLIENTS = 8
ASSETS = 3
MONTHS = [f"2026-{month:02}" for month in range(2, 11)]


def purser(address, *words):
    while True:
        done = subprocess.run(["purser", *words, "--books", address, "--now", "2026-11-21"],
                              capture_output=True, text=True)
        if done.returncode == 0:
            return done.stdout
        if "another process is writing" not in done.stderr:  # a slow machine may say so
            sys.exit(f"{words}: {done.stderr}")


def client(address, number):
    for asset in range(ASSETS):
        purser(address, "asset", "add", f"node-{number}-{asset}", "--cost", f"USD {1000 + number}.0{asset}",
               "--life", "36mo", "--in-service", f"2026-0{2 + asset}-1{number}", "--maintenance", "USD 60/y")
        for month in MONTHS[number:] + MONTHS[:number]:
            if month >= f"2026-{number + 1:02}":
                purser(address, "books", "post", "--period", month)


def deeds(address):
    journal = json.loads(purser(address, "books", "journal", "--json"))["entries"]
    numbers = [entry["entry"] for entry in journal]
    if numbers != list(range(1, len(numbers) + 1)):
        print("the numbers have gaps")
    return sorted(json.dumps({k: v for k, v in entry.items() if k not in ("entry", "hash", "recorded", "who")},
                             sort_keys=True) for entry in journal)


def main():
    shared, alone = sys.argv[1:]
    purser(shared, "asset", "add", "first", "--cost", "USD 9.00", "--life", "36mo", "--in-service", "2026-02-01")
    purser(alone, "asset", "add", "first", "--cost", "USD 9.00", "--life", "36mo", "--in-service", "2026-02-01")
    clients = [multiprocessing.Process(target=client, args=(shared, number)) for number in range(CLIENTS)]
    for process in clients:
        process.start()
    for process in clients:
        process.join()
        if process.exitcode != 0:
            print("a client failed")
    for number in range(CLIENTS):
        client(alone, number)
    for address in (shared, alone):
        purser(address, "books", "post", "--through", "2026-10")
    first, second = deeds(shared), deeds(alone)
    print(f"{len(first)} entries by eight, {len(second)} by one")
    for entry in sorted(set(first) ^ set(second))[:10]:
        print("only by", "eight" if entry in first else "one", entry)
    balances = {address: purser(address, "books", "trial-balance") for address in (shared, alone)}
    if balances[shared] != balances[alone]:
        print("the balances differ")


main()
