# bench/comparison/plot.py - outcomes as bar charts in SVG, one file for each group of scenarios.
import math
import statistics
from html import escape

from .report import machine, number

WIDTH = 840
LEFT = 210     # of the bars; names stand before it
RIGHT = 110    # behind the longest bar; values stand there
BAR = 18
STEP = 24      # from bar to bar
HEAD = 74      # title and date
PANEL = 34     # subtitle of a scenario
FOOT = 56      # axis and unit

STYLE = """
  text { font: 13px system-ui, sans-serif; fill: #1f2328 }
  .title { font-size: 17px; font-weight: 600 }
  .panel { font-weight: 600 }
  .quiet { fill: #59636e; font-size: 12px }
  .back { fill: #ffffff }
  .grid { stroke: #d1d9e0; stroke-width: 1 }
  .spread { stroke: #1f2328; stroke-width: 1.5; opacity: 0.6 }
  .subject { fill: #0969da } .reference { fill: #bf8700 } .rival { fill: #8c959f }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3 } .quiet { fill: #9198a1 } .back { fill: #0d1117 }
    .grid { stroke: #3d444d } .spread { stroke: #e6edf3 }
    .subject { fill: #4493f8 } .reference { fill: #d29922 } .rival { fill: #6e7681 }
  }
"""


def ticks(largest, wanted=5):
    """Round numbers from 0 to at least `largest`. A difference can be less than 0 and has no bar."""
    largest = largest if largest > 0 else 1
    rough = largest / wanted
    power = 10 ** math.floor(math.log10(rough))
    step = next(factor * power for factor in (1, 2, 2.5, 5, 10) if factor * power >= rough)
    return [step * index for index in range(math.ceil(largest / step - 1e-9) + 1)]


def sides(outcome):
    """Class, name and samples of each bar."""
    scenario = outcome.scenario
    found = [("subject", scenario.subject, outcome.subject),
             ("reference", scenario.reference, outcome.reference)]
    found += [("rival", name, samples) for name, samples in outcome.rivals.items()
              if name not in outcome.left_out]
    return [side for side in found if side[2]]


def text(x, y, content, kind="", anchor="start"):
    return (f'<text x="{x:.1f}" y="{y:.1f}" class="{kind}" text-anchor="{anchor}">'
            f'{escape(content)}</text>')


def line(x1, y1, x2, y2, kind):
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" class="{kind}"/>'


def bar(side, y, scale):
    """One side: its name, its median as a bar, the spread of its samples, its median as text."""
    kind, name, samples = side
    value = statistics.median(samples)
    middle = y + BAR / 2
    start, length, end = (LEFT + max(each, 0) * scale
                          for each in (min(samples), value, max(samples)))
    return [
        text(LEFT - 8, middle + 4.5, name, anchor="end"),
        f'<rect x="{LEFT}" y="{y:.1f}" width="{length - LEFT:.1f}" height="{BAR}" '
        f'class="{kind}"/>',
        line(start, middle, end, middle, "spread"),
        text(end + 8, middle + 4.5, number(value))]


def grid(marks, scale, top, bottom):
    return [line(LEFT + mark * scale, top, LEFT + mark * scale, bottom, "grid") for mark in marks]


def axis(marks, scale, bottom, unit):
    parts = [text(LEFT + mark * scale, bottom + 12, f"{mark:,.10g}", "quiet", "middle")
             for mark in marks]
    return [*parts, text(LEFT + marks[-1] * scale / 2, bottom + 34, unit, "quiet", "middle")]


def panel(outcome, found, y, marks, scale):
    """One scenario: its title and its bars before a grid."""
    parts = [text(24, y + 20, outcome.scenario.title, "panel"),
             *grid(marks, scale, y + PANEL - 6, y + PANEL + STEP * len(found))]
    for index, side in enumerate(found):
        parts += bar(side, y + PANEL + STEP * index, scale)
    return parts


def heading(name, outcome):
    about = machine()
    notes = ["medians and spreads",
             "less is better" if outcome.scenario.lower_is_better else "more is better"]
    if outcome.reference:
        notes.append("amber: what the bar compares with")
    notes.append(f"{about['cpus']} CPUs ({about['cpu']}), {about['date']}")
    return [text(24, 34, name, "title"), text(24, 56, "; ".join(notes), "quiet")]


def chart(name, outcomes):
    """The SVG of one group; all its scenarios have one unit and at least one sample."""
    panels = [(outcome, sides(outcome)) for outcome in outcomes]
    marks = ticks(max(max(side[2]) for _, found in panels for side in found))
    scale = (WIDTH - LEFT - RIGHT) / marks[-1]
    parts = heading(name, outcomes[0])
    y = HEAD
    for outcome, found in panels:
        parts += panel(outcome, found, y, marks, scale)
        y += PANEL + STEP * len(found)
    parts += axis(marks, scale, y + 6, outcomes[0].scenario.unit)
    height = y + FOOT
    return "\n".join([
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" '
        f'width="{WIDTH}" height="{height}" role="img" aria-label="{escape(name)}">',
        f"<style>{STYLE}</style>", '<rect class="back" width="100%" height="100%"/>',
        *parts, "</svg>", ""])


def write_charts(outcomes, folder):
    """Writes NAME.svg for each group that has a sample; returns the files."""
    groups = {}
    for outcome in outcomes:
        if outcome.subject and not outcome.error:
            groups.setdefault(outcome.scenario.chart, []).append(outcome)
    files = []
    for name, members in groups.items():
        file = folder / f"{name}.svg"
        file.write_text(chart(name, members), encoding="utf-8")
        files.append(file)
    return files
