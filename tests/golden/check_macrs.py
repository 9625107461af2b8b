"""MACRS by the program against the tables of IRS Publication 946, Appendix A.

usage: check_macrs.py PURSER MACRS.CSV

Classes of 3, 5 and 7 years are the tables: every year must agree to the cent on a cost of 10,000.00.
Classes of 10, 15 and 20 years are computed: a year may differ from its published percentage by what the
table was rounded by, and by the unit of the last digit that the IRS moved between years so that each
column sums to 100.
"""

import csv
import decimal
import json
import subprocess
import sys
import tempfile

Decimal = decimal.Decimal
COST = Decimal("10000000.00")
# Table A-2, 20 years: the IRS prints 7.000 where 7.5% of the rest is 7.008, and makes it up at the end.
ODD = {("A-2 20", 2): Decimal("0.008"), ("A-2 20", 21): Decimal("0.008")}
PLACED = {"": "2026-05-20", "1": "2026-02-28", "2": "2026-04-01", "3": "2026-09-30", "4": "2026-12-31"}


def batch_of(rows):
    yield "id,cost,life,in_service,method,period"
    for row in rows:
        convention = "mid-quarter" if row["quarter"] else "half-year"
        yield (f"{row['table']} {row['years']},USD {COST},{row['years']}y,{PLACED[row['quarter']]},"
               f"macrs:{row['years']}:{convention},year")


def main():
    purser, file = sys.argv[1:]
    with open(file, encoding="utf-8") as text:
        rows = list(csv.DictReader(text))
    with tempfile.NamedTemporaryFile("w", suffix=".csv") as batch:
        batch.write("\n".join(batch_of(rows)) + "\n")
        batch.flush()
        out = subprocess.run([purser, "asset", "schedule", "--batch", batch.name], check=True,
                             capture_output=True, text=True).stdout
    answers = {answer["id"]: answer for answer in map(json.loads, out.splitlines())}
    wrong = 0
    for row in rows:
        name = f"{row['table']} {row['years']}"
        published = [Decimal(p) for p in row["percentages"].split()]
        found = [Decimal(c["charge"]["amount"]) / COST * 100 for c in answers[name]["charges"]]
        digit = Decimal(1).scaleb(published[0].as_tuple().exponent)
        tolerance = 0 if int(row["years"]) <= 7 else digit
        if sum(published) != 100:
            wrong += 1
            print(f"{name}: the published column sums to {sum(published)}")
        if len(found) != len(published):
            wrong += 1
            print(f"{name}: {len(found)} years, published are {len(published)}")
        for year, (ours, theirs) in enumerate(zip(found, published), 1):
            if abs(ours - theirs) > ODD.get((name, year), tolerance):
                wrong += 1
                print(f"{name}, year {year}: {ours}, published is {theirs}")
    print(f"{len(rows)} columns, {wrong} differences")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
