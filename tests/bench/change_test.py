#!/usr/bin/env python3
# tests/bench/change_test.py - swaps and reloads that are measured do happen, and touch nobody else.
import dataclasses
import unittest

from bench_case import BenchCase
from comparison import change_measures, measures
from comparison.load import LoadFailed
from comparison.sides import host

RATE = measures.rate(connections=4, size=64)


class SwapTest(BenchCase):
    def started_on(self, engine):
        return self.started(f"berthd {engine}, swapped")

    def generation(self, server):
        return server.ask("services")["data"][0]["generation"]

    def measured(self, measure, server, enough=lambda _: True):
        """Over more time when a busy machine did not swap in less."""
        for seconds in (0.1, 1, 5):
            setting = dataclasses.replace(self.setting, seconds=seconds)
            try:
                found = measure(setting, server)
            except LoadFailed as error:
                if seconds == 5 or "before the first swap" not in str(error):
                    raise
                continue
            if enough(found):
                break
        return found

    def test_each_swap_makes_a_new_generation_under_load(self):
        def counted(setting, server):
            before = self.generation(server)
            rate = change_measures.while_swapping(RATE)(setting, server)
            self.assertEqual(before + server.swaps, self.generation(server))
            return rate, server.swaps

        for engine in ("threads", "fibers"):
            server = self.started_on(engine)
            self.assertEqual(1, self.generation(server))
            rate, swaps = self.measured(counted, server, lambda found: found[0] and found[1] > 1)
            self.assertGreater(rate, 0)
            self.assertGreater(swaps, 1)

    def test_swaps_add_to_the_latency_of_new_connections(self):
        latency = measures.latency("p99", mode="connect", connections=8, size=16, rate=200)
        added = change_measures.added_by_swaps(latency, 1e-3)
        self.assertLess(abs(self.measured(added, self.started_on("fibers"))), 10_000)

    def test_a_file_that_stays_is_no_swap(self):
        server = self.started_on("threads")
        server._install = lambda: None
        with self.assertRaisesRegex(LoadFailed, "no new generation: nothing to change"):
            server.swap()

    def test_a_plugin_that_is_refused_is_an_error_and_no_number(self):
        server = self.started_on("threads")
        server._install = lambda: (server.folder / "echo.so").write_bytes(b"no plugin")
        with self.assertRaisesRegex(LoadFailed, "^swap 1: a swap was refused: "):
            self.measured(change_measures.while_swapping(RATE), server)

    def test_a_wrong_byte_while_swapping_is_an_error_and_no_number(self):
        server = self.started_on("fibers")
        server.change("echo", suffix="!")  # in force from the first swap on
        wrong = measures.rate(mode="connect", connections=4, size=16)
        with self.assertRaisesRegex(LoadFailed, "connections failed: "):
            self.measured(change_measures.while_swapping(wrong), server, lambda _: False)

    def test_a_load_without_a_swap_is_an_error(self):
        server = self.started_on("threads")
        with self.assertRaisesRegex(LoadFailed, "before the first swap"):
            with server.swapping(60):
                pass

    def test_a_second_lies_between_swaps_unless_samples_are_short(self):
        for seconds, interval in ((10, 1), (2, 1), (0.1, 0.05)):
            setting = dataclasses.replace(self.setting, seconds=seconds)
            self.assertEqual(interval, change_measures.swap_interval(setting))


class ReloadTest(BenchCase):
    def setUp(self):
        super().setUp()
        self.server = self.enterContext(
            host({f"echo{n}": {"plugin": "echo"} for n in range(3)})(self.setting))

    def test_times_the_reload_of_one_changed_service(self):
        took = change_measures.reload_time(self.setting, self.server)
        self.assertGreater(took, 0)
        self.assertLess(took, 10)
        shown = self.server.ask("show echo1")["lines"]
        self.assertIn("max_connections = 7", shown)
        self.assertIn("greeting = hello", shown)

    def test_a_reload_that_touches_another_is_an_error(self):
        self.server.change("echo2", max_connections=8)
        with self.assertRaisesRegex(LoadFailed, "change echo2: max_connections 1000 -> 8"):
            change_measures.reload_time(self.setting, self.server)

    def test_a_reload_that_is_refused_is_an_error(self):
        self.server.change("echo2", no_such_key=1)
        with self.assertRaisesRegex(LoadFailed, "no_such_key"):
            change_measures.reload_time(self.setting, self.server)

    def test_a_reload_that_changes_nothing_is_an_error(self):
        change_measures.reload_time(self.setting, self.server)
        with self.assertRaisesRegex(LoadFailed, "nothing to change"):
            change_measures.reload_time(self.setting, self.server)


if __name__ == "__main__":
    unittest.main()
