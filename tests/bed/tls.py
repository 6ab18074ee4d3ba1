#!/usr/bin/env python3
"""TLS in front of a server without it, or a proxy that knows CONNECT alone.

usage: tls.py TARGET PORTFILE CERT KEY [--client-ca FILE] [--authorization TEXT]
       tls.py connect PORTFILE LOG

Bytes pass as they are. With --authorization a connection whose first request
has not just this header gets 401. The proxy writes a line for each tunnel."""
import argparse
import os
import socket
import ssl
import sys
import threading

REFUSAL = b'HTTP/1.1 401 Unauthorized\r\nContent-Type: application/json\r\nContent-Length: 41\r\nConnection: close\r\n\r\n' \
          b'{"error":"who are you?","status":401}    '


def relay(source, target):
    try:
        while True:
            data = source.recv(1 << 16)
            if not data:
                break
            target.sendall(data)
    except OSError:
        pass
    finally:
        for one in (source, target):
            try:
                one.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass


def head_of(client):
    data = b""
    while b"\r\n\r\n" not in data:
        more = client.recv(1 << 16)
        if not more:
            raise OSError("no request")
        data += more
    return data


def join(client, target, first):
    server = socket.create_connection(target)
    server.sendall(first)
    threading.Thread(target=relay, args=(server, client), daemon=True).start()
    relay(client, server)


def terminate(given, context):
    host, port = given.target.split("//")[-1].split(":")

    def serve(client):
        client = context.wrap_socket(client, server_side=True)
        first = head_of(client)
        headers = [line.partition(b": ")[2] for line in first.split(b"\r\n") if line.lower().startswith(b"authorization: ")]
        if given.authorization and headers != [given.authorization.encode()]:
            client.sendall(REFUSAL)
            client.unwrap()
            return
        join(client, (host, int(port)), first)
    return serve


def tunnel(log):
    def serve(client):
        method, target, _ = head_of(client).split(b"\r\n")[0].decode().split(" ")
        with open(log, "a", encoding="utf-8") as f:
            f.write("%s %s\n" % (method, target))
        host, port = target.split(":")
        client.sendall(b"HTTP/1.1 200 Connected\r\n\r\n")
        join(client, (host, int(port)), b"")
    return serve


def quietly(serve, client):
    try:
        serve(client)
    except (OSError, ValueError):
        pass
    finally:
        client.close()


def main():
    if sys.argv[1] == "connect":
        port_file, serve = sys.argv[2], tunnel(sys.argv[3])
    else:
        parser = argparse.ArgumentParser()
        for name in ("target", "port_file", "cert", "key"):
            parser.add_argument(name)
        parser.add_argument("--client-ca")
        parser.add_argument("--authorization")
        given = parser.parse_args()
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(given.cert, given.key)
        if given.client_ca:
            context.load_verify_locations(given.client_ca)
            context.verify_mode = ssl.CERT_REQUIRED
        port_file, serve = given.port_file, terminate(given, context)
    listener = socket.create_server(("127.0.0.1", 0))
    with open(port_file + ".new", "w", encoding="ascii") as f:
        f.write(str(listener.getsockname()[1]))
    os.rename(port_file + ".new", port_file)
    while True:
        threading.Thread(target=quietly, args=(serve, listener.accept()[0]), daemon=True).start()


main()
