"""A small service of Python's own library alone, quick to start on an emulated server: it keeps notes in SQLite."""

import logging
import os
import pwd
import sqlite3
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

ACCOUNT = pwd.getpwuid(os.getuid()).pw_name
DATABASE = Path("/var/lib", ACCOUNT, f"{ACCOUNT}.db")

log = logging.getLogger("keeper")


class Keeper(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.answer(200, '{"status": "ok"}') if self.path == "/health" else self.answer(404, "{}")

    def do_POST(self) -> None:
        note = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        with sqlite3.connect(DATABASE, timeout=60) as database:
            database.execute("CREATE TABLE IF NOT EXISTS notes(id INTEGER PRIMARY KEY, text TEXT)")
            database.execute("INSERT INTO notes(text) VALUES (?)", [note])
        self.answer(201, "{}")

    def answer(self, status: int, text: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, format: str, *values: object) -> None:
        log.info(format, *values)


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    ThreadingHTTPServer(("127.0.0.1", int(os.environ.get("PORT", "8000"))), Keeper).serve_forever()
