# tests/integration/odd_files_test.py - what is no plain file where one is expected is refused, and
# so is what others could write to.
import os
import stat
import subprocess
import unittest

from berthd_case import ECHO, BerthdCase, until

ANOTHER_USER = 54321


class OddFilesTest(BerthdCase):

    def assert_refused(self, code, *texts, arguments=(), **options):
        found, said = self.run_berthd(*arguments, **options)
        self.assertEqual(found, code, said)
        for text in texts:
            self.assertIn(text, said)

    def fifo(self, name):
        os.mkfifo(self.folder / name)
        return self.folder / name

    def test_a_fifo_as_configuration_is_refused(self):
        self.fifo("berth.ini")
        self.assert_refused(78, "it is not a regular file")

    def test_a_fifo_as_included_file_is_refused(self):
        self.write_ini(host="include = more.ini\n")
        self.fifo("more.ini")
        self.assert_refused(78, "more.ini", "it is not a regular file")

    def test_a_fifo_as_plugin_is_refused(self):
        self.fifo("x.so")
        self.write_ini("[service:x]\nplugin = ./x.so\nlisten = 127.0.0.1:0\n")
        self.assert_refused(78, "x.so", "not a regular file")

    def test_a_fifo_as_certificate_is_refused(self):
        self.fifo("cert.pem")
        self.fifo("key.pem")
        self.write_ini(ECHO + "tls_certificate = cert.pem\ntls_key = key.pem\n")
        self.assert_refused(78, "tls_certificate cannot be read: it is not a regular file")

    def test_a_fifo_as_token_is_refused(self):
        self.fifo("token")
        self.write_ini(control="listen = 127.0.0.1:0\ntoken_file = token\n")
        self.assert_refused(74, "is no plain file")

    def test_a_fifo_as_pid_file_is_refused(self):
        self.write_ini()
        fifo = self.fifo("berthd.pid")
        self.assert_refused(73, "what is no plain file", arguments=[f"--pidfile={fifo}"])

    def test_a_pid_file_does_not_follow_a_link(self):
        self.write_ini()
        other = self.folder / "other"
        other.write_text("precious", encoding="utf-8")
        (self.folder / "berthd.pid").symlink_to(other)
        self.assert_refused(73, "what is no plain file",
                            arguments=[f"--pidfile={self.folder}/berthd.pid"])
        self.assertEqual(other.read_text(encoding="utf-8"), "precious")

    def test_a_pid_file_is_refused_where_others_may_replace_it(self):
        self.write_ini()
        (self.folder / "open").mkdir()
        (self.folder / "open").chmod(0o777)
        self.assert_refused(73, "others may write to the folder", "chmod go-w",
                            arguments=[f"--pidfile={self.folder}/open/berthd.pid"])

    def test_no_umask_opens_the_state_folder(self):
        self.write_ini(control="listen = unix:control.sock, 127.0.0.1:0\n"
                               "token_file = secrets/token\n")
        child = self.start("--umask=0", f"--pidfile={self.folder}/berthd.pid")
        self.await_ready()
        until((self.folder / "berthd.pid").exists)
        modes = {name: stat.S_IMODE((self.folder / name).stat().st_mode)
                 for name in ("state", "state/plugins", "secrets", "secrets/token", "control.sock",
                              "berthd.pid")}
        staged = list((self.folder / "state/plugins").glob("*.so"))
        self.assertTrue(staged)
        self.assertTrue(all(stat.S_IMODE(file.stat().st_mode) == 0o600 for file in staged))
        child.terminate()
        self.assert_ends(child)
        self.assertEqual(modes, {"state": 0o700, "state/plugins": 0o700, "secrets": 0o700,
                                 "secrets/token": 0o600, "control.sock": 0o600,
                                 "berthd.pid": 0o644})

    def test_a_state_folder_that_others_may_write_to_is_refused(self):
        self.write_ini()
        (self.folder / "state").mkdir()
        (self.folder / "state").chmod(0o777)
        self.assert_refused(73, "its mode is 0777", "chmod go-w")

    @unittest.skipIf(os.geteuid() != 0, "only root can give a folder away")
    def test_a_state_folder_of_another_user_is_refused(self):
        self.write_ini()
        (self.folder / "state").mkdir(mode=0o700)
        os.chown(self.folder / "state", ANOTHER_USER, -1)
        self.assert_refused(73, f"belongs to user {ANOTHER_USER}", "chown")

    def test_a_control_socket_is_refused_where_others_may_replace_it(self):
        (self.folder / "open").mkdir()
        (self.folder / "open").chmod(0o777)
        self.write_ini(control="listen = unix:open/control.sock\n")
        self.assert_refused(73, "others may write to the folder")

    def without_code_in(self, name):
        """The beginning of a command that sees a file system there from which no code is loaded."""
        (self.folder / name).mkdir(mode=0o700)
        begin = ["unshare", "--mount"] + ([] if os.geteuid() == 0 else ["--map-root-user"])
        begin += ["sh", "-c", 'mount -t tmpfs -o noexec,mode=0700 none "$0" && exec "$@"',
                  str(self.folder / name)]
        if subprocess.run([*begin, "true"], stderr=subprocess.DEVNULL, check=False).returncode:
            self.skipTest("no name space for a mount can be made here")
        return begin

    def test_a_check_does_not_mind_temporary_files_without_code(self):
        self.write_ini()
        code, said = self.run_berthd("--check", before=self.without_code_in("tmp"),
                                     env={**os.environ, "TMPDIR": str(self.folder / "tmp")},
                                     stdout=subprocess.DEVNULL)
        self.assertEqual(code, 0, said)

    def test_a_daemon_starts_beside_temporary_files_without_code(self):
        self.write_ini(host="log = berth.log\n")
        code, said = self.run_berthd("--daemon", before=self.without_code_in("tmp"),
                                     env={**os.environ, "TMPDIR": str(self.folder / "tmp")})
        self.assertEqual(code, 0, said)
        self.assertTrue(self.ask("status").startswith("OK"))

    def test_a_check_refuses_a_state_folder_without_code_as_the_host_does(self):
        self.write_ini()
        begin = self.without_code_in("state")
        for arguments in (["--check"], []):
            self.assert_refused(78, "mounted noexec", "set `state`", arguments=arguments,
                                before=begin)


if __name__ == "__main__":
    unittest.main()
