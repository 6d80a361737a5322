#!/usr/bin/env python3
"""Files that move under the reader."""

import os
import shutil
import time
import unittest

import case


class RotationTest(case.EndToEnd):
    def begin(self, lines=100, pattern="*.log"):
        self.a = self.writer("a.log")
        self.a.write(lines)
        self.target = self.sink()
        self.text = case.tail_config([self.logs / pattern], self.target.url)
        self.invar = self.start(self.text)
        self.wait_arrived(self.target)

    def test_rename_rotation(self):
        self.begin()
        for number in range(5):
            self.a.write(50)
            self.a.rename(self.logs / f"a.log.{number}")
            self.a.write(50)
            time.sleep(0.15)
        self.wait_arrived(self.target)
        self.assert_exactly_once(self.target)

    def test_many_rotations_within_one_poll(self):
        self.begin()
        for number in range(20):
            self.a.write(30)
            self.a.rename(self.logs / f"a.log.{number:02}")
        self.a.write(30)
        self.wait_arrived(self.target)
        self.assert_exactly_once(self.target)

    def test_lines_written_to_the_old_file_after_the_rename(self):
        self.begin()
        os.rename(self.a.path, self.logs / "a.log.1")
        self.a.write(50)  # the program has not reopened its log yet
        time.sleep(0.2)
        self.a.write(50)
        self.a.reopen()
        self.a.write(50)
        self.wait_arrived(self.target)
        self.assert_exactly_once(self.target)

    def test_rotation_into_a_name_that_is_matched_too(self):
        self.begin(pattern="*.log*")
        self.a.write(40)
        self.a.rename(self.logs / "a.log.1")
        self.a.write(40)
        self.wait_arrived(self.target)
        self.assert_exactly_once(self.target, settle=1)

    def test_truncation_starts_over(self):
        self.begin()
        os.truncate(self.a.path, 0)
        self.a.write(30)
        self.wait_arrived(self.target)
        self.assert_exactly_once(self.target)

    def test_copytruncate(self):
        self.begin()
        for number in range(3):
            self.a.write(50)
            self.wait_arrived(self.target)
            shutil.copy(self.a.path, self.logs / f"a.log.{number}")
            os.truncate(self.a.path, 0)
            self.a.write(20)
        self.wait_arrived(self.target)
        self.assert_exactly_once(self.target)

    def test_copytruncate_that_grows_past_the_old_end_at_once(self):
        self.begin(lines=10)
        os.truncate(self.a.path, 0)
        self.a.write(500)
        self.wait_arrived(self.target)
        self.assert_exactly_once(self.target)

    def test_a_removed_file_whose_inode_is_used_again(self):
        self.begin()
        for _ in range(5):
            self.a.close()
            os.unlink(self.a.path)
            self.a.reopen()
            self.a.write(40)
            self.wait_arrived(self.target)
        self.assert_exactly_once(self.target)

    def test_a_removed_file_is_read_to_its_end(self):
        self.begin()
        self.target.fault("503")
        self.a.write(5000)
        time.sleep(0.2)
        os.unlink(self.a.path)
        self.target.fault("ok")
        self.wait_arrived(self.target)
        self.assert_exactly_once(self.target)

    def test_rotations_during_an_outage_are_all_read(self):
        self.begin()
        self.target.fault("503")
        for number in range(6):
            self.a.write(2000, padding="x" * 500)
            self.a.rename(self.logs / f"a.log.{number}")
            time.sleep(0.2)
        self.a.write(100)
        self.target.fault("ok")
        self.wait_arrived(self.target, 60)
        self.assert_exactly_once(self.target)

    def test_rotation_while_stopped(self):
        self.begin()
        self.invar.terminate()
        self.a.write(50)
        self.a.rename(self.logs / "a.log.1")
        self.a.write(50)
        self.start(self.text)
        self.wait_arrived(self.target)
        self.assert_exactly_once(self.target)

    def test_a_shorter_successor_after_a_stop_is_read_from_its_start(self):
        self.begin(lines=500)
        self.invar.terminate()
        self.a.close()
        os.unlink(self.a.path)
        self.a.reopen()
        self.a.write(20)
        self.start(self.text)
        self.wait_arrived(self.target)
        self.assert_exactly_once(self.target)


if __name__ == "__main__":
    unittest.main()
