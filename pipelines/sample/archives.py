"""Zip files whose bytes depend on their content alone: the office formats are rewritten, archives are built, with fixed entry dates."""

import datetime as dt
import io
import re
import zipfile

# The writers of office files stamp the moment of saving here, whatever properties were set before.
CORE = "docProps/core.xml"
MODIFIED = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*(</dcterms:modified>)")


def archive(members: dict[str, bytes], day: dt.date) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as target:
        for name, content in members.items():
            info = zipfile.ZipInfo(name, (day.year, day.month, day.day, 12, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            info.create_system = 3
            info.external_attr = 0o644 << 16
            target.writestr(info, content)
    return out.getvalue()


def settled(office_file: bytes, day: dt.date) -> bytes:
    """The same office file with `day` in place of every time of saving."""
    with zipfile.ZipFile(io.BytesIO(office_file)) as source:
        members = {name: source.read(name) for name in source.namelist()}
    stamp = f"{day}T12:00:00Z".encode()
    members[CORE] = MODIFIED.sub(lambda found: found[1] + stamp + found[2], members[CORE])
    return archive(members, day)
