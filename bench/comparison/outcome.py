# bench/comparison/outcome.py - the samples of a scenario and what they amount to.
import statistics
from dataclasses import dataclass, field

from .load import LoadFailed
from .references import Missing
from .scenarios import Scenario


def median(samples):
    """None of none."""
    return statistics.median(samples) if samples else None


@dataclass
class Outcome:
    scenario: Scenario
    subject: list = field(default_factory=list)    # one sample a round
    reference: list = field(default_factory=list)  # empty when nothing is compared with
    rivals: dict = field(default_factory=dict)     # the samples of each by its name
    left_out: dict = field(default_factory=dict)   # why a rival was not measured
    error: str = ""

    def ratios_to(self, others):
        """Subject to another side, round by round, so that a slow minute slows both. A round in
        which the other did nothing has no ratio."""
        return [ours / theirs for ours, theirs in zip(self.subject, others) if theirs]

    @property
    def ratios(self):
        """Subject to reference."""
        return self.ratios_to(self.reference)

    @property
    def judged(self):
        """The number that the bar is for: the median of the ratios, or of the values."""
        return median(self.ratios if self.scenario.reference else self.subject)

    @property
    def leads(self):
        """The median of the ratios, subject to rival, of each rival that was measured; None where
        no round has a ratio."""
        return {name: median(self.ratios_to(samples))
                for name, samples in self.rivals.items() if samples and name not in self.left_out}

    def is_ahead(self, rival):
        """Whether the subject is ahead of a rival; None where no bar is checked, or the rival did
        nothing."""
        lead = self.leads[rival]
        if self.scenario.bar is None or lead is None:
            return None
        return lead < 1 if self.scenario.lower_is_better else lead > 1

    @property
    def bar_met(self):
        """Whether the bar is met; None without a bar."""
        if self.error:
            return False
        if self.scenario.bar is None:
            return None
        if self.judged is None:
            return False
        if self.scenario.lower_is_better:
            return self.judged <= self.scenario.bar
        return self.judged >= self.scenario.bar

    @property
    def met(self):
        """Whether the bar is met and the subject ahead of every rival that did something; None
        without a bar."""
        return self.bar_met and all(self.is_ahead(rival) is not False for rival in self.leads)

    def as_object(self):
        return {
            "name": self.scenario.name, "title": self.scenario.title, "unit": self.scenario.unit,
            "subject": self.scenario.subject, "reference": self.scenario.reference,
            "subject_samples": self.subject, "reference_samples": self.reference,
            "ratios": self.ratios, "judged": self.judged, "bar": self.scenario.bar,
            "lower_is_better": self.scenario.lower_is_better, "rivals": self.rivals,
            "leads": self.leads, "left_out": self.left_out, "bar_met": self.bar_met,
            "met": self.met, "error": self.error}


def measure(scenario, setting, rounds, sides, progress):
    """Measures all sides in turn, each sample in a fresh process. Raises what a sample raises,
    but a rival that is missing or fails is left out."""
    outcome = Outcome(scenario)
    order = [(scenario.subject, scenario.measure, outcome.subject)]
    if scenario.reference:
        order.append((scenario.reference, scenario.measure_reference or scenario.measure,
                      outcome.reference))
    for rival in scenario.rivals:
        order.append((rival, scenario.measure, outcome.rivals.setdefault(rival, [])))

    for turn in range(rounds):
        # A B C, C B A, A B C ... so that none always has the better part of a round.
        for name, measure_side, samples in order if turn % 2 == 0 else reversed(order):
            if name in outcome.left_out:
                continue
            about = f"{scenario.name} {turn + 1}/{rounds} {name}: "
            try:
                with sides[name](setting) as side:
                    samples.append(measure_side(setting, side))
            except (Missing, LoadFailed) as error:
                if samples is not outcome.rivals.get(name):
                    raise
                outcome.left_out[name] = str(error)
                progress(f"{about}left out: {error}")
                continue
            progress(f"{about}{samples[-1]:,.4g} {scenario.unit}")
    return outcome
