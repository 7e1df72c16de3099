# bench/comparison/outcome.py - the samples of a scenario and what they amount to.
import statistics
from dataclasses import dataclass, field

from .scenarios import Scenario


@dataclass
class Outcome:
    scenario: Scenario
    subject: list = field(default_factory=list)    # one sample a round
    reference: list = field(default_factory=list)  # empty when nothing is compared with
    error: str = ""

    @property
    def ratios(self):
        """Subject to reference, round by round, so that a slow minute slows both."""
        return [ours / theirs for ours, theirs in zip(self.subject, self.reference) if theirs]

    @property
    def judged(self):
        """The number that the bar is for: the median of the ratios, or of the values."""
        samples = self.ratios if self.scenario.reference else self.subject
        return statistics.median(samples) if samples else None

    @property
    def met(self):
        """Whether the bar is met; None without a bar."""
        if self.error or self.judged is None:
            return False
        if self.scenario.bar is None:
            return None
        if self.scenario.lower_is_better:
            return self.judged <= self.scenario.bar
        return self.judged >= self.scenario.bar

    def as_object(self):
        return {
            "name": self.scenario.name, "title": self.scenario.title, "unit": self.scenario.unit,
            "subject": self.scenario.subject, "reference": self.scenario.reference,
            "subject_samples": self.subject, "reference_samples": self.reference,
            "ratios": self.ratios, "judged": self.judged, "bar": self.scenario.bar,
            "lower_is_better": self.scenario.lower_is_better, "met": self.met, "error": self.error}


def measure(scenario, setting, rounds, servers, progress):
    """Alternates the two sides, each sample in a fresh process. Raises what a sample raises."""
    outcome = Outcome(scenario)
    sides = [(scenario.subject, outcome.subject)]
    if scenario.reference:
        sides.append((scenario.reference, outcome.reference))
    for turn in range(rounds):
        # A B, B A, A B ... so that neither side always has the better half of a round.
        for name, samples in sides if turn % 2 == 0 else reversed(sides):
            with servers[name](setting) as server:
                samples.append(scenario.measure(setting, server))
            progress(f"{scenario.name} {turn + 1}/{rounds} {name}: "
                     f"{samples[-1]:,.4g} {scenario.unit}")
    return outcome
