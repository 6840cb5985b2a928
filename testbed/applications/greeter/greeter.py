"""A small web service for the testbed: it greets, reports its health, and can be told to misbehave.

The faults that concern the health endpoint are switched on by a file, not by a restart: the machine then differs from
a healthy one in that single point. The file holds one word, see `health`.
"""

import logging
import os
import time
from pathlib import Path

from fastapi import FastAPI
from fastapi.responses import JSONResponse, RedirectResponse, Response

MISBEHAVIOUR = Path("/run/greeter-misbehaviour")
STARTED = time.monotonic()

app = FastAPI(title="greeter")
log = logging.getLogger("uvicorn.error")


@app.get("/")
def greet() -> dict[str, str]:
    log.info("greeting")
    return {"message": os.environ.get("GREETING", "hello")}


@app.get("/health")
def health() -> Response:
    match misbehaviour():
        case "error":
            return JSONResponse({"status": "healthy"}, status_code=500)
        case "wrong-json":
            return JSONResponse({"status": "degraded"})
        case "not-json":
            return Response("healthy", media_type="text/plain")
        case "redirect":
            return RedirectResponse("/", status_code=301)
        case "slow":
            time.sleep(30)
    return JSONResponse({"status": "healthy", "uptime": round(time.monotonic() - STARTED, 1)})


def misbehaviour() -> str:
    try:
        return MISBEHAVIOUR.read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        return ""
