# tests/tree/include_rules.py - who may include whom, as a table, and what breaks it.
import re
from pathlib import Path

SOURCE_FOLDERS = ("sdk", "protocol", "host", "kit", "cli", "plugins", "bench", "tests")
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')

# The C and POSIX headers without a folder; a name without ".h" is a C++ header.
SYSTEM_HEADERS = set(
    "assert ctype cxxabi dirent dlfcn elf endian err errno execinfo fcntl fnmatch getopt glob grp "
    "ifaddrs inttypes limits link locale malloc math netdb poll pthread pty pwd regex sched "
    "semaphore setjmp signal spawn stdarg stddef stdint stdio stdlib string strings sysexits "
    "syslog termios time ucontext unistd unwind utime wchar wctype".split())
SYSTEM_FOLDERS = {"arpa", "linux", "net", "netinet", "sys"}

# Which libraries each area may use, as the first part of an include's path.
LIBRARIES = {
    "sdk": (),
    "protocol": (),
    "plugins": ("Poco/JSON/", "Poco/Dynamic/", "Poco/[A-Z][A-Za-z0-9]*[.]h", "openssl/"),
    "host": ("Poco/", "boost/context/", "boost/intrusive/", "openssl/", "sanitizer/",
             "valgrind/"),
    "kit": ("Poco/",),
    "cli": ("Poco/", "openssl/", "editline/", "histedit[.]h"),
    "bench": ("Poco/", "openssl/", "boost/asio/", "event2/", "liburing[.]h"),
    "tests": ("Poco/", "boost/context/", "openssl/", "cppunit/", "sanitizer/"),
}

# Which parts of the tree each area may use besides itself.
AREAS = {
    "sdk": set(),
    "protocol": set(),
    "plugins": {"sdk"},
    "host": {"sdk", "protocol"},
    "kit": {"sdk", "protocol", "host"},
    "cli": {"sdk", "protocol", "bench", "kit"},
    "bench": {"sdk"},
    "tests": {"sdk", "protocol", "host", "kit", "cli", "plugins", "bench"},
}

# Plugins that may use another plugin's library.
SHARED_PLUGINS = {"console": {"exec", "upload"}}

# The layers of the host, from the lowest: each may use those above it in this list. ROOM/NAME: the
# files of that name, for whom the layer of their room does not count.
HOST_LAYERS = (
    {"base"},
    {"net"},
    # What a class can be told in the configuration lies beside it, and below all rooms.
    {"admission/admission_options", "admission/rate", "engine/engine_options",
     "listen/listen_options", "listen/socket_owner", "log/log_options",
     "service/client_setup_options",
     "service/probation_options", "service/timeout_options", "service/tls_options",
     "service/trial_length"},
    {"config"},
    {"log"},
    {"crash"},
    {"plugin", "listen", "fiber", "watch"},
    {"admission"},
    {"engine"},
    {"service"},
    {"change"},
    {"operate"},
    {"host", "control"},
    {"upgrade"},
    {"process"},
    {"main"},
)

# The same within host/control/.
CONTROL_LAYERS = ({"protocol"}, {"auth", "views"}, {"commands"}, {"server"})


def is_system(name):
    if "/" in name:
        return name.split("/")[0] in SYSTEM_FOLDERS
    return "." not in name or name.removesuffix(".h") in SYSTEM_HEADERS


def find_own(root, file, name):
    """The file of the tree that an include names, or None."""
    places = [file.parent, root, root / "plugins", root / "tests", root / "sdk/include",
              root / "sdk/src"]
    for place in places:
        candidate = place / name
        if candidate.is_file():
            return Path(*candidate.resolve().relative_to(root.resolve()).parts)
    if name == "berth/version.h":  # made by CMake
        return Path("sdk/include/berth/version.h")
    return None


def host_layer(path):
    """The rank of a file's layer, and the room or file of the top folder that it belongs to."""
    part = path.parts[1].split(".")[0]
    for name in (f"{part}/{path.stem}", part):
        for rank, names in enumerate(HOST_LAYERS):
            if name in names:
                return rank, part
    # A new file of the top folder belongs to the host itself.
    return host_layer(Path("host/host")) if len(path.parts) == 2 else (None, part)


def rank_in(layers, name):
    return next((rank for rank, names in enumerate(layers) if name in names), None)


def control_problem(user, used):
    """Of two files of host/control/."""
    part, other = user.parts[2], used.parts[2]
    rank, other_rank = rank_in(CONTROL_LAYERS, part), rank_in(CONTROL_LAYERS, other)
    if rank is None or other_rank is None:
        return f"host/control/{part if rank is None else other} has no place in CONTROL_LAYERS"
    if other_rank > rank or (other_rank == rank and part != other):
        return f"host/control/{part} must not use host/control/{other}"
    return None


def own_problem(user, used):
    """Why `user` must not include `used`, both paths from the root; None when it may."""
    area, other = user.parts[0], used.parts[0]
    if area != other:
        return None if other in AREAS[area] else f"{area} must not use {other}"
    if area == "plugins":
        mine, theirs = user.parts[1], used.parts[1]
        if mine != theirs and theirs not in SHARED_PLUGINS.get(mine, ()):
            return f"the plugin {mine} must not use the plugin {theirs}"
    if area == "host":
        (rank, part), (other_rank, other_part) = host_layer(user), host_layer(used)
        if rank is None or other_rank is None:
            return f"host/{part if rank is None else other_part} has no place in HOST_LAYERS"
        if other_rank > rank or (other_rank == rank and part != other_part):
            return f"host/{part} must not use host/{other_part}"
        if part == other_part == "control":
            return control_problem(user, used)
    return None


def include_problem(root, file, name, quoted):
    user = file.relative_to(root)
    used = find_own(root, file, name) if quoted or name.startswith("berth/") else None
    if used is not None:
        return own_problem(user, used)
    if quoted:
        return "no such file in the tree"
    if is_system(name):
        return None
    allowed = LIBRARIES[user.parts[0]]
    return None if any(re.match(start, name) for start in allowed) else \
        f"{user.parts[0]} must not use this library"


def first_problem(root, file, first):
    """Why the first include of a .cpp is not the right one: that of its own header shows, wherever
    it is compiled, that the header needs no other one before it."""
    own = file.with_suffix(".h")
    if file.suffix != ".cpp" or not own.is_file():
        return None
    found = find_own(root, file, first)
    return None if found == own.relative_to(root) else "the first include is that of its own header"


def problems(root):
    """One line for each include that breaks a rule."""
    found = []
    for folder in SOURCE_FOLDERS:
        for file in sorted((root / folder).rglob("*")):
            if file.suffix not in (".h", ".cpp"):
                continue
            first = True
            for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
                include = INCLUDE.match(line)
                if not include:
                    continue
                problem = first_problem(root, file, include[2]) if first else None
                first = False
                problem = problem or include_problem(root, file, include[2], include[1] == '"')
                if problem:
                    found.append(f"{file.relative_to(root)}:{number}: {include[2]}: {problem}")
    return found
