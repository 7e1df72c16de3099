# tests/inject/everything.py - a host with every service that ships, as an operator has it.
import clients
from scenario import Scenario, every_service_answers
from serving import COMMANDS, SMALL

SERVICES = """[service:echo]
listen = 127.0.0.1:0, unix:echo.sock
drain_timeout = 1s
[service:secret]
plugin = echo
engine = fibers
listen = 0
tls_certificate = CERTIFICATES/host.pem
tls_key = CERTIFICATES/host.key
drain_timeout = 1s
[service:uppercase]
engine = fibers
encoding = utf-8
listen = 0
drain_timeout = 1s
[service:greet]
listen = unix:greet.sock
socket_mode = 0666
message = MESSAGE
[service:exec]
listen = 0
directory = files
""" + COMMANDS + """[service:upload]
listen = 0
directory = files
overwrite = on
[service:console]
engine = fibers
listen = 0
directory = files
overwrite = on
""" + COMMANDS


class Everything(Scenario):
    folders = ("files", "conf.d", "release")
    control = "unix:control.sock, 127.0.0.1:0"
    host_keys = "log = berth.log\naudit_log = audit.log\ninclude = conf.d/*.ini\nwatch = on"
    services = SERVICES.replace("MESSAGE", "one")
    # A link leads to the one, which makes it a file that has to be looked at.
    included = "[service:included]\nplugin = greet\nlisten = 0\nmessage = included\n"

    def prepare(self, host):
        host.folder.chmod(0o755)
        (host.folder / "files").chmod(0o755)
        (host.folder / "files" / "text").write_bytes(SMALL)
        (host.folder / "release" / "included.ini").write_text(self.included, encoding="utf-8")
        (host.folder / "conf.d" / "included.ini").symlink_to("../release/included.ini")

    def asks(self, trial, message=b"one"):
        host = trial.host
        files = host.folder / "files"

        def upload():
            with clients.Upload(host.address("upload"), files, trial.book) as client:
                client.put("small", SMALL)

        def shell():
            with clients.Exec(host.address("exec")) as client:
                client.ask("say hello", b"hello\n")

        return {"echo": lambda: clients.echo(host.address("echo")),
                "unix": lambda: clients.echo(host.address("echo", 1)),
                "secret": lambda: clients.echo(host.address("secret"),
                                               tls=host.run_folder / "host.pem"),
                "uppercase": lambda: clients.echo(host.address("uppercase"), bytes.upper),
                "greet": lambda: clients.greet(host.address("greet"), message),
                "included": lambda: clients.greet(host.address("included"), b"included"),
                "exec": shell,
                "upload": upload,
                "console": lambda: clients.console(host.address("console"), files, trial.book)}

    def after(self, trial):
        every_service_answers(trial, self.asks(trial))

    def look_at_the_end(self, trial):
        trial.book.setdefault("text", [SMALL])
        self.uploaded_files_are_whole(trial, "files")
