# tests/integration/stuck_log_test.py - a log that nobody reads, or that is no file, holds up nobody.
import os
import signal
import unittest

from berthd_case import BerthdCase, fill, until


class StuckLogTest(BerthdCase):

    def start_with_a_full_pipe(self):
        reader, writer = os.pipe()
        self.addCleanup(os.close, reader)
        self.write_ini()
        child = self.start(stderr=writer)
        self.await_ready()
        fill(writer)
        os.close(writer)
        return child

    def test_changes_are_answered_while_nobody_reads_standard_error(self):
        child = self.start_with_a_full_pipe()
        for request in ("reload", "set echo max_connections 7", "log debug", "log reopen"):
            self.assertTrue(self.ask(request).startswith("OK"), request)
        self.assertTrue(self.ask("shutdown now").startswith("OK"))
        self.assert_ends(child)

    def test_term_ends_it_while_nobody_reads_standard_error(self):
        child = self.start_with_a_full_pipe()
        child.send_signal(signal.SIGUSR1)
        child.send_signal(signal.SIGTERM)
        self.assert_ends(child)

    def test_lines_go_to_the_next_log_when_nobody_reads_the_first(self):
        child = self.start_with_a_full_pipe()
        self.assertTrue(self.ask("set echo max_connections 7").startswith("OK"))
        self.write_ini(host="log = berth.log\n")
        self.assertTrue(self.ask("reload").startswith("OK"))
        log = self.folder / "berth.log"
        until(lambda: "max_connections 7" in log.read_text(encoding="utf-8"))
        child.terminate()
        self.assert_ends(child)

    def test_a_fifo_without_a_reader_is_refused_as_log(self):
        os.mkfifo(self.folder / "berth.log")
        for key in ("log", "audit_log"):
            self.write_ini(host=f"{key} = berth.log\n")
            code, said = self.run_berthd()
            self.assertEqual(code, 74)
            self.assertIn("it is a FIFO that nobody reads", said)

    def test_a_log_that_became_a_fifo_is_not_opened_again(self):
        log = self.folder / "berth.log"
        self.write_ini(host="log = berth.log\n")
        child = self.start()
        self.await_ready()
        log.unlink()
        os.mkfifo(log)
        self.assertIn("it is a FIFO that nobody reads", self.ask("log reopen"))
        child.send_signal(signal.SIGUSR1)
        self.assertTrue(self.ask("ping").startswith("OK"))
        child.terminate()
        self.assert_ends(child)


if __name__ == "__main__":
    unittest.main()
