#!/usr/bin/env python3
# tests/bench/outcome_test.py - rounds, bars, rivals, the report and its charts, without processes.
import contextlib
import dataclasses
import unittest
import xml.etree.ElementTree as xml

from bench_case import BenchCase
from comparison import plot, report
from comparison.load import LoadFailed
from comparison.outcome import Outcome, measure
from comparison.references import Missing
from comparison.scenarios import RIVALS, SCENARIOS, Scenario
from comparison.sides import SIDES

SVG = "{http://www.w3.org/2000/svg}"


def scenario(**more):
    values = {"name": "race", "title": "a race", "unit": "laps/s", "subject": "ours",
              "measure": lambda _, side: side, "reference": "theirs", "bar": 0.9,
              "rivals": ("slow", "fast"), "chart": "races", **more}
    return Scenario(**values)


def sides(**values):
    """Sides whose server is a number, which the measure then returns."""
    return {name: lambda _, value=value: contextlib.nullcontext(value)
            for name, value in values.items()}


def measured(about, rounds=2, progress=lambda _: None, **values):
    return measure(about, None, rounds, sides(**values), progress)


class BarTest(unittest.TestCase):
    def test_the_bar_is_for_the_reference_and_rivals_must_be_behind(self):
        outcome = measured(scenario(), ours=95, theirs=100, slow=50, fast=94)
        self.assertAlmostEqual(0.95, outcome.judged)
        self.assertEqual({"slow": 1.9, "fast": 95 / 94}, outcome.leads)
        self.assertTrue(outcome.bar_met)
        self.assertTrue(outcome.met)

    def test_one_rival_ahead_or_even_is_a_miss_although_the_bar_is_met(self):
        for fast in (95, 96):
            outcome = measured(scenario(), ours=95, theirs=100, slow=50, fast=fast)
            self.assertTrue(outcome.bar_met)
            self.assertTrue(outcome.is_ahead("slow"))
            self.assertFalse(outcome.is_ahead("fast"))
            self.assertFalse(outcome.met)

    def test_where_less_is_better_rivals_must_have_more(self):
        about = scenario(lower_is_better=True, bar=1.1)
        self.assertTrue(measured(about, ours=9, theirs=9, slow=12, fast=10).met)
        self.assertFalse(measured(about, ours=9, theirs=9, slow=12, fast=8).met)

    def test_beside_one_that_did_nothing_nothing_is_known(self):
        outcome = measured(scenario(), ours=95, theirs=0, slow=0, fast=94)
        self.assertIsNone(outcome.judged)
        self.assertFalse(outcome.met)
        self.assertIsNone(outcome.is_ahead("slow"))
        self.assertTrue(outcome.is_ahead("fast"))
        self.assertIsNone(measured(scenario(bar=None), ours=95, theirs=0, slow=0, fast=94).met)
        self.assertTrue(measured(scenario(), ours=95, theirs=100, slow=0, fast=94).met)

    def test_without_a_bar_nothing_is_judged(self):
        outcome = measured(scenario(bar=None), ours=1, theirs=100, slow=50, fast=94)
        self.assertIsNone(outcome.met)
        self.assertIsNone(outcome.is_ahead("fast"))

    def test_a_value_can_have_the_bar(self):
        about = scenario(reference=None, rivals=(), bar=4.5, lower_is_better=True)
        self.assertTrue(measured(about, ours=4.4).met)
        self.assertFalse(measured(about, ours=4.6).met)

    def test_the_reference_may_be_measured_in_its_own_way(self):
        outcome = measured(scenario(measure_reference=lambda _, side: 2 * side), ours=1, theirs=5,
                           slow=1, fast=1)
        self.assertEqual([10, 10], outcome.reference)
        self.assertEqual([1, 1], outcome.rivals["slow"])


class RoundsTest(unittest.TestCase):
    def test_sides_take_turns_forth_and_back(self):
        order = []
        measured(scenario(), 3, lambda line: order.append(line.split()[2].rstrip(":")),
                 ours=1, theirs=1, slow=1, fast=1)
        once = ["ours", "theirs", "slow", "fast"]
        self.assertEqual(once + once[::-1] + once, order)

    def test_a_rival_that_is_missing_is_left_out(self):
        def missing(_):
            raise Missing("slow is not installed")
        lines = []
        outcome = measure(scenario(), None, 2,
                          {**sides(ours=95, theirs=100, fast=80), "slow": missing}, lines.append)
        self.assertEqual({"slow": "slow is not installed"}, outcome.left_out)
        self.assertEqual(["fast"], list(outcome.leads))
        self.assertTrue(outcome.met)
        self.assertEqual(1, len([line for line in lines if "left out" in line]))

    def test_a_rival_that_fails_later_counts_no_more(self):
        def stumble(_, side):
            if side == 80 and len(calls) > 3:
                raise LoadFailed("wrong bytes")
            calls.append(side)
            return side
        calls = []
        outcome = measured(scenario(measure=stumble), ours=95, theirs=100, slow=50, fast=80)
        self.assertEqual({"fast": "wrong bytes"}, outcome.left_out)
        self.assertEqual(["slow"], list(outcome.leads))

    def test_subject_and_reference_may_not_be_missing(self):
        def missing(_):
            raise Missing("not built")
        for name in ("ours", "theirs"):
            with self.assertRaises(Missing):
                measure(scenario(), None, 2,
                        {**sides(ours=1, theirs=1, slow=1, fast=1), name: missing},
                        lambda _: None)


class ReportTest(unittest.TestCase):
    def setUp(self):
        self.outcome = measured(scenario(), ours=95, theirs=100, slow=50, fast=96)
        self.outcome.left_out["slow"] = "slow is not installed"

    def test_each_rival_has_a_line(self):
        lines = report.as_text([self.outcome], "/somewhere").splitlines()
        self.assertEqual(4, len(lines))
        self.assertIn("met", lines[1])
        self.assertIn("left out: slow is not installed", lines[2])
        self.assertIn("96 (fast)", lines[3])
        self.assertIn("ahead", lines[3])
        self.assertTrue(lines[3].endswith("MISSED"), lines[3])

    def test_uploads_say_where(self):
        stored = dataclasses.replace(self.outcome, scenario=scenario(chart="upload"))
        self.assertIn("stored in /somewhere", report.as_markdown([stored], 2, 1, "/somewhere"))
        self.assertNotIn("/somewhere", report.as_text([self.outcome], "/somewhere"))

    def test_an_error_takes_one_line(self):
        failed = Outcome(scenario(), error="wrong bytes")
        self.assertEqual(2, len(report.as_text([failed], "").splitlines()))


class ChartTest(BenchCase):
    def bars(self, root):
        return [bar for bar in root.iter(f"{SVG}rect") if bar.get("class") != "back"]

    def test_draws_a_bar_for_each_side_that_was_measured(self):
        outcome = measured(scenario(title="a <race> & more"), ours=50, theirs=100, slow=25,
                           fast=75)
        outcome.left_out["slow"] = "gone"
        second = measured(scenario(name="again", rivals=()), ours=7, theirs=8)
        other = measured(scenario(reference=None, rivals=(), chart="walks"), ours=1e-4)
        failed = Outcome(scenario(chart="falls"), error="wrong bytes")
        files = plot.write_charts([outcome, second, other, failed], self.folder)
        self.assertEqual(["races.svg", "walks.svg"], [file.name for file in files])
        root = xml.parse(files[0]).getroot()
        self.assertEqual(["subject", "reference", "rival", "subject", "reference"],
                         [bar.get("class") for bar in self.bars(root)])
        widths = [float(bar.get("width")) for bar in self.bars(root)]
        self.assertAlmostEqual(widths[1] / 2, widths[0], delta=0.2)
        self.assertAlmostEqual(widths[1] * 3 / 4, widths[2], delta=0.2)
        texts = [text.text for text in root.iter(f"{SVG}text")]
        for wanted in ("races", "a <race> & more", "ours", "theirs", "fast", "laps/s", "100"):
            self.assertIn(wanted, texts)
        self.assertNotIn("slow", texts)

    def test_a_difference_below_nothing_has_no_bar(self):
        about = scenario(reference=None, rivals=(), lower_is_better=True)
        for values in ((-3.0, 4.0), (-3.0, -1.0)):
            outcome = Outcome(about, subject=list(values))
            root = xml.parse(plot.write_charts([outcome], self.folder)[0]).getroot()
            for bar in self.bars(root):
                self.assertGreaterEqual(float(bar.get("width")), 0)
            for spread in root.iter(f"{SVG}line"):
                self.assertGreaterEqual(float(spread.get("x1")), plot.LEFT)

    def test_axes_end_at_round_numbers(self):
        self.assertEqual([0, 20, 40, 60, 80, 100], plot.ticks(97))
        self.assertEqual([0, 2.5, 5, 7.5, 10, 12.5], plot.ticks(12.5))
        self.assertEqual(0.01, round(plot.ticks(0.0094)[-1], 9))
        self.assertEqual(5, plot.ticks(4.1)[-1])


class TableTest(unittest.TestCase):
    def test_every_side_of_the_table_exists(self):
        for each in SCENARIOS:
            for name in (each.subject, each.reference, *each.rivals):
                self.assertTrue(name is None or name in SIDES, f"{each.name}: {name}")

    def test_names_are_unique_and_a_chart_has_one_unit(self):
        self.assertEqual(len(SCENARIOS), len({each.name for each in SCENARIOS}))
        units = {}
        for each in SCENARIOS:
            self.assertEqual(each.unit, units.setdefault(each.chart, each.unit), each.name)

    def test_an_event_loop_is_compared_with_all_rivals(self):
        chosen = {each.name: each for each in SCENARIOS}
        for name in ("echo-fibers-64", "echo-fibers-256", "echo-fibers-1000", "connect-fibers-8",
                     "connect-fibers-48"):
            self.assertEqual(RIVALS, chosen[name].rivals)
            self.assertEqual("epoll_echo", chosen[name].reference)


if __name__ == "__main__":
    unittest.main()
