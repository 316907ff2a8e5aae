"""LDIF, as directory servers export it: people, groups of names and of accounts, with their distinguished names resolved."""

import io
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta

from knowledge_graph.directory.model import Group, group, user
from knowledge_graph.model.access import normalise_principal
from pipelines.connectors.directory.draft import Draft

PEOPLE = frozenset({"person", "organizationalperson", "inetorgperson", "user", "posixaccount", "account"})
GROUPS = frozenset({"groupofnames", "groupofuniquenames", "group", "posixgroup", "groupofmembers", "groupofurls"})
MACHINES = frozenset({"computer"})
ACCOUNT_DISABLED = 2
NEVER = frozenset({"0", "9223372036854775807"})
WINDOWS_EPOCH = datetime(1601, 1, 1, tzinfo=UTC)
UNIX_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

Attributes = Mapping[str, Sequence[str]]


def read_ldif(files: Sequence[tuple[str, bytes]], draft: Draft) -> None:
    """Entries of all files at once, because a group may name people of another file."""
    found = [(place, dn, attributes) for name, content in files for place, dn, attributes in _entries(name, content, draft)]
    names = {_dn(dn): _principal(attributes) for _, dn, attributes in found}
    memberships: dict[str, set[str]] = {}
    for place, dn, attributes in found:
        if _classes(attributes) & GROUPS:
            _add_group(place, dn, attributes, names, draft)
        elif _classes(attributes) & PEOPLE and not _classes(attributes) & MACHINES:
            _add_person(place, dn, attributes, draft)
            for parent in attributes.get("memberof", ()):
                memberships.setdefault(names.get(_dn(parent)) or group(parent), set()).add(user(_dn(dn)))
    draft.groups += [Group(principal, (principal,), tuple(sorted(members))) for principal, members in memberships.items()]


def _entries(name: str, content: bytes, draft: Draft) -> Iterator[tuple[str, str, Attributes]]:
    """(place, distinguished name, attributes by lower-case name); a record that is not one is named and left out."""
    from ldif import LDIFParser

    line = 1
    for block in content.replace(b"\r\n", b"\n").split(b"\n\n"):
        place = f"{name} line {line + len(block) - len(block.lstrip(chr(10).encode()))}"
        line += block.count(b"\n") + 2
        if not block.strip():
            continue
        try:
            for dn, record in LDIFParser(io.BytesIO(block + b"\n")).parse():
                if dn is not None:
                    yield place, dn, _texts(record)
        except (ValueError, IndexError) as exc:
            draft.unreadable.append(f"{place}: {exc}")


def _texts(record: Mapping[str, Sequence[object]]) -> Attributes:
    """Values that are text, by the attribute's name without its options (`cn;lang-en`)."""
    found: dict[str, list[str]] = {}
    for name, values in record.items():
        found.setdefault(name.partition(";")[0].lower(), []).extend(value for value in values if isinstance(value, str))
    return found


def _classes(attributes: Attributes) -> set[str]:
    return {name.strip().lower() for name in attributes.get("objectclass", ())}


def _dn(text: str) -> str:
    return ",".join(part.strip() for part in normalise_principal(text).split(","))


def _first(attributes: Attributes, *names: str) -> str:
    return next((value for name in names for value in attributes.get(name, ()) if value.strip()), "")


def _principal(attributes: Attributes) -> str:
    """The group that an entry is, `""` for people."""
    return group(_first(attributes, "cn", "ou")) if _classes(attributes) & GROUPS else ""


def _add_group(place: str, dn: str, attributes: Attributes, names: Mapping[str, str], draft: Draft) -> None:
    principal = _principal(attributes)
    if not principal:
        draft.unreadable.append(f"{place}: a group without a name")
        return
    held = [*attributes.get("member", ()), *attributes.get("uniquemember", ())]
    members = {names.get(_dn(each)) or user(_dn(each)) for each in held if each.strip()}
    members |= {user(uid) for uid in attributes.get("memberuid", ())}
    draft.groups.append(Group(principal, (principal,), tuple(sorted(members))))


def _add_person(place: str, dn: str, attributes: Attributes, draft: Draft) -> None:
    full = " ".join(filter(None, (_first(attributes, "givenname"), _first(attributes, "sn"))))
    addresses = [address.partition(":")[2] for address in attributes.get("proxyaddresses", ()) if address.lower().startswith("smtp:")]
    values: dict[str, Sequence[str]] = {
        "id": [_first(attributes, "uid", "samaccountname", "employeenumber", "cn")],
        "name": [*attributes.get("displayname", ()), *attributes.get("cn", ()), full],
        "email": [*attributes.get("mail", ()), *attributes.get("mailalternateaddress", ()), *addresses],
        "account": [_dn(dn), *(attributes.get("userprincipalname", ())), *attributes.get("employeenumber", ())],
        "manager": [_dn(_first(attributes, "manager"))],
        "department": [_first(attributes, "department", "departmentnumber", "ou")],
        "start": [_first(attributes, "startdate", "employeestartdate", "hiredate")],
    }
    try:
        values["end"] = [_first(attributes, "enddate", "employeeenddate", "terminationdate") or _expiry(attributes)]
        values["active"] = ["no" if _disabled(attributes) else "yes"]
    except (ValueError, OverflowError) as exc:
        draft.unreadable.append(f"{place}: {exc}; this account is closed until it is mended")
        values["active"] = ["no"]
    draft.add_person(place, values)


def _expiry(attributes: Attributes) -> str:
    """The last day by `accountExpires` (Windows) or `shadowExpire` (Unix)."""
    windows, unix = _first(attributes, "accountexpires"), _first(attributes, "shadowexpire")
    if windows and windows not in NEVER:
        return (WINDOWS_EPOCH + timedelta(microseconds=int(windows) // 10)).date().isoformat()
    return (UNIX_EPOCH + timedelta(days=int(unix))).date().isoformat() if unix and int(unix) >= 0 else ""


def _disabled(attributes: Attributes) -> bool:
    control = _first(attributes, "useraccountcontrol")
    return bool(control and int(control) & ACCOUNT_DISABLED) or _first(attributes, "nsaccountlock").lower() == "true"
