# bench/comparison/measures.py - ways to get one number out of a running server.
#
# Each is a function of a setting and a side, or makes one.
from . import load, processes
from .load import LoadFailed


def rate(**options):
    """Messages a second; in mode connect new connections a second."""
    return lambda setting, server: load.run(
        setting.build, server.address, options, setting.placement,
        setting.seconds)["messages_per_second"]


def megabytes(**options):
    """MB of payload a second in one direction, with large messages."""
    return lambda setting, server: load.run(
        setting.build, server.address, options, setting.placement,
        setting.seconds)["bytes_per_second"] / 1e6


def latency(percentile, **options):
    """Microseconds."""
    return lambda setting, server: load.run(
        setting.build, server.address, options, setting.placement,
        setting.seconds)["latency_us"][percentile]


def kib_per_idle_client(connections):
    """Resident memory that a client adds which sent one message and then is silent."""
    def measure(setting, server):
        before = processes.resident_bytes(server.pid)
        held = load.hold_idle(
            setting.build, server.address, {"connections": connections}, setting.placement,
            lambda: processes.resident_bytes(server.pid))
        return (held - before) / connections / 1024
    return measure


def upload(*options):
    """MB a second from the connect to the server's close, which comes when the file is safe."""
    def measure(setting, server):
        report = load.drive(setting.build, "upload", server.address,
                            ["--size", setting.upload_bytes, *options], setting.placement)
        stored = [path.stat().st_size for path in server.files.iterdir() if path.is_file()]
        if stored != [setting.upload_bytes]:
            raise LoadFailed(f"{setting.upload_bytes} bytes were sent, but files of {stored} "
                             "bytes are there")
        return report["bytes_per_second"] / 1e6
    return measure


def upload_beside_hash(setting, both):
    """MB a second of the slower of two that run at once: an upload without a digest, and the digest
    alone over as many bytes."""
    with both.loop.running(setting.upload_bytes) as hashed:
        uploaded = upload()(setting, both.server)
        return min(uploaded, float(hashed()[0]) / 1e6)


def commands(setting, server):
    """Commands a second through one connection, each begun when the last has ended."""
    return load.drive(setting.build, "exec", server.address,
                      ["--duration", f"{round(setting.seconds * 1000)}ms"],
                      setting.placement)["requests_per_second"]


def start_time(_, server):
    return server.start_seconds


def resident_mib(_, server):
    return processes.resident_bytes(server.pid) / 2**20
