"""An authority that signs certificates over ACME (RFC 8555), for machines that reach no other.

As a real one it asks the site for the answer to its challenge, and signs with an intermediate certificate; that requests are
signed by their account it takes on trust. Its first certificate ends in 20 days, when certbot renews; the others last for 90.
"""

import base64
import hashlib
import http.client
import json
import secrets
import subprocess
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

HERE = "http://127.0.0.1:14000"
SITES = ("127.0.0.1", 80)
FILES = Path("/root/authority")
EXTENSIONS = {
    "root": "basicConstraints=critical,CA:true\nkeyUsage=critical,keyCertSign,cRLSign\nsubjectKeyIdentifier=hash\n",
    "site": "basicConstraints=critical,CA:false\nextendedKeyUsage=serverAuth\nsubjectAltName=DNS:{}\n",
}

account = {}
orders = []


def openssl(*arguments):
    subprocess.run(["openssl", *arguments], cwd=FILES, check=True, capture_output=True)


def sign(request, form, signer, extensions, days, result):
    (FILES / "extensions").write_text(extensions)
    by = ["-signkey", "root.key"] if signer is None else ["-CA", f"{signer}.pem", "-CAkey", f"{signer}.key", "-CAcreateserial"]
    openssl("x509", "-req", "-inform", form, "-in", request, *by, "-extfile", "extensions", "-days", str(days), "-out", result)


def found_authority():
    FILES.mkdir(exist_ok=True)
    for name, signer in ("root", None), ("intermediate", "root"):
        key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", f"{name}.key"]
        openssl("req", "-new", *key, "-subj", f"/CN=testbed {name}", "-out", f"{name}.csr")
        sign(f"{name}.csr", "PEM", signer, EXTENSIONS["root"], 3650, f"{name}.pem")


def decoded(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def encoded(content):
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def thumbprint(key):
    """RFC 7638."""
    members = {name: key[name] for name in ("crv", "e", "kty", "n", "x", "y") if name in key}
    return encoded(hashlib.sha256(json.dumps(members, sort_keys=True, separators=(",", ":")).encode()).digest())


class Order:
    def __init__(self, identifiers):
        self.url = f"{HERE}/order/{len(orders)}"
        self.identifiers = identifiers
        self.tokens = [secrets.token_urlsafe(32) for _ in identifiers]
        self.proven = [False for _ in identifiers]
        self.chain = None

    def body(self):
        status = "valid" if self.chain else "ready" if all(self.proven) else "pending"
        places = [f"{self.url}/authorization/{place}" for place in range(len(self.tokens))]
        body = {"status": status, "identifiers": self.identifiers, "authorizations": places, "finalize": f"{self.url}/finalize"}
        return body | ({"certificate": f"{self.url}/certificate"} if self.chain else {})

    def challenge(self, place):
        status = "valid" if self.proven[place] else "pending"
        return {"type": "http-01", "status": status, "url": f"{self.url}/challenge/{place}", "token": self.tokens[place]}

    def authorization(self, place):
        status = "valid" if self.proven[place] else "pending"
        return {"status": status, "identifier": self.identifiers[place], "challenges": [self.challenge(place)]}

    def ask_site(self, place):
        token = self.tokens[place]
        site = http.client.HTTPConnection(*SITES, timeout=20)
        site.request("GET", f"/.well-known/acme-challenge/{token}", headers={"Host": self.identifiers[place]["value"]})
        answer = site.getresponse()
        expected = f"{token}.{thumbprint(account['key'])}"
        self.proven[place] = answer.status == 200 and answer.read().decode().strip() == expected

    def finalize(self, request):
        (FILES / "site.csr").write_bytes(request)
        names = ",DNS:".join(identifier["value"] for identifier in self.identifiers)
        first = not any(order.chain for order in orders)
        sign("site.csr", "DER", "intermediate", EXTENSIONS["site"].format(names), 20 if first else 90, "site.pem")
        self.chain = (FILES / "site.pem").read_bytes() + (FILES / "intermediate.pem").read_bytes()


class Acme(BaseHTTPRequestHandler):
    def answer(self, body, status=200, kind="application/json", **headers):
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        headers |= {"Replay-Nonce": secrets.token_urlsafe(16), "Content-Type": kind, "Content-Length": str(len(content))}
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    def do_HEAD(self):
        self.answer(b"")

    def do_GET(self):
        places = {"newNonce": "nonce", "newAccount": "account", "newOrder": "order", "revokeCert": "revoke", "keyChange": "key"}
        self.answer({name: f"{HERE}/{place}" for name, place in places.items()} | {"meta": {}})

    def do_POST(self):
        request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        payload = decoded(request["payload"])
        match self.path.strip("/").split("/"):
            case ["account", *_]:
                account["key"] = json.loads(decoded(request["protected"])).get("jwk", account.get("key"))
                self.answer({"status": "valid"}, 201, Location=f"{HERE}/account/1")
            case ["order"]:
                orders.append(Order(json.loads(payload)["identifiers"]))
                self.answer(orders[-1].body(), 201, Location=orders[-1].url)
            case ["order", number, *rest]:
                self.about(orders[int(number)], payload, rest)
            case _:
                self.answer({"type": "urn:ietf:params:acme:error:malformed"}, 404, "application/problem+json")

    def about(self, order, payload, rest):
        match rest:
            case ["authorization", place]:
                self.answer(order.authorization(int(place)))
            case ["challenge", place]:
                order.ask_site(int(place))
                self.answer(order.challenge(int(place)), Link=f'<{order.url}/authorization/{place}>;rel="up"')
            case ["certificate"]:
                self.answer(order.chain, kind="application/pem-certificate-chain")
            case _:
                if rest == ["finalize"]:
                    order.finalize(decoded(json.loads(payload)["csr"]))
                self.answer(order.body(), Location=order.url)


found_authority()
HTTPServer(("127.0.0.1", 14000), Acme).serve_forever()
