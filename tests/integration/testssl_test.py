# tests/integration/testssl_test.py - what testssl.sh finds at a service that speaks TLS.
#
# Exit status 77 where testssl.sh is not installed. BERTH_BUILD names the build folder.
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

BUILD = pathlib.Path(os.environ["BERTH_BUILD"])
LIMIT = 840  # seconds; it starts thousands of programs, which a busy machine does slowly
INI = """[host]
plugins = {build}/plugins
[control]
listen = unix:control.sock
[service:greet]
listen = 0
tls_certificate = cert.pem
tls_key = key.pem
"""
# Protocols, suites, forward secrecy, the server's order, LUCKY13 and what else is about suites. The
# rest needs HTTP, is about the certificate, or takes minutes. These names are the same in
# testssl.sh 3.0 and 3.2: it checks nothing when it does not know one.
CHECKS = ["--protocols", "--std", "--fs", "--server-preference", "--lucky13", "--sweet32", "--rc4",
          "--freak", "--logjam", "--tls-fallback", "--compression"]


def port_of(log):
    deadline = time.monotonic() + 30
    while "greet listens on 127.0.0.1:" not in log.read_text():
        assert time.monotonic() < deadline, log.read_text()
        time.sleep(0.05)
    return log.read_text().split("greet listens on 127.0.0.1:")[1].split()[0].rstrip(",;")


def main():
    program = shutil.which("testssl.sh") or shutil.which("testssl")
    if program is None:
        print("skipped: testssl.sh is not installed")
        sys.exit(77)
    with tempfile.TemporaryDirectory(prefix="berth-testssl-") as name:
        folder = pathlib.Path(name)
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
                        "-subj", "/CN=localhost", "-keyout", "key.pem", "-out", "cert.pem"],
                       cwd=folder, check=True, capture_output=True)
        (folder / "berth.ini").write_text(INI.format(build=BUILD))
        log = folder / "log"
        with log.open("w") as out:
            host = subprocess.Popen([BUILD / "bin/berthd", "--config", "berth.ini"], cwd=folder,
                                    stdout=out, stderr=out)
        try:
            done = subprocess.run([program, "--quiet", "--color", "0", "--warnings", "off", "--ip",
                                   "one", "--jsonfile", folder / "found.json", *CHECKS,
                                   f"127.0.0.1:{port_of(log)}"],
                                  stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                  stderr=subprocess.STDOUT, text=True, errors="replace",
                                  timeout=LIMIT)
        except subprocess.TimeoutExpired:
            print(f"skipped: testssl.sh was not done after {LIMIT} s")
            sys.exit(77)
        finally:
            host.kill()
            host.wait()
        assert (folder / "found.json").exists(), f"testssl.sh checked nothing:\n{done.stdout}"
        found = json.loads((folder / "found.json").read_text())
    bad = [one for one in found if one["severity"] in ("LOW", "MEDIUM", "HIGH", "CRITICAL")]
    assert len(found) > 10, found
    assert not bad, json.dumps(bad, indent=1)


if __name__ == "__main__":
    main()
