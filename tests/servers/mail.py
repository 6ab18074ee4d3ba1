"""A mail server (aiosmtpd) for smtp.sh: mail.py FOLDER CERT KEY [--login]

Writes its port into FOLDER/port and each letter into FOLDER/N.eml, its
envelope into FOLDER/N.json. Mail to full@ is refused for now, to gone@ for
good; with --login only kenpin may send, over TLS."""
import asyncio
import json
import signal
import ssl
import sys

from aiosmtpd.smtp import SMTP, AuthResult


class Handler:
    def __init__(self, folder):
        self.folder = folder
        self.count = 0

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("full@"):
            return "452 4.2.2 the mailbox of kenpin:very-secret is full"
        if address.startswith("gone@"):
            return "550 5.1.1 there is nobody of that name"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        self.count += 1
        with open(f"{self.folder}/{self.count}.eml", "wb") as out:
            out.write(envelope.content)
        with open(f"{self.folder}/{self.count}.json", "w", encoding="utf-8") as out:
            json.dump({"from": envelope.mail_from, "to": envelope.rcpt_tos, "tls": session.ssl is not None,
                       "login": bool(session.authenticated)}, out)
        return "250 OK"


def authenticate(server, session, envelope, mechanism, data):
    return AuthResult(success=(data.login, data.password) == (b"kenpin", b"very-secret"), handled=False)


async def main(folder, cert, key, *options):
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(cert, key)
    login = "--login" in options
    handler = Handler(folder)

    def session():
        return SMTP(handler, hostname="localhost", tls_context=tls, authenticator=authenticate,
                    auth_required=login, require_starttls=login)

    server = await asyncio.get_running_loop().create_server(session, "127.0.0.1", 0)
    with open(f"{folder}/port", "w", encoding="utf-8") as out:
        print(server.sockets[0].getsockname()[1], file=out)
    await server.serve_forever()


signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
asyncio.run(main(*sys.argv[1:]))
