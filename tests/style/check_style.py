"""What docs/STYLE.md promises that neither compiler nor clang-tidy checks.

usage: check_style.py FOLDER...

- Nothing is called utils, helper, common, manager or misc.
- There is no TODO.
- Money is never a floating-point number: no float or double in the rooms that hold amounts.
"""

import pathlib
import re
import sys

# Comments, strings and characters, so that what stands in them is not taken for code.
NOT_CODE = re.compile(
    r'//[^\n]*|/\*.*?\*/|R"(?P<d>[^(\s]*)\(.*?\)(?P=d)"|"(?:\\.|[^"\\\n])*"|(?<![0-9a-fA-F])\'(?:\\.|[^\'\\\n])*\'',
    re.DOTALL,
)
VAGUE_NAME = re.compile(r"(?:^|_)(?:utils?|helpers?|common|managers?|misc)(?:_|$)")
PUT_OFF = re.compile(r"\b(?:TODO|FIXME)\b")
FLOATING = re.compile(r"\b(?:float|double)\b(?!, Currency\) = delete)")
ROOMS_OF_MONEY = ("money", "books", "budget")
SOURCES = (".h", ".cc", ".py", ".ts", ".tsx")


def blank(match):
    return re.sub(r"[^\n]", " ", match[0])


def complaints(path, text):
    """(line, sentence) for everything in the file that is against the rules."""
    found = []
    if VAGUE_NAME.search(path.stem):
        found.append((1, f"'{path.stem}' says nothing of what is inside; name the idea"))
    for match in PUT_OFF.finditer(text):
        found.append((text.count("\n", 0, match.start()) + 1, "do it now, or say elsewhere why not"))
    # Tests and benchmarks may time with what they like.
    holds_money = path.parent.name in ROOMS_OF_MONEY and not path.stem.endswith(("_test", "_bench"))
    if holds_money and path.suffix in (".h", ".cc"):
        code = NOT_CODE.sub(blank, text)
        for match in FLOATING.finditer(code):
            found.append((code.count("\n", 0, match.start()) + 1, "no amount is a floating-point number"))
    return found


def self_test():
    put_off = "TO" + "DO"
    bad = [
        ("src/base/string_utils.h", ""),
        ("src/web/helpers.ts", ""),
        ("src/train/plan.cc", f"int a;  // {put_off}: later"),
        ("src/money/money.cc", "double amount = 1;"),
        ("src/books/books.cc", "auto a = static_cast<float>(cents);"),
    ]
    good = [
        ("src/base/text.h", "// double-entry"),
        ("src/base/commonality.h", ""),
        ("src/money/money.h", "Money(double, Currency) = delete;"),
        ("src/books/method.h", "int f = 2;  // double declining"),
        ("src/books/books_bench.cc", "double seconds = 1;"),
        ("src/train/plan.cc", "double seconds = 1;"),
        ("src/money/money.cc", 'say("a double line");'),
    ]
    wrong = [case for case in bad if not complaints(pathlib.Path(case[0]), case[1])]
    wrong += [case for case in good if complaints(pathlib.Path(case[0]), case[1])]
    for path, text in wrong:
        print(f"check_style.py judges this wrongly: {path}: {text}")
    return not wrong


def main():
    failed = not self_test()
    for folder in sys.argv[1:]:
        for file in sorted(pathlib.Path(folder).rglob("*")):
            if file.suffix not in SOURCES or "node_modules" in file.parts or file.name == pathlib.Path(__file__).name:
                continue
            for line, sentence in complaints(file, file.read_text()):
                failed = True
                print(f"{file}:{line}: {sentence}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
