"""A mail server for the tests, on aiosmtpd: STARTTLS, TLS from the first byte, logins, and certificates of
several kinds, signed by an authority of its own that lives as long as this process.

    server.py [--starttls | --smtps] [--certificate good|wrong-host|expired|self-signed|future]
              [--require-tls] [--login USER:PASSWORD] [--mechanisms PLAIN,LOGIN] --directory DIR

Listens on a free port of 127.0.0.1 and prints it. DIR gets ca.pem, and messages.jsonl with one line for each
message that was handed over. Ends when its stdin is closed, so that no test leaves one behind.
"""

import argparse
import asyncio
import datetime
import ipaddress
import json
import pathlib
import ssl
import sys

from aiosmtpd.smtp import SMTP, AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

DAY = datetime.timedelta(days=1)


def arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("--directory", type=pathlib.Path, required=True)
    parser.add_argument("--starttls", action="store_true")
    parser.add_argument("--smtps", action="store_true")
    parser.add_argument("--certificate", default="good")
    parser.add_argument("--require-tls", action="store_true")
    parser.add_argument("--login")
    parser.add_argument("--mechanisms", default="PLAIN,LOGIN")
    return parser.parse_args()


def named(name):
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def write(path, *parts):
    path.touch(mode=0o600)
    path.write_bytes(b"".join(parts))


def pem(certificate):
    return certificate.public_bytes(serialization.Encoding.PEM)


def private(key):
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


def certificate(name, key, issuer, issuer_key, since, until, extensions):
    """One certificate; the extensions are pairs of what they are and whether they are critical."""
    builder = (
        x509.CertificateBuilder()
        .subject_name(named(name))
        .issuer_name(named(issuer))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(since)
        .not_valid_after(until)
    )
    for extension, critical in extensions:
        builder = builder.add_extension(extension, critical)
    return builder.sign(issuer_key, hashes.SHA256())


def tls(directory, kind):
    """The context of the server; its authority's certificate is written down for the client."""
    now = datetime.datetime.now(datetime.timezone.utc)
    authority_key = ec.generate_private_key(ec.SECP256R1())
    # A name of its own: two authorities of one name would be taken for one with a bad signature.
    authority_name = f"Test authority {x509.random_serial_number()}"
    is_authority = (x509.BasicConstraints(ca=True, path_length=0), True)
    authority = certificate(
        authority_name,
        authority_key,
        authority_name,
        authority_key,
        now - DAY,
        now + DAY,
        [is_authority],
    )
    write(directory / "ca.pem", pem(authority))
    since, until = {
        "expired": (now - 9 * DAY, now - 2 * DAY),
        "future": (now + 2 * DAY, now + 9 * DAY),
    }.get(kind, (now - DAY, now + DAY))
    if kind == "wrong-host":
        names = [x509.DNSName("other.example")]
    else:
        names = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    key = ec.generate_private_key(ec.SECP256R1())
    issuer, issuer_key = ("mail", key) if kind == "self-signed" else (authority_name, authority_key)
    extensions = [(x509.SubjectAlternativeName(names), False)]
    own = certificate("mail", key, issuer, issuer_key, since, until, extensions)
    chain = directory / "server.pem"
    write(chain, private(key), pem(own))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(chain)
    return context


class Handler:
    """Takes every message and writes it down before it says so."""

    def __init__(self, directory):
        self.messages = directory / "messages.jsonl"

    async def handle_DATA(self, server, session, envelope):
        seen = {
            "from": envelope.mail_from,
            "to": envelope.rcpt_tos,
            "tls": server.transport.get_extra_info("sslcontext") is not None,
            "login": session.auth_data,
            "text": envelope.original_content.decode(),
        }
        with self.messages.open("a") as file:
            file.write(json.dumps(seen) + "\n")
        return "250 2.0.0 queued"


def authenticator(expected):
    user, password = expected.split(":", 1)

    def check(server, session, envelope, mechanism, data):
        right = (data.login, data.password) == (user.encode(), password.encode())
        return AuthResult(success=right, handled=False, auth_data=f"{user} by {mechanism}")

    return check


async def main():
    given = arguments()
    context = tls(given.directory, given.certificate) if given.starttls or given.smtps else None
    offered = {"PLAIN", "LOGIN"} - set(given.mechanisms.split(","))
    options = {"hostname": "test.invalid", "auth_exclude_mechanism": offered}
    if given.starttls:
        options |= {"tls_context": context, "require_starttls": given.require_tls}
    if given.login:
        options |= {"authenticator": authenticator(given.login), "auth_required": True}
        # aiosmtpd counts only STARTTLS as TLS.
        options["auth_require_tls"] = given.starttls
    handler = Handler(given.directory)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: SMTP(handler, **options), "127.0.0.1", 0, ssl=context if given.smtps else None
    )
    print(server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.read)
    server.close()


asyncio.run(main())
