"""Fails on any #include that goes through a door cmake/doors.txt does not name.

usage: check_doors.py DOORS_FILE SRC_FOLDER

Links between rooms need no look here: purser_room() refuses a ROOMS that the same file forbids.
But a header needs no link to be included, so an included room must also stand in ROOMS.
"""

import pathlib
import re
import sys

INCLUDE = re.compile(r'^\s*#\s*include\s*["<]([^">]+)[">]')


class Doors:
    """What cmake/doors.txt says: for each room, all that it may look into, directly or not."""

    def __init__(self, text):
        self.may = {}
        self.never = {}
        self.libraries = []  # (prefix of an include, rooms)
        for number, line in enumerate(text.splitlines(), 1):
            line = line.split("#")[0].strip()
            if not line:
                continue
            match = re.fullmatch(r"(room|never|library) ([^:]+):\s*(.*)", line)
            if not match:
                raise SystemExit(f"doors.txt:{number}: '{line}' is no rule")
            kind, name, rooms = match[1], match[2], match[3].split()
            if kind == "room":
                self._add_room(number, name, rooms)
            elif kind == "never":
                self.never[name] = set(rooms)
            else:
                self.libraries.append((name, set(rooms)))

    def _add_room(self, number, name, rooms):
        if rooms == ["*"]:
            rooms = list(self.may)
        self.may[name] = set(rooms)
        for other in rooms:
            if other not in self.may:
                raise SystemExit(f"doors.txt:{number}: '{other}' does not stand above '{name}'")
            self.may[name] |= self.may[other]

    def check_table(self):
        for room, forbidden in self.never.items():
            for other in sorted(forbidden & self.may[room]):
                yield f"doors.txt: '{room}' reaches '{other}', which it must never see"

    def check_include(self, room, included):
        for prefix, rooms in self.libraries:
            if included.startswith(prefix) and room not in rooms:
                yield f"'{included}' may be included in {' and '.join(sorted(rooms))} alone"
        other = included.split("/")[0] if "/" in included else None
        if other in self.may and other != room and other not in self.may[room]:
            yield f"'{room}' may not look into '{other}'"


def declared_rooms(folder):
    """The ROOMS that the folder's CMakeLists.txt names."""
    keywords = "SOURCES|TESTS|BENCHES|FUZZERS|LINKS|PRIVATE_LINKS|PCH|TORCH"
    text = re.sub(r"#.*", "", (folder / "CMakeLists.txt").read_text())
    return {
        room
        for found in re.findall(rf"\bROOMS\b(.*?)(?=\b(?:{keywords})\b|\))", text, re.DOTALL)
        for room in found.split()
    }


def check(doors, src):
    yield from doors.check_table()
    for folder in sorted(p for p in src.iterdir() if p.is_dir()):
        room = folder.name
        if room not in doors.may:
            yield f"{folder}: no room of this name in doors.txt"
            continue
        if not (folder / "CMakeLists.txt").exists():
            continue
        declared = declared_rooms(folder)
        reached = declared.union(*(doors.may.get(other, set()) for other in declared))
        for file in sorted(folder.rglob("*")):
            if file.suffix not in (".h", ".cc") or "node_modules" in file.parts:
                continue
            for number, line in enumerate(file.read_text().splitlines(), 1):
                match = INCLUDE.match(line)
                if not match:
                    continue
                included = match[1]
                refusals = list(doors.check_include(room, included))
                other = included.split("/")[0] if "/" in included else None
                if not refusals and other in doors.may and other not in reached | {room}:
                    refusals.append(f"'{other}' is missing from ROOMS in {folder}/CMakeLists.txt")
                for refusal in refusals:
                    yield f"{file}:{number}: {refusal}"


def main():
    if len(sys.argv) != 3:
        raise SystemExit(__doc__)
    doors = Doors(pathlib.Path(sys.argv[1]).read_text())
    refusals = list(check(doors, pathlib.Path(sys.argv[2])))
    print("\n".join(refusals) or "every include goes through a door")
    return 1 if refusals else 0


if __name__ == "__main__":
    sys.exit(main())
