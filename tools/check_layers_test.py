#!/usr/bin/env python3
"""Tests of check_layers.py."""

import tempfile
import unittest
from pathlib import Path

import check_layers


class CheckLayers(unittest.TestCase):
    def problems(self, **files):
        """What is said about files given as path (with __ for /) = list of includes with their quotes."""
        with tempfile.TemporaryDirectory() as directory:
            for name, includes in files.items():
                path = Path(directory) / name.replace("__", "/").replace("_DOT_", ".")
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text("".join(f"#include {include}\n" for include in includes))
            return check_layers.check(Path(directory))

    def test_going_down_is_allowed(self):
        self.assertEqual(self.problems(src__runtime__a_DOT_h=['"src/io/b.h"', '"src/base/c.h"', '"src/runtime/d.h"', "<vector>", "<sys/stat.h>"]), [])

    def test_going_up_and_sideways_is_not(self):
        for path, include in [("src__base__a_DOT_h", '"src/io/b.h"'), ("src__text__a_DOT_cpp", '"src/io/b.h"'),
                              ("src__telemetry__a_DOT_h", '"src/language/b.h"'), ("src__runtime__a_DOT_h", '"src/components/x/b.h"'),
                              ("src__language__a_DOT_h", '"src/telemetry/b.h"'), ("src__runtime__a_DOT_cpp", '"src/clients/b.h"')]:
            with self.subTest(path=path, include=include):
                found = self.problems(**{path: [include]})
                self.assertEqual(len(found), 1)
                self.assertIn("may not include", found[0])

    def test_foreign_headers_stay_at_home(self):
        self.assertEqual(self.problems(src__text__a_DOT_cpp=["<re2/re2.h>"]), [])
        self.assertEqual(self.problems(src__runtime__a_test_DOT_cpp=["<doctest/doctest.h>"]), [])
        self.assertIn("belongs to src/text", self.problems(src__runtime__a_DOT_cpp=["<re2/re2.h>"])[0])
        self.assertIn("in a header", self.problems(src__text__a_DOT_h=["<re2/re2.h>"])[0])
        self.assertIn("has no home", self.problems(src__io__a_DOT_cpp=["<boost/asio.hpp>"])[0])
        self.assertIn("belongs to tests", self.problems(src__io__a_DOT_cpp=["<doctest/doctest.h>"])[0])
        self.assertIn("belongs to src/parser", self.problems(src__language__a_DOT_cpp=['"grammar/generated/Lexer.h"'])[0])

    def test_headers_that_know_a_foreign_library_are_private(self):
        self.assertEqual(self.problems(src__parser__antlr__a_DOT_h=["<antlr4-runtime.h>"], src__parser__b_DOT_cpp=['"src/parser/antlr/a.h"']), [])
        self.assertIn("only .cpp files", self.problems(src__parser__b_DOT_h=['"src/parser/antlr/a.h"'])[0])

    def test_a_component_may_bring_what_only_it_needs(self):
        self.assertEqual(self.problems(src__components__x__component_DOT_cpp=["<maxminddb.h>"]), [])
        self.assertIn("belongs to src/io", self.problems(src__components__x__component_DOT_cpp=["<curl/curl.h>"])[0])

    def test_components_know_each_other_through_shared_folders_only(self):
        both = {"src__components__loki__a__component_DOT_cpp": ['"src/components/loki/shared/s.h"', '"src/components/loki/a/deep/x.h"'],
                "src__components__loki__b__component_DOT_cpp": []}
        self.assertEqual(self.problems(**both), [])
        both["src__components__loki__b__component_DOT_cpp"] = ['"src/components/loki/a/component.h"']
        self.assertEqual(len(self.problems(**both)), 1)

    def test_includes_are_named_from_the_root(self):
        self.assertIn("from the root", self.problems(src__io__a_DOT_cpp=['"b.h"'])[0])


if __name__ == "__main__":
    unittest.main()
