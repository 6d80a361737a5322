#!/usr/bin/env python3
"""Tests of check_style.py."""

import unittest

import check_style


class CheckStyle(unittest.TestCase):
    def test_clean_code_passes(self):
        self.assertEqual(check_style.check_text("src/a.h", "#pragma once\n\nclass Lane;\n"), [])
        self.assertEqual(check_style.check_name("src/components/loki/source/file/component.cpp"), [])

    def test_each_rule_can_fail(self):
        for name, text, why in [
            ("src/a.h", "int a;\n", "#pragma once"),
            ("src/a.cpp", "int a;\n" * 700, "701"),
            ("src/a.cpp", "int a;", "newline"),
            ("README.md", "see /" + "work/main for it\n", "machine"),
            ("src/a.cpp", "// TODO later\n", "unfinished"),
            ("src/a.cpp", "int a; \n", "blanks"),
            ("src/a.cpp", "class LaneManager {};\n", "name"),
            ("src/a.cpp", "using namespace std;\n", "namespace"),
            ("src/a.cpp", "int a" + " " * 200 + ";\n", "columns"),
        ]:
            with self.subTest(why=why):
                found = check_style.check_text(name, text)
                self.assertTrue(any(why in line for line in found), found)
        for name in ("src/base/utils.h", "src/io/file_helpers.cpp", "src/misc/a.cpp", "src/runtime/lane_manager.h"):
            with self.subTest(name=name):
                self.assertEqual(len(check_style.check_name(name)), 1)


if __name__ == "__main__":
    unittest.main()
