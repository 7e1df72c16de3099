# bench/comparison/report.py - outcomes as text, Markdown and JSON.
import datetime
import json
import os
import platform
import statistics

HEADINGS = ["scenario", "measured", "subject", "compared with", "ratio", "spread", "bar", "result"]
VERDICTS = {True: "met", False: "MISSED", None: ""}
NO_SAMPLE = "no sample"


def machine():
    """What the numbers were measured on."""
    model = platform.machine()
    with open("/proc/cpuinfo", encoding="utf-8") as info:
        for line in info:
            if line.startswith("model name"):
                model = line.split(":", 1)[1].strip()
                break
    return {"cpu": model, "cpus": len(os.sched_getaffinity(0)), "kernel": platform.release(),
            "date": datetime.date.today().isoformat()}


def number(value):
    """Three digits that mean something, without an exponent."""
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}"


def spread(samples):
    """Smallest and largest, which tells how far one round can be trusted."""
    return f"{min(samples):.3g} to {max(samples):.3g}" if samples else ""


def ratio(value):
    return "" if value is None else f"{value:.3f}"


def verdict(judged, met):
    """Beside one that did nothing in any round, nothing is known."""
    return NO_SAMPLE if judged is None else VERDICTS[met]


def labelled(samples, name):
    return f"{number(statistics.median(samples))} ({name})"


def rows(outcome):
    """The line of the bar, and one more for each rival."""
    scenario = outcome.scenario
    if outcome.error:
        return [[scenario.name, scenario.title, "", "", "", "", "", f"ERROR: {outcome.error}"]]
    bar = ""
    if scenario.bar is not None:
        bar = f"{'at most' if scenario.lower_is_better else 'at least'} {scenario.bar:g}"
    judged = outcome.ratios if scenario.reference else outcome.subject
    first = [
        scenario.name, f"{scenario.title}, {scenario.unit}",
        labelled(outcome.subject, scenario.subject),
        labelled(outcome.reference, scenario.reference) if scenario.reference else "",
        ratio(outcome.judged) if scenario.reference else "", spread(judged), bar,
        verdict(outcome.judged, outcome.bar_met)]
    return [first, *(rival_row(outcome, name) for name in outcome.rivals)]


def rival_row(outcome, name):
    if name in outcome.left_out:
        return ["", "", "", name, "", "", "", f"left out: {outcome.left_out[name]}"]
    samples = outcome.rivals[name]
    lead = outcome.leads[name]
    ahead = outcome.is_ahead(name)
    return ["", "", "", labelled(samples, name), ratio(lead), spread(outcome.ratios_to(samples)),
            "" if ahead is None else "ahead", verdict(lead, ahead)]


def table(lines, start, between, end):
    widths = [max(len(line[column]) for line in lines) for column in range(len(lines[0]))]
    return [(start + between.join(cell.ljust(width) for cell, width in zip(line, widths))
             + end).rstrip() for line in lines]


def all_rows(outcomes):
    return [HEADINGS, *(row for outcome in outcomes for row in rows(outcome))]


def notes(outcomes, storage):
    """What one must know about how it was measured."""
    if any(outcome.scenario.chart == "upload" for outcome in outcomes):
        return [f"Uploads were stored in {storage}."]
    return []


def as_text(outcomes, storage):
    return "\n".join(table(all_rows(outcomes), "", "  ", "") + notes(outcomes, storage))


def as_markdown(outcomes, rounds, seconds, storage):
    lines = table(all_rows(outcomes), "| ", " | ", " |")
    lines.insert(1, "|" + " --- |" * len(HEADINGS))
    about = machine()
    lines += ["", f"Medians of {rounds} rounds of {seconds:g} s, measured {about['date']} on "
              f"{about['cpus']} CPUs ({about['cpu']}), Linux {about['kernel']}."]
    return "\n".join(lines + notes(outcomes, storage))


def as_json(outcomes, rounds, seconds, storage):
    return json.dumps({"machine": machine(), "rounds": rounds, "seconds": seconds,
                       "storage": str(storage),
                       "scenarios": [outcome.as_object() for outcome in outcomes]}, indent=2)
