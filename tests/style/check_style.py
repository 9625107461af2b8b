"""Style that neither compiler nor clang-tidy checks.

usage: check_style.py FOLDER...

- no `co_await` inside `?:`. g++ 12.2 miscompiles it without a warning (a bad free in the
  coroutine's frame at run time). Write if/else.
"""

import pathlib
import re
import sys

# Comments, strings and characters, so that what stands in them is not taken for code.
NOT_CODE = re.compile(
    r'//[^\n]*|/\*.*?\*/|R"(?P<d>[^(\s]*)\(.*?\)(?P=d)"|"(?:\\.|[^"\\\n])*"|(?<![0-9a-fA-F])\'(?:\\.|[^\'\\\n])*\'',
    re.DOTALL,
)
# `co_await f() ? a : b` awaits before it chooses: only the branches are miscompiled.
AWAIT_IN_BRANCH = re.compile(r"\?[^;{}]*\bco_await\b", re.DOTALL)


def blank(match):
    return re.sub(r"[^\n]", " ", match[0])


def check_text(text):
    """Line numbers of the conditionals that await in a branch."""
    code = NOT_CODE.sub(blank, text)
    return [code.count("\n", 0, match.start()) + 1 for match in AWAIT_IN_BRANCH.finditer(code)]


def self_test():
    bad = [
        "auto a = ready ? co_await f() : 0;",
        "auto a = ready\n  ? 0\n  : co_await f();",
        "use(x ? g(co_await f()) : y);",
    ]
    good = [
        "auto a = co_await f();\nauto b = a ? 1 : 2;",
        "auto a = co_await f() ? 1 : 2;",
        '// why? because\nauto a = co_await f();',
        'log("ready?"); co_await f();',
        "auto n = 1'000'000; co_await f();",
        "char c = '?'; auto a = g(c, co_await f());",
    ]
    wrong = [text for text in bad if not check_text(text)] + [text for text in good if check_text(text)]
    for text in wrong:
        print(f"check_style.py judges this wrongly:\n{text}")
    return not wrong


def main():
    failed = not self_test()
    for folder in sys.argv[1:]:
        for file in sorted(pathlib.Path(folder).rglob("*")):
            if file.suffix in (".h", ".cc") and "node_modules" not in file.parts:
                for line in check_text(file.read_text()):
                    failed = True
                    print(f"{file}:{line}: co_await in a branch of ?: is miscompiled by g++ 12; use if/else")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
