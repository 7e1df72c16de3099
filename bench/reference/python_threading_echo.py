#!/usr/bin/env python3
# bench/reference/python_threading_echo.py - echo on Python's ThreadingTCPServer.
#
# usage: python_threading_echo.py PORT    PORT 0 takes a free one, which is printed
import socket
import socketserver
import sys


class Echo(socketserver.BaseRequestHandler):
    def handle(self):
        self.request.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            while data := self.request.recv(64 * 1024):
                self.request.sendall(data)
        except ConnectionError:
            pass  # The client is gone.


class EchoServer(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 1024


with EchoServer(("127.0.0.1", int(sys.argv[1])), Echo) as server:
    print("listening", server.server_address[1], flush=True)
    server.serve_forever()
