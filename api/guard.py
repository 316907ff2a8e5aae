"""What holds for every response: nothing is cached or framed, no script but our own runs, and only this server's names reach it."""

from collections.abc import Mapping

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.loopback import is_loopback

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
MISDIRECTED = b'{"type":"about:blank","title":"Misdirected request","status":421,"detail":"This server does not answer under that name."}'


def response_headers(path: str) -> Mapping[str, str]:
    return {
        "Cache-Control": "no-cache" if path.startswith("/static/") else "private, no-store",
        "Content-Security-Policy": CONTENT_SECURITY_POLICY,
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
    }


class Guard:
    """`host_names` are those beside loopback's that requests may address."""

    def __init__(self, app: ASGIApp, host_names: frozenset[str] = frozenset()) -> None:
        self.app = app
        self.host_names = host_names

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        extra = response_headers(scope["path"])

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(extra)
            await send(message)

        # A page elsewhere can make its own name resolve to 127.0.0.1 (DNS rebinding); its requests then carry that name.
        hosts = Headers(scope=scope).getlist("host")
        name = _host_name(hosts[0]) if len(hosts) == 1 else ""  # of two, a proxy before us may have looked at the other
        if is_loopback(name) or name in self.host_names:
            await self.app(scope, receive, send_guarded)
            return
        headers = [(b"content-type", b"application/problem+json"), (b"content-length", str(len(MISDIRECTED)).encode())]
        await send_guarded({"type": "http.response.start", "status": 421, "headers": headers})
        await send_guarded({"type": "http.response.body", "body": MISDIRECTED})


def _host_name(host: str) -> str:
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return host.partition(":")[0].lower()
