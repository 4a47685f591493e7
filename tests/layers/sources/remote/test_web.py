"""What the HTTP side promises by itself: certificates, redirects, waits, secrets that stay with their host."""

import shutil
import ssl
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from layers.errors import SourceError
from layers.sources.remote.web import retry_after_s
from tests.peers import services
from tests.peers.asked import frame_of, source_of, stored, take_it
from tests.peers.http import Answer, serving
from tests.peers.proxy import proxy
from tests.peers.records import records


@pytest.fixture
def private_authority(tmp_path):
    if shutil.which("openssl") is None:
        pytest.skip("openssl, which makes the certificate, is not installed")
    key, certificate = tmp_path / "key.pem", tmp_path / "ca.pem"
    name = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"]
    make = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    subprocess.run([*make, "-keyout", key, "-out", certificate, "-days", "2", *name], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    return certificate, context


class _Downgrade(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(302)
        self.send_header("Location", "http://localhost:9/plain")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


@pytest.fixture
def downgrading(private_authority):
    certificate, context = private_authority
    server = HTTPServer(("localhost", 0), _Downgrade)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    server.handle_error = lambda *_: None  # a client that does not trust it hangs up
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    yield f"https://localhost:{server.server_port}", certificate
    server.shutdown()
    server.server_close()
    thread.join()


def test_a_certificate_nobody_vouches_for_is_refused(downgrading, tmp_path, monkeypatch):
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    address, _ = downgrading
    with pytest.raises(SourceError, match=r"certificate that is not trusted\. Name its authority in ca_file") as caught:
        take_it(source_of("socrata", "", address=address), tmp_path)
    assert caught.value.fault == "refused"


@pytest.mark.parametrize("by", ["ca_file", "SSL_CERT_FILE"])
def test_a_private_authority_is_trusted_and_no_redirect_leaves_tls(by, downgrading, tmp_path, monkeypatch):
    address, certificate = downgrading
    said = {"ca_file": certificate} if by == "ca_file" else {}
    if by == "SSL_CERT_FILE":
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with pytest.raises(SourceError, match="redirects from https to http, which is refused"):
        take_it(source_of("socrata", "", address=address, **said), tmp_path)


def test_a_certificate_file_that_is_none_is_named(tmp_path):
    (tmp_path / "ca.pem").write_text("nothing")
    with pytest.raises(SourceError, match=r"ca\.pem cannot be read"):
        take_it(source_of("socrata", "", address="https://localhost:9", ca_file=tmp_path / "ca.pem"), tmp_path)


def test_a_secret_header_stays_with_its_host(peer, tmp_path, monkeypatch):
    monkeypatch.setenv("TOWN_TOKEN", "hunter2")
    with serving({"socrata": services.socrata(records())}) as other:
        peer.services["socrata"] = lambda asked: Answer(
            b"",
            status=307,
            headers={
                "Location": f"{other.address}/socrata/x.json?{'&'.join(f'{k}={v}' for k, v in asked.query.items())}"
            },
        )
        source = source_of("socrata", peer.address, headers={"X-App-Token": "${TOWN_TOKEN}"})
        assert len(frame_of(take_it(source, tmp_path), source)) == 7
        assert {request.headers["X-App-Token"] for request in peer.requests} == {"hunter2"}
        assert {request.headers.get("X-App-Token") for request in other.requests} == {None}


def test_a_proxy_of_the_environment_is_used(peer, tmp_path, monkeypatch):
    peer.services["http:"] = lambda _: Answer(b"[]")  # a proxy is asked for the whole address
    monkeypatch.setenv("HTTP_PROXY", peer.address)
    monkeypatch.delenv("NO_PROXY", raising=False)
    with pytest.raises(SourceError):
        take_it(source_of("socrata", "", address="http://data.example.invalid/x.json"), tmp_path)
    assert peer.requests[0].headers["Host"] == "data.example.invalid"
    assert stored(tmp_path) == []


@pytest.mark.parametrize("allowed", ["localhost", "elsewhere.example"])
def test_a_private_authority_behind_a_proxy_with_a_list_of_hosts(allowed, private_authority, tmp_path, monkeypatch):
    certificate, context = private_authority
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    monkeypatch.delenv("NO_PROXY", raising=False)
    with serving({"socrata": services.socrata(records())}, tls=context) as peer, proxy(allowed) as between:
        monkeypatch.setenv("HTTPS_PROXY", between.address)
        source = source_of("socrata", peer.address)
        if allowed == "localhost":
            assert len(frame_of(take_it(source, tmp_path), source)) == 7
        else:
            with pytest.raises(SourceError, match="look at network and proxy"):
                take_it(source, tmp_path)
            assert (peer.requests, stored(tmp_path)) == ([], [])
        assert set(between.asked) == {f"CONNECT {peer.address.removeprefix('https://')}"}


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"Retry-After": "120"}, 120),
        ({"Retry-After": "Mon, 01 Jan 2024 00:01:00 GMT", "Date": "Mon, 01 Jan 2024 00:00:00 GMT"}, 60),
        ({"Retry-After": "Mon, 01 Jan 2024 00:00:00 GMT", "Date": "Mon, 01 Jan 2024 00:01:00 GMT"}, 0),
        ({"Retry-After": "soon"}, None),
    ],
)
def test_how_long_a_server_asks_to_wait(headers, seconds):
    assert retry_after_s(headers) == seconds
