# bench/comparison/report.py - outcomes as text, Markdown and JSON.
import datetime
import json
import os
import platform
import statistics

HEADINGS = ["scenario", "measured", "subject", "reference", "ratio", "spread", "bar", "result"]


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
    return f"{min(samples):.3g} to {max(samples):.3g}"


def row(outcome):
    scenario = outcome.scenario
    if outcome.error:
        return [scenario.name, scenario.title, "", "", "", "", "", f"ERROR: {outcome.error}"]
    judged = outcome.ratios if scenario.reference else outcome.subject
    theirs = (f"{number(statistics.median(outcome.reference))} ({scenario.reference})"
              if scenario.reference else "")
    bar = ""
    if scenario.bar is not None:
        bar = f"{'at most' if scenario.lower_is_better else 'at least'} {scenario.bar:g}"
    return [
        scenario.name, f"{scenario.title}, {scenario.unit}",
        f"{number(statistics.median(outcome.subject))} ({scenario.subject})", theirs,
        f"{outcome.judged:.3f}" if scenario.reference else "", spread(judged), bar,
        {True: "met", False: "MISSED", None: ""}[outcome.met]]


def table(rows, start, between, end):
    widths = [max(len(line[column]) for line in rows) for column in range(len(rows[0]))]
    return [(start + between.join(cell.ljust(width) for cell, width in zip(line, widths))
             + end).rstrip() for line in rows]


def as_text(outcomes):
    return "\n".join(table([HEADINGS, *map(row, outcomes)], "", "  ", ""))


def as_markdown(outcomes, rounds, seconds):
    lines = table([HEADINGS, *map(row, outcomes)], "| ", " | ", " |")
    lines.insert(1, "|" + " --- |" * len(HEADINGS))
    about = machine()
    lines += ["", f"Medians of {rounds} rounds of {seconds:g} s, measured {about['date']} on "
              f"{about['cpus']} CPUs ({about['cpu']}), Linux {about['kernel']}."]
    return "\n".join(lines)


def as_json(outcomes, rounds, seconds):
    return json.dumps({"machine": machine(), "rounds": rounds, "seconds": seconds,
                       "scenarios": [outcome.as_object() for outcome in outcomes]}, indent=2)
