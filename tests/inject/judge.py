# tests/inject/judge.py - what may not come out of a life in which a call failed.
import errno
import os
import re

from trial import Expected, difference

ENDED = re.compile(r" connection ended .* ended=\"([^\"]*)\"")
LOGGED = re.compile(r"^\S+Z (\w+) ")
MEMORY = ("bad_alloc", "memory")


def shape_of(line):
    """A line of the log without what differs from one life to the next."""
    line = re.sub(r"^\S+Z ", "", line)
    if found := ENDED.search(line):
        return f"ended {found[1]}"
    line = re.sub(r"/\S*/berth-inject-\w+", "", line)
    return re.sub(r"[0-9a-f]{16,}|\d+", "N", line)


def tells_of_trouble(line):
    """What is written without a level goes to standard error."""
    logged = LOGGED.match(line)
    return not logged or logged[1] not in ("information", "debug", "trace") or ENDED.search(line)


class Honest:
    """What a scenario is like when nothing fails, from several lives."""

    def __init__(self, lives):
        self.lives = lives
        self.expected = Expected()
        for life in lives:
            self.expected.add(life)
        self.files = {life.files for life in lives}
        self.shapes = {shape_of(line) for life in lives for line in life.said}
        self.seconds = max(life.seconds for life in lives)


def faults_of(life):
    """What went wrong in a life in which nothing should."""
    bad = [f"{name}: {how}" for name, how in {**life.steps, **life.recovery}.items() if how != "ok"]
    return bad + life.lies + life.hangs


def texts_of(error):
    if error == "bad_alloc":
        return MEMORY
    number = getattr(errno, error, None)
    return (os.strerror(number),) if number else ()


def needs_no_word(site, error):
    """Operators whose connection breaks know it, and nothing is done by halves: requests that change
    something are in the audit log."""
    return (site.place.startswith(("host/control/server/channel.cpp:", "host/control/auth/caller.cpp:"))
            and error in ("ECONNRESET", "EPIPE", "ENOTCONN"))


class Judgement:
    """`problems`: [(kind, text)]. `told`: how the reason was said."""

    def __init__(self, scenario, site, error, life, honest):
        self.scenario, self.error, self.life, self.honest = scenario, error, life, honest
        # What could not be removed stays; the next start removes it, or makes use of it.
        self.removes = site.function in ("unlink", "unlinkat", "remove", "rmdir")
        self.problems = [("hang", text) for text in life.hangs]
        self.problems += [("lie", text) for text in life.lies]
        self.look_at_the_end()
        if life.lived:
            self.look_at_what_goes_on()
        self.told = self.how_it_was_told()
        if self.told == "not" and not self.problems and not needs_no_word(site, error):
            self.problems.append(("silence", f"no line tells why: {self.changes()}"))

    def changes(self):
        return {name: how for name, how in self.life.steps.items() if how != "ok"}

    def look_at_the_end(self):
        life, scenario = self.life, self.scenario
        crashed = [line for line in life.said if "crashed with" in line or "terminate" in line]
        if crashed and not getattr(scenario, "crashes", False):
            self.problems.append(("crash", crashed[0][:300]))
        elif life.code is None:
            pass  # a hang
        elif life.code < 0 and life.code != scenario.code:
            self.problems.append(("crash", f"ended by signal {-life.code}"))
        elif (life.lived or scenario.ends_by_itself) and not self.changes() and \
                life.code != scenario.code:
            self.problems.append(("end", f"exit code {life.code}, not {scenario.code}"))
        elif not life.lived and life.code == 0 and self.changes() and \
                not scenario.ends_by_itself:
            self.problems.append(("lie", "it ended with 0"))

    def look_at_what_goes_on(self):
        life = self.life
        left = {name: how for name, how in life.recovery.items() if how != "ok"}
        if left:
            self.problems.append(("recovery", f"{left} {life.replies[-1:]}"))
        elif self.honest.expected.descriptors and not self.honest.expected.allows(life):
            wanted = max(self.honest.expected.descriptors)
            self.problems.append(("leak", f"descriptors +{difference(life.descriptors, wanted)} "
                                  "threads "
                                  f"+{dict(self.honest.expected.more_threads(life))}"))
        elif life.files not in self.honest.files and not self.removes:
            more = {file: count for file, count
                    in difference(life.files, max(self.honest.files)).items()
                    if not file.startswith(self.scenario.keeps)}
            if more:
                self.problems.append(("left behind", str(more)))

    def how_it_was_told(self):
        """"reason": the error's text. "line": another line. "not needed": nothing changed."""
        said = "\n".join([*self.life.new, *self.life.replies])
        if any(text in said for text in texts_of(self.error)):
            return "reason"
        new = [line for line in self.life.new
               if tells_of_trouble(line) and shape_of(line) not in self.honest.shapes]
        if not self.changes() and (self.life.lived or self.scenario.ends_by_itself):
            return "other line" if new else "not needed"
        return "other line" if new or self.life.replies else "not"
