"""A ticket desk for the testbed: it keeps tickets in SQLite, counts them, and talks over a WebSocket.

A request to `/exit` ends it with a failure, as a defect would; a large ticket brings a large log.
"""

import logging
import os
import sqlite3
from pathlib import Path

from fastapi import FastAPI, WebSocket
from fastapi.responses import Response

DATABASE = Path("/var/lib/desk/desk.db")

app = FastAPI(title="desk")
log = logging.getLogger("uvicorn.error")


def database() -> sqlite3.Connection:
    connection = sqlite3.connect(DATABASE, isolation_level=None, timeout=60)
    connection.execute("PRAGMA journal_mode=wal")
    connection.execute("CREATE TABLE IF NOT EXISTS tickets(id INTEGER PRIMARY KEY, text TEXT)")
    return connection


@app.get("/health")
def health() -> dict[str, str]:
    return {"status": "ok"}


@app.get("/metrics")
def metrics() -> Response:
    (count,) = database().execute("SELECT count(*) FROM tickets").fetchone()
    text = f"# HELP desk_tickets_total Tickets.\n# TYPE desk_tickets_total counter\ndesk_tickets_total {count}\n"
    return Response(text, media_type="text/plain; version=0.0.4")


@app.post("/tickets")
def add(text: str) -> dict[str, int | None]:
    log.info("ticket: %s", text)
    return {"id": database().execute("INSERT INTO tickets(text) VALUES (?)", [text]).lastrowid}


@app.websocket("/live")
async def live(socket: WebSocket) -> None:
    await socket.accept()
    async for word in socket.iter_text():
        await socket.send_text(word[::-1])


@app.post("/exit")
def leave() -> None:
    os._exit(3)
