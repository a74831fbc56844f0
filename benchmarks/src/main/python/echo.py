"""An echo server on asyncio: `python3 - streams` or `python3 - protocol`. Prints its port, and serves until it is ended.

A third argument is a file with a key and a certificate; then it speaks TLS.
"""

import asyncio
import ssl
import sys

CHUNK = 65536


async def echo(reader, writer):
    while data := await reader.read(CHUNK):
        writer.write(data)
        await writer.drain()
    writer.close()


class Echo(asyncio.Protocol):
    def connection_made(self, transport):
        self.transport = transport

    def data_received(self, data):
        self.transport.write(data)


async def main(kind, certificate=None):
    tls = None
    if certificate:
        tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        tls.load_cert_chain(certificate)
    if kind == "streams":
        server = await asyncio.start_server(echo, "127.0.0.1", 0, backlog=1024, ssl=tls)
    else:
        server = await asyncio.get_running_loop().create_server(Echo, "127.0.0.1", 0, backlog=1024, ssl=tls)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


asyncio.run(main(*sys.argv[1:]))
