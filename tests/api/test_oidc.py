"""Tokens of an identity provider: a real provider over HTTP, and every token that must not pass."""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from fastapi.testclient import TestClient

from api.app import create_app
from api.errors import InvalidToken, KeysUnavailable, UnsafeSetup
from api.keys import FRESH_S, PAUSE_S, STALE_S, Keys, KeySource
from api.oidc import LoginSettings, Oidc, OidcSettings, oidc_from_env
from api.settings import ApiSettings, require_safe, settings_from_env
from api.tokens import mint

AUDIENCE = "engram"
RSA = rsa.generate_private_key(public_exponent=65537, key_size=2048)
OTHER_RSA = rsa.generate_private_key(public_exponent=65537, key_size=2048)
EC = ec.generate_private_key(ec.SECP256R1())
ED = ed25519.Ed25519PrivateKey.generate()


def jwk(key: Any, kid: str, **more: str) -> dict[str, Any]:
    algorithm = {rsa.RSAPrivateKey: "RS256", ec.EllipticCurvePrivateKey: "ES256", ed25519.Ed25519PrivateKey: "EdDSA"}
    name = next(value for kind, value in algorithm.items() if isinstance(key, kind))
    return {**jwt.get_algorithm_by_name(name).to_jwk(key.public_key(), as_dict=True), "kid": kid, "use": "sig", **more}


@dataclass
class Provider:
    """An identity provider's two documents; `answer` replaces them by a fault."""

    issuer: str = ""
    keys: list[dict[str, Any]] = field(default_factory=lambda: [jwk(RSA, "one"), jwk(EC, "two"), jwk(ED, "three")])
    fetches: list[str] = field(default_factory=list)
    status: int = 200
    body: bytes | None = None
    told_issuer: str = ""
    tokens: dict[str, str] = field(default_factory=dict)
    exchanged: dict[str, str] = field(default_factory=dict)
    """What the last exchange of a code sent."""

    def document(self, path: str) -> bytes | None:
        self.fetches.append(path)
        if path == "/.well-known/openid-configuration":
            told = {"jwks_uri": "keys", "authorization_endpoint": "authorize", "token_endpoint": "token"}
            urls = {name: f"{self.issuer}/{path}" for name, path in told.items()}
            return json.dumps({"issuer": self.told_issuer or self.issuer, **urls}).encode()
        if path != "/keys":
            return None
        return json.dumps({"keys": self.keys}).encode() if self.body is None else self.body

    @property
    def key_fetches(self) -> int:
        return self.fetches.count("/keys")


@pytest.fixture
def provider() -> Iterator[Provider]:
    told = Provider()

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = told.document(self.path)
            self.send_response(404 if body is None else told.status)
            self.end_headers()
            self.wfile.write(body or b"")

        def do_POST(self) -> None:
            sent = self.rfile.read(int(self.headers["Content-Length"])).decode()
            told.exchanged = {name: values[0] for name, values in parse_qs(sent).items()}
            self.send_response(400 if "error" in told.tokens else 200)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(json.dumps({"token_type": "Bearer", **told.tokens}).encode())

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    told.issuer = f"http://127.0.0.1:{server.server_port}"
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield told
    server.shutdown()
    server.server_close()
    thread.join()


@dataclass
class Clock:
    now: float = 1_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def oidc(provider: Provider, clock: Clock) -> Oidc:
    settings = OidcSettings(KeySource(provider.issuer), AUDIENCE)
    return Oidc(settings, Keys(settings.keys, clock))


def claims(provider: Provider, **changes: Any) -> dict[str, Any]:
    now = int(time.time())
    made = {"iss": provider.issuer, "aud": AUDIENCE, "iat": now, "exp": now + 300, "sub": "7-7", **changes}
    return {name: value for name, value in made.items() if value is not None}


def signed(provider: Provider, key: Any = RSA, algorithm: str = "RS256", headers: dict[str, Any] | None = None, **changes: Any) -> str:
    return jwt.encode(claims(provider, **changes), key, algorithm, headers={"kid": "one"} if headers is None else headers)


def by_hand(header: dict[str, Any], body: dict[str, Any], signature: bytes = b"") -> str:
    parts = [json.dumps(header).encode(), json.dumps(body).encode(), signature]
    return ".".join(base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in parts)


def public_pem(key: rsa.RSAPrivateKey) -> bytes:
    return key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


@pytest.mark.parametrize(
    ("key", "algorithm", "kid"), [(RSA, "RS256", "one"), (RSA, "PS256", "one"), (EC, "ES256", "two"), (ED, "EdDSA", "three")]
)
def test_tokens_of_each_kind_of_key_are_accepted(oidc: Oidc, provider: Provider, key: Any, algorithm: str, kid: str) -> None:
    identity = oidc.verify(signed(provider, key, algorithm, {"kid": kid}))
    assert (identity.principals, identity.actor) == (["user:7-7"], "user:7-7")
    assert provider.fetches == ["/.well-known/openid-configuration", "/keys"]


def test_claims_become_principals(oidc: Oidc, provider: Provider) -> None:
    said: dict[str, Any] = {
        "email": "Ann@X.example",
        "email_verified": True,
        "groups": ["Finance", "group:eng"],
        "roles": ["curator", "engram-admin", "pilot"],
    }
    identity = oidc.verify(signed(provider, **said))
    assert identity.principals == ["user:7-7", "ann@x.example", "group:finance", "group:eng", "role:curator", "role:admin"]
    assert identity.actor == "ann@x.example"


@pytest.mark.parametrize("said", [{}, {"email_verified": False}, {"email_verified": "no"}, {"email_verified": None}])
def test_an_address_that_the_provider_does_not_vouch_for_names_nobody(oidc: Oidc, provider: Provider, said: dict[str, Any]) -> None:
    token = signed(provider, email="ceo@x.example", **said)
    assert oidc.verify(token).principals == ["user:7-7"]
    trusting = Oidc(replace(oidc.settings, trust_email=True))
    assert trusting.verify(token).principals == ["user:7-7", "ceo@x.example"]


@pytest.mark.parametrize(
    ("said", "principals"),
    [
        ({"groups": ["everyone", "ceo@x.example", "user:bo", "role:admin"]}, ["group:everyone", "group:ceo@x.example", "group:user:bo"]),
        ({"email": "everyone", "email_verified": True}, []),
        ({"email": "group:board@x", "email_verified": True}, []),
        ({"roles": ["group:board", "everyone", 7]}, []),
    ],
)
def test_no_claim_reaches_beyond_its_kind(oidc: Oidc, provider: Provider, said: dict[str, Any], principals: list[str]) -> None:
    assert oidc.verify(signed(provider, **said)).principals == ["user:7-7", *principals]


def test_a_subject_is_an_account_and_nothing_else(oidc: Oidc, provider: Provider) -> None:
    for subject in ("everyone", "group:board", "ceo@x.example", "role:admin"):
        assert oidc.verify(signed(provider, sub=subject)).principals == [f"user:{subject}"]


def test_claims_may_be_named_by_a_path(oidc: Oidc, provider: Provider) -> None:
    settings = replace(oidc.settings, subject_claim="oid", groups_claim="https://x.example/groups", roles_claim="realm_access.roles")
    said: dict[str, Any] = {"oid": "A-1", "https://x.example/groups": ["eng"], "realm_access": {"roles": ["curator"]}}
    assert Oidc(settings).verify(signed(provider, **said)).principals == ["user:a-1", "group:eng", "role:curator"]


@pytest.mark.parametrize(
    "said", [{"_claim_names": {"groups": "src1"}}, {"hasgroups": True}, {"groups": {"a": 1}}, {"groups": [1]}, {"groups": 5}]
)
def test_groups_that_are_left_out_or_unreadable_refuse_the_token(oidc: Oidc, provider: Provider, said: dict[str, Any]) -> None:
    """One of them may be denied something."""
    with pytest.raises(InvalidToken, match="groups"):
        oidc.verify(signed(provider, **said))


Forge = Callable[[Provider], str]
EXPIRED, SOON = -120, 120
FORGED: dict[str, Forge] = {
    "empty": lambda p: "",
    "garbage": lambda p: "not.a.token",
    "token of another installation": lambda p: signed(p, aud="another-engram"),
    "token of another provider": lambda p: signed(p, iss="https://elsewhere.example"),
    "issuer with a slash more": lambda p: signed(p, iss=p.issuer + "/"),
    "expired": lambda p: signed(p, exp=int(time.time()) + EXPIRED),
    "not yet valid": lambda p: signed(p, nbf=int(time.time()) + SOON),
    "issued in the future": lambda p: signed(p, iat=int(time.time()) + SOON),
    "wrong audience": lambda p: signed(p, aud=["other", "another"]),
    "no audience": lambda p: signed(p, aud=None),
    "no issuer": lambda p: signed(p, iss=None),
    "no expiry": lambda p: signed(p, exp=None),
    "no subject": lambda p: signed(p, sub=None),
    "subject that is no text": lambda p: signed(p, sub="\ud800"),
    "subject with NUL": lambda p: signed(p, sub="a\0b"),
    "group that is no text": lambda p: signed(p, groups=["\udfff"]),
    "empty subject": lambda p: signed(p, sub=" "),
    "alg none": lambda p: by_hand({"alg": "none", "kid": "one"}, claims(p)),
    "alg None": lambda p: by_hand({"alg": "None", "kid": "one"}, claims(p)),
    "alg missing": lambda p: by_hand({"kid": "one"}, claims(p)),
    "alg as a list": lambda p: by_hand({"alg": ["RS256"], "kid": "one"}, claims(p)),
    "signature cut off": lambda p: signed(p).rpartition(".")[0] + ".",
    "HS256 with the public key": lambda p: hmac_with_public_key(p),
    "HS256 that says RS256": lambda p: hmac_with_public_key(p, told="RS256"),
    "another key under a known id": lambda p: signed(p, OTHER_RSA),
    "a key of another kind under a known id": lambda p: signed(p, EC, "ES256"),
    "an algorithm that is not allowed": lambda p: signed(p, RSA, "RS512"),
    "unknown key id": lambda p: signed(p, OTHER_RSA, headers={"kid": "nine"}),
    "key id is a path": lambda p: signed(p, OTHER_RSA, headers={"kid": "../../../../dev/null"}),
    "key id is an address": lambda p: signed(p, OTHER_RSA, headers={"kid": f"{p.issuer}/mine"}),
    "key id is a query": lambda p: signed(p, OTHER_RSA, headers={"kid": "x' UNION SELECT 'secret"}),
    "key id is a list": lambda p: by_hand({"alg": "RS256", "kid": ["one"]}, claims(p), b"x"),
    "key id is enormous": lambda p: signed(p, OTHER_RSA, headers={"kid": "k" * 2_000}),
    "brings its own key": lambda p: signed(p, OTHER_RSA, headers={"kid": "one", "jwk": jwk(OTHER_RSA, "one")}),
    "says where its keys are": lambda p: signed(p, OTHER_RSA, headers={"kid": "one", "jku": f"{p.issuer}/mine", "x5u": f"{p.issuer}/mine"}),
    "unknown critical header": lambda p: signed(p, headers={"kid": "one", "crit": ["exp"]}),
    "enormous": lambda p: signed(p, groups=["g" * 100] * 900),
}


def hmac_with_public_key(provider: Provider, told: str = "HS256") -> str:
    text = by_hand({"alg": told, "kid": "one"}, claims(provider)).rpartition(".")[0]
    signature = hmac.new(public_pem(RSA), text.encode(), hashlib.sha256).digest()
    return f"{text}.{base64.urlsafe_b64encode(signature).rstrip(b'=').decode()}"


@pytest.mark.parametrize("forge", FORGED.values(), ids=FORGED)
def test_forged_tokens_are_refused(oidc: Oidc, provider: Provider, forge: Forge) -> None:
    with pytest.raises(InvalidToken):
        oidc.verify(forge(provider))
    assert set(provider.fetches) <= {"/.well-known/openid-configuration", "/keys"}


def test_clocks_may_differ_a_little(oidc: Oidc, provider: Provider) -> None:
    now = int(time.time())
    assert oidc.verify(signed(provider, exp=now - 30, nbf=now + 30, iat=now + 30))
    with pytest.raises(InvalidToken):
        Oidc(replace(oidc.settings, leeway_s=0)).verify(signed(provider, exp=now - 30))


def test_a_new_key_is_fetched_once_and_not_on_every_invention(oidc: Oidc, provider: Provider, clock: Clock) -> None:
    oidc.verify(signed(provider))
    provider.keys.append(jwk(OTHER_RSA, "four"))
    clock.now += PAUSE_S + 1
    assert oidc.verify(signed(provider, OTHER_RSA, headers={"kid": "four"}))
    assert provider.key_fetches == 2
    for number in range(20):
        with pytest.raises(InvalidToken):
            oidc.verify(signed(provider, OTHER_RSA, headers={"kid": f"invented-{number}"}))
    assert provider.key_fetches == 2


def test_a_key_that_was_taken_back_is_refused_soon(oidc: Oidc, provider: Provider, clock: Clock) -> None:
    oidc.verify(signed(provider))
    provider.keys.pop(0)
    clock.now += FRESH_S + 1
    with pytest.raises(InvalidToken):
        oidc.verify(signed(provider))


@pytest.mark.parametrize(
    "fault",
    [
        {"status": 500},
        {"status": 302},
        {"body": b"<html>"},
        {"body": b'{"keys": {}}'},
        {"body": b"[]"},
        {"body": b" " * 1_100_000},
        {"told_issuer": "x"},
    ],
    ids=["error", "redirect", "no JSON", "no list", "no object", "too large", "another issuer's"],
)
def test_keys_that_cannot_be_had_are_no_fault_of_the_token(oidc: Oidc, provider: Provider, clock: Clock, fault: dict[str, Any]) -> None:
    for name, value in fault.items():
        setattr(provider, name, value)
    for _ in range(3):
        with pytest.raises(KeysUnavailable):
            oidc.verify(signed(provider))
    assert len(provider.fetches) <= 2
    provider.status, provider.body, provider.told_issuer = 200, None, ""
    clock.now += PAUSE_S + 1
    assert oidc.verify(signed(provider))


def test_a_provider_that_is_away_for_a_while_stops_nobody(oidc: Oidc, provider: Provider, clock: Clock) -> None:
    oidc.verify(signed(provider))
    provider.status = 500
    clock.now += FRESH_S + 1
    assert oidc.verify(signed(provider))
    with pytest.raises(KeysUnavailable):
        oidc.verify(signed(provider, OTHER_RSA, headers={"kid": "perhaps new"}))
    clock.now += STALE_S
    with pytest.raises(KeysUnavailable):
        oidc.verify(signed(provider))


def test_what_is_published_beside_signing_keys_verifies_nothing(oidc: Oidc, provider: Provider) -> None:
    secret = base64.urlsafe_b64encode(b"s" * 32).rstrip(b"=").decode()
    provider.keys = [
        {"kty": "oct", "k": secret, "kid": "s"},
        jwk(RSA, "enc", use="enc"),
        jwk(RSA, "512", alg="RS512"),
        {"kid": "broken", "kty": "RSA"},
    ]
    for token in (
        jwt.encode(claims(provider), b"s" * 32, "HS256", headers={"kid": "s"}),
        *(signed(provider, headers={"kid": kid}) for kid in ("enc", "512", "broken")),
    ):
        with pytest.raises(InvalidToken):
            oidc.verify(token)


def test_a_token_may_leave_the_key_out_where_there_is_one(oidc: Oidc, provider: Provider) -> None:
    provider.keys = [jwk(RSA, "one"), jwk(EC, "two")]
    assert oidc.verify(signed(provider, headers={}))
    several = Oidc(oidc.settings)
    provider.keys.append(jwk(OTHER_RSA, "four"))
    with pytest.raises(InvalidToken):
        several.verify(signed(provider, headers={}))


SAFE = {"ENGRAM_OIDC_ISSUER": "https://id.x.example", "ENGRAM_OIDC_AUDIENCE": "engram"}


@pytest.mark.parametrize(
    "changes",
    [
        {"ENGRAM_OIDC_AUDIENCE": ""},
        {"ENGRAM_OIDC_ISSUER": "http://id.x.example"},
        {"ENGRAM_OIDC_JWKS_URL": "http://id.x.example/keys"},
        {"ENGRAM_OIDC_JWKS_URL": "file:///etc/keys"},
        {"ENGRAM_OIDC_ALGORITHMS": "RS256,HS256"},
        {"ENGRAM_OIDC_ALGORITHMS": "none"},
        {"ENGRAM_OIDC_LEEWAY_S": "86400"},
        {"ENGRAM_OIDC_LEEWAY_S": "-1"},
        {"ENGRAM_OIDC_EMAIL_TRUST": "always"},
    ],
)
def test_an_unsafe_setting_stops_the_start(changes: dict[str, str]) -> None:
    assert oidc_from_env(SAFE) is not None
    with pytest.raises(UnsafeSetup, match=next(iter(changes))):
        oidc_from_env({**SAFE, **changes})


def test_without_a_provider_there_is_none() -> None:
    assert oidc_from_env({}) is None


def test_with_a_provider_others_may_be_served_under_a_name_of_ours(empty_settings: ApiSettings) -> None:
    settings = replace(empty_settings, host="0.0.0.0", oidc=OidcSettings(KeySource("https://id.x.example"), "engram"))
    with pytest.raises(UnsafeSetup, match="ENGRAM_PUBLIC_URL"):
        require_safe(settings)
    require_safe(replace(settings, public_url="https://engram.x.example"))


def test_a_public_address_without_tls_is_refused(tmp_path: Any, empty_settings: ApiSettings) -> None:
    with pytest.raises(UnsafeSetup, match="ENGRAM_PUBLIC_URL"):
        settings_from_env({"ENGRAM_PUBLIC_URL": "http://engram.x.example"}, home=tmp_path, store=empty_settings.store)


@pytest.fixture
def guarded(empty_settings: ApiSettings, provider: Provider) -> Iterator[TestClient]:
    """An API behind the provider."""
    settings = replace(empty_settings, oidc=OidcSettings(KeySource(provider.issuer), AUDIENCE), public_url="https://engram.x.example")
    with TestClient(create_app(settings), base_url="http://engram.x.example", raise_server_exceptions=False) as client:
        yield client


def test_the_api_takes_the_providers_tokens_and_says_who_asks(guarded: TestClient, provider: Provider) -> None:
    token = signed(provider, email="ann@x.example", email_verified=True, roles=["curator"])
    answer = guarded.get("/me", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 200, answer.text
    assert answer.json() == {
        "actor": "ann@x.example",
        "role": "curator",
        "principals": ["ann@x.example", "everyone", "role:curator", "user:7-7"],
    }


def test_demo_tokens_end_where_a_provider_begins(guarded: TestClient, empty_settings: ApiSettings) -> None:
    token = mint(empty_settings.key, ["group:board"], issued_at=int(time.time()), lifetime_s=60)
    answer = guarded.get("/me", headers={"Authorization": f"Bearer {token}"})
    assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, "Bearer")
    assert guarded.post("/portal/login", data={"token": token}).status_code == 401


SMUGGLED = {
    "X-Forwarded-User": "ceo@x.example",
    "X-Remote-User": "ceo@x.example",
    "Remote-User": "ceo@x.example",
    "X-Auth-Request-Email": "ceo@x.example",
    "X-Auth-Request-Groups": "board",
    "X-Forwarded-Email": "ceo@x.example",
    "X-Principals": "group:board",
    "X-MS-CLIENT-PRINCIPAL-NAME": "ceo@x.example",
    "X-Original-URL": "/health",
    "X-HTTP-Method-Override": "POST",
    "Forwarded": "for=127.0.0.1;host=localhost",
    "X-Forwarded-For": "127.0.0.1",
}


def test_headers_that_name_somebody_change_nothing(guarded: TestClient, provider: Provider) -> None:
    assert guarded.get("/me", headers=SMUGGLED).status_code == 401
    bearer = {"Authorization": f"Bearer {signed(provider)}"}
    plain, smuggled = guarded.get("/me", headers=bearer), guarded.get("/me", headers={**SMUGGLED, **bearer})
    assert plain.content == smuggled.content
    assert plain.json()["principals"] == ["everyone", "user:7-7"]


@pytest.mark.parametrize("path", ["/me?access_token={}", "/me?token={}", "/search?q=x&access_token={}"])
def test_a_token_in_an_address_is_none(guarded: TestClient, provider: Provider, path: str) -> None:
    assert guarded.get(path.format(signed(provider))).status_code == 401


def test_two_tokens_are_none(guarded: TestClient, provider: Provider) -> None:
    """A proxy may look at one and we at the other."""
    token = f"Bearer {signed(provider)}"
    assert guarded.get("/me", headers=[("Authorization", token), ("Authorization", "Bearer x")]).status_code == 401


@pytest.mark.parametrize("host", ["evil.example", "engram.x.example.evil.example", "engram.x.example@evil.example", ""])
def test_other_names_are_not_answered(guarded: TestClient, host: str) -> None:
    assert guarded.get("/health", headers={"Host": host, "X-Forwarded-Host": "engram.x.example"}).status_code == 421


def test_keys_away_is_503_for_programs_and_people(guarded: TestClient, provider: Provider) -> None:
    provider.status = 500
    bearer = {"Authorization": f"Bearer {signed(provider)}"}
    answer = guarded.get("/me", headers=bearer)
    assert (answer.status_code, answer.headers["Content-Type"]) == (503, "application/problem+json")
    assert answer.headers["Retry-After"]
    assert "127.0.0.1" not in answer.text
    assert guarded.post("/portal/login", data={"token": signed(provider)}).status_code == 503


@pytest.fixture
def portal_login(empty_settings: ApiSettings, provider: Provider) -> Iterator[TestClient]:
    oidc = OidcSettings(KeySource(provider.issuer), AUDIENCE)
    settings = replace(empty_settings, oidc=oidc, login=LoginSettings("portal", "secret"), public_url="https://engram.x.example")
    with TestClient(create_app(settings), base_url="https://engram.x.example", follow_redirects=False) as client:
        yield client


def begun(client: TestClient) -> dict[str, str]:
    """The provider's page that a browser is sent to, and what it is told."""
    answer = client.get("/portal/oidc")
    assert answer.status_code == 303
    return {name: values[0] for name, values in parse_qs(urlsplit(answer.headers["Location"]).query).items()}


def test_logging_in_at_the_provider(portal_login: TestClient, provider: Provider) -> None:
    assert "/portal/oidc" in portal_login.get("/portal/login").text
    asked = begun(portal_login)
    assert (asked["response_type"], asked["client_id"], asked["code_challenge_method"]) == ("code", "portal", "S256")
    assert asked["redirect_uri"] == "https://engram.x.example/portal/oidc/callback"
    provider.tokens = {
        "access_token": signed(provider, email="ann@x.example", email_verified=True),
        "id_token": signed(provider, aud="portal", nonce=asked["nonce"]),
    }
    back = portal_login.get("/portal/oidc/callback", params={"state": asked["state"], "code": "c-1"})
    assert back.status_code == 200, back.text
    challenge = base64.urlsafe_b64encode(hashlib.sha256(provider.exchanged["code_verifier"].encode()).digest()).rstrip(b"=").decode()
    assert (provider.exchanged["code"], challenge) == ("c-1", asked["code_challenge"])
    cookie = next(value for value in back.headers.get_list("set-cookie") if value.startswith("engram_session"))
    assert {"HttpOnly", "Secure", "SameSite=strict"} <= {part.strip() for part in cookie.split(";")}
    assert portal_login.get("/portal/people").status_code == 200
    # The same answer again is nobody's login.
    assert portal_login.get("/portal/oidc/callback", params={"state": asked["state"], "code": "c-1"}).status_code == 401


def test_a_login_that_another_began_is_not_finished(portal_login: TestClient, provider: Provider) -> None:
    asked = begun(portal_login)
    provider.tokens = {"access_token": signed(provider), "id_token": signed(provider, aud="portal", nonce=asked["nonce"])}
    for params in (
        {"state": "theirs", "code": "c"},
        {"code": "c"},
        {"state": asked["state"]},
        {"error": "access_denied", "state": asked["state"]},
    ):
        begun(portal_login)
        answer = portal_login.get("/portal/oidc/callback", params=params)
        assert answer.status_code == 401
        assert "engram_session" not in "".join(answer.headers.get_list("set-cookie"))
    assert provider.exchanged == {}


@pytest.mark.parametrize("fault", ["another nonce", "no identity", "not for us", "refused"])
def test_an_answer_of_the_provider_that_is_not_ours_opens_nothing(portal_login: TestClient, provider: Provider, fault: str) -> None:
    asked = begun(portal_login)
    nonce = "other" if fault == "another nonce" else asked["nonce"]
    provider.tokens = {
        "access_token": signed(provider, aud="x" if fault == "not for us" else AUDIENCE),
        "id_token": signed(provider, aud="portal", nonce=nonce),
    }
    if fault == "no identity":
        del provider.tokens["id_token"]
    if fault == "refused":
        provider.tokens = {"error": "invalid_grant"}
    answer = portal_login.get("/portal/oidc/callback", params={"state": asked["state"], "code": "c"})
    assert answer.status_code == 401
    assert "engram_session" not in "".join(answer.headers.get_list("set-cookie"))


def test_without_a_client_the_portal_says_how_to_pass_a_token(guarded: TestClient, provider: Provider) -> None:
    page = guarded.get("/portal/login").text
    assert provider.issuer in page
    assert "/portal/oidc" not in page
    assert guarded.get("/portal/oidc", follow_redirects=False).status_code == 404
