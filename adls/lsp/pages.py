"""Pages for a browser, for editors without webviews: on this machine only, at an address that cannot be guessed.

A request needs the page's random token and the server's own name in `Host`, so that neither another user nor a web
page that makes a name point here can read it.
"""

from __future__ import annotations

import secrets
import threading
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Pages:
    """A small server, started with the first page."""

    def __init__(self) -> None:
        self._pages: dict[str, bytes] = {}
        self._server: ThreadingHTTPServer | None = None

    def address(self, name: str, html: str) -> str:
        """The address of a page; one of the same name keeps its address and has the new text."""
        server = self._server or self._start()
        token = next((path for path in self._pages if path.endswith(f"/{name}")), "")
        path = token or f"/{secrets.token_urlsafe(24)}/{name}"
        self._pages[path] = html.encode()
        return f"http://127.0.0.1:{server.server_port}{path}"

    def close(self) -> None:
        """Stop serving."""
        server, self._server = self._server, None
        if server is not None:
            server.shutdown()
            server.server_close()

    def _start(self) -> ThreadingHTTPServer:
        pages = self._pages

        class Handler(BaseHTTPRequestHandler):
            """Gives a page to who knows its address, and nothing to anybody else."""

            def do_GET(self) -> None:
                """Answer with the page, or with 403 or 404."""
                if self.headers.get("Host") != server_name:
                    self.send_error(HTTPStatus.FORBIDDEN)
                elif self.path not in pages:
                    self.send_error(HTTPStatus.NOT_FOUND)
                else:
                    self._send(pages[self.path])

            def _send(self, page: bytes) -> None:
                self.send_response(HTTPStatus.OK)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.send_header("Content-Length", str(len(page)))
                self.send_header("Cache-Control", "no-store")
                self.send_header("Referrer-Policy", "no-referrer")
                self.end_headers()
                self.wfile.write(page)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002
                """Say nothing: standard output is the protocol's."""

        server = self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        server.daemon_threads = True
        server_name = f"127.0.0.1:{server.server_port}"
        threading.Thread(target=server.serve_forever, name="adls pages", daemon=True).start()
        return server
