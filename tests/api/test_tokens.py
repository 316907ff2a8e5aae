"""Tokens and the secret they are signed with."""

import base64
import json
import stat
import time
from collections.abc import Callable
from pathlib import Path
from threading import Thread
from typing import Any

import jwt
import pytest

from api.errors import InvalidToken, UnsafeSetup
from api.settings import ApiSettings, require_safe, settings_from_env
from api.tokens import ISSUER, DemoKey, View, load_or_create_key, mint, verify
from knowledge_graph.curation.settings import CurationSettings
from knowledge_graph.serving.indexes import StoreSettings

KEY = DemoKey(b"k" * 48)
OTHER = DemoKey(b"o" * 32)


def claims(**changes: Any) -> dict[str, Any]:
    now = int(time.time())
    made = {"iss": ISSUER, "aud": KEY.installation, "iat": now, "exp": now + 60, "principals": ["a"], **changes}
    return {name: value for name, value in made.items() if value is not None}


def signed(**changes: Any) -> str:
    return jwt.encode(claims(**changes), KEY.secret, algorithm="HS256")


def unsigned() -> str:
    header, body = (base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode() for part in ({"alg": "none"}, claims()))
    return f"{header}.{body}."


def test_token_says_who_its_holder_is() -> None:
    token = mint(KEY, ["ann@x.org", "group:a"], issued_at=int(time.time()), lifetime_s=60, views=[View(name="Bo", principals=["bo@x.org"])])
    identity = verify(KEY, token)
    assert identity.principals == ["ann@x.org", "group:a"]
    assert [(view.name, view.principals) for view in identity.views] == [("Bo", ["bo@x.org"])]


@pytest.mark.parametrize(
    "forge",
    [
        lambda: "",
        lambda: "not.a.token",
        unsigned,
        lambda: jwt.encode(claims(), KEY.secret, algorithm="HS384"),
        lambda: jwt.encode(claims(), OTHER.secret, algorithm="HS256"),
        lambda: signed(aud=OTHER.installation),
        lambda: signed(aud=None),
        lambda: signed(iss="someone else"),
        lambda: signed(exp=None),
        lambda: signed(exp=int(time.time()) - 5),
        lambda: signed(iat=None),
        lambda: signed(iat=int(time.time()) + 600),
        lambda: signed(principals=None),
        lambda: signed(principals="everyone"),
        lambda: signed(principals=[1]),
        lambda: signed(principals=["p" * 100] * 900),
    ],
    ids=[
        *("empty", "garbage", "algorithm none", "other algorithm", "other installation's secret", "other audience", "no audience"),
        *("other issuer", "no expiry", "expired", "no issue date", "not yet", "no principals", "principals as text", "numbers", "enormous"),
    ],
)
def test_forged_tokens_are_refused(forge: Callable[[], str]) -> None:
    with pytest.raises(InvalidToken):
        verify(KEY, forge())


def test_key_is_made_once_for_the_owner_alone(tmp_path: Path) -> None:
    home = tmp_path / "new" / "home"
    key = load_or_create_key(home)
    assert load_or_create_key(home) == key
    assert stat.S_IMODE((home / "token.key").stat().st_mode) == 0o600
    assert [path.name for path in home.iterdir()] == ["token.key"]


def test_processes_that_start_together_share_one_key(tmp_path: Path) -> None:
    keys: list[DemoKey] = []
    threads = [Thread(target=lambda: keys.append(load_or_create_key(tmp_path))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(keys) == 8
    assert len(set(keys)) == 1


def test_a_key_that_others_can_read_is_refused(tmp_path: Path) -> None:
    load_or_create_key(tmp_path)
    (tmp_path / "token.key").chmod(0o644)
    with pytest.raises(UnsafeSetup, match="chmod 600"):
        load_or_create_key(tmp_path)


@pytest.mark.parametrize("content", ["", "short", "zz" * 32, "ab" * 8])
def test_a_damaged_key_is_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "token.key"
    path.write_text(content)
    path.chmod(0o600)
    with pytest.raises(UnsafeSetup, match="delete it"):
        load_or_create_key(tmp_path)


def listening_on(host: str) -> ApiSettings:
    return ApiSettings(StoreSettings("http://127.0.0.1:1"), KEY, "sqlite://", CurationSettings(Path("none")), host=host)


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.8.8", "::1", "localhost"])
def test_loopback_is_allowed(host: str) -> None:
    require_safe(listening_on(host))


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.2", "example.org", "localhost.example.org", "127.0.0.1.nip.io", ""])
def test_anything_else_is_refused_in_one_sentence(host: str) -> None:
    with pytest.raises(UnsafeSetup, match="loopback only"):
        require_safe(listening_on(host))


@pytest.mark.parametrize("port", ["0", "65536", "http", "-1", "٣"])
def test_a_wrong_port_is_refused(tmp_path: Path, port: str) -> None:
    with pytest.raises(UnsafeSetup, match="ENGRAM_API_PORT"):
        settings_from_env({"ENGRAM_API_PORT": port}, home=tmp_path, store=StoreSettings("http://127.0.0.1:1"))
