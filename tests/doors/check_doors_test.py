"""Proves that the door check fails where it must: on the real table, with small invented rooms."""

import pathlib
import sys
import tempfile
import unittest

import check_doors

DOORS_FILE = pathlib.Path(__file__).parents[2] / "cmake" / "doors.txt"


class DoorCheck(unittest.TestCase):
    def setUp(self):
        self.doors = check_doors.Doors(DOORS_FILE.read_text())
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.src = pathlib.Path(self.folder.name)

    def room(self, name, rooms="", **files):
        folder = self.src / name
        folder.mkdir()
        (folder / "CMakeLists.txt").write_text(
            f"purser_room({name}\n  SOURCES a.cc\n  ROOMS {rooms}\n  LINKS fmt::fmt)\n"
        )
        for file, text in files.items():
            (folder / f"{file}.cc").write_text(text)

    def refusals(self):
        return list(check_doors.check(self.doors, self.src))

    def assert_refused(self, words):
        refusals = self.refusals()
        self.assertEqual(len(refusals), 1, refusals)
        self.assertIn(words, refusals[0])

    def test_passes_doors_that_are_open(self):
        self.room("books", "money store", a='#include "money/money.h"\n#include "base/result.h"\n')
        self.room("train", "graph meter", a='#include <torch/torch.h>\n#include "graph/graph.h"\n')
        self.room("store", "base", a="#include <libpq-fe.h>\n#include <sqlite3.h>\n")
        self.assertEqual(self.refusals(), [])

    def test_refuses_an_arrow_that_points_down(self):
        self.room("money", "base", a='#include "base/result.h"\n#include "books/books.h"\n')
        self.assert_refused("a.cc:2: 'money' may not look into 'books'")

    def test_refuses_money_in_the_rooms_of_machine_learning(self):
        for name in ("train", "optimize", "runtime", "serve", "watch"):
            for other in ("money", "books", "cost", "budget"):
                refusals = list(self.doors.check_include(name, f"{other}/{other}.h"))
                self.assertEqual(len(refusals), 1, f"{name} -> {other}")

    def test_refuses_a_room_that_is_not_declared(self):
        self.room("cost", "books", a='#include "meter/usage.h"\n')
        self.assert_refused("'meter' is missing from ROOMS")

    def test_refuses_libraries_outside_their_room(self):
        for room, include in [
            ("books", "sqlite3.h"),
            ("meter", "sqlite3.h"),
            ("optimize", "torch/torch.h"),
            ("graph", "ATen/ATen.h"),
            ("train", "onnx/checker.h"),
            ("runtime", "google/protobuf/message.h"),
            ("serve", "onnxruntime_cxx_api.h"),
            ("cli", "onnxruntime/core/session/onnxruntime_c_api.h"),
        ]:
            self.assertTrue(list(self.doors.check_include(room, include)), f"{room} {include}")

    def test_refuses_a_table_that_leads_to_money(self):
        text = DOORS_FILE.read_text().replace("room train: graph", "room train: budget graph")
        refusals = list(check_doors.Doors(text).check_table())
        self.assertIn("doors.txt: 'train' reaches 'money', which it must never see", refusals)

    def test_refuses_a_folder_that_is_no_room(self):
        self.room("utils", "")
        self.assert_refused("no room of this name")


if __name__ == "__main__":
    sys.exit(unittest.main())
