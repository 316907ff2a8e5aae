"""Registers that a machine would have written: the directory, calibration certificates, trips and tickets."""

import datetime as dt
import random
from collections.abc import Callable

from pipelines.sample.source import Organisation, Rows

TICKETS = (
    ("No readings since the night", "mast down, buoys storing, called back"),
    ("Oxygen alarm at slack tide again", "muted for the tide, explained how"),
    ("Chart empty after sign-in", "browser cache, page reloaded together"),
    ("Position is on land", "anchor drag of 40 m, site card corrected"),
    ("Readings look too smooth", "probe frozen, exchanged on next trip"),
    ("Export misses the last day of the month", "time zone of the report set"),
    ("New colleague needs a login", "added to the site by their administrator"),
    ("Turbidity jumped after service", "coated probe calibrated before coating, recalibrated"),
    ("Battery warning at 12.1 V", "planned for Thursday, exchanged"),
    ("Who muted my alarm?", "night shift did, name shown in the log"),
)
WEATHER = ("SW 3", "W 4", "N 2", "SE 5", "calm", "NW 4", "S 6")
SITES = ("Skerry Sound", "Holm Bay", "Long Reach", "Gannet Rock", "North Mole", "Dredge Line", "Outer Skerry")


def register(name: str, org: Organisation) -> Rows:
    return REGISTERS[name](org)


def _directory(org: Organisation) -> Rows:
    rows: Rows = [["name", "email", "handle", "department", "role", "joined", "left"]]
    inside = [p for p in org.people.values() if not p.external]
    for p in sorted(inside, key=lambda p: (p.joined, p.role)):
        rows.append([p.name, p.email, p.handle, p.department, p.role, str(p.joined), str(p.left or "")])
    return rows


def _certificates(org: Organisation) -> Rows:
    chance = random.Random("certificates")
    rows: Rows = [["certificate", "date", "probe", "quantity", "bench", "deviation", "valid until", "signed"]]
    for number in range(1, 61):
        day = dt.date(2025, 1, 6) + dt.timedelta(days=number * 5)
        quantity, months = (("turbidity NTU", 9), ("oxygen mg/l", 6))[number % 3 == 0]
        until = day + dt.timedelta(days=30 * months)
        signed = org.name("aisha" if number % 4 else "nadia")
        probe = f"{quantity[0].upper()}-{200 + number * 7 % 180}"
        rows.append([f"25-{number * 19:04d}", str(day), probe, quantity, 1 + number % 2, chance.randint(1, 40) / 100, str(until), signed])
    return rows


def _trips(org: Organisation) -> Rows:
    chance = random.Random("trips")
    rows: Rows = [["date", "site", "crew", "weather", "buoys", "result"]]
    for week in range(46):
        day = dt.date(2025, 1, 8) + dt.timedelta(days=7 * week + week % 2)
        wind = chance.choice(WEATHER)
        stopped = wind == "S 6"
        result = "stopped by the skipper, Working on Water" if stopped else "done"
        crew = f"{org.name('callum')}, {org.name('diego') if week % 3 else 'apprentice'}"
        rows.append([str(day), chance.choice(SITES), crew, wind, 0 if stopped else chance.randint(2, 9), result])
    return rows


def _tickets(_: Organisation) -> Rows:
    chance = random.Random("tickets")
    rows: Rows = [["ticket", "date", "customer", "site", "subject", "answer", "hours open"]]
    for number in range(74):
        storm = 14 <= number < 65
        day = dt.date(2024, 12, 2) + dt.timedelta(days=(number - 14) // 3) if storm else dt.date(2024, 10, 3) + dt.timedelta(days=number)
        subject, answer = TICKETS[0] if storm and number % 4 else chance.choice(TICKETS)
        site = "Holm Bay" if storm else chance.choice(SITES[:3])
        rows.append([5100 + number, str(day), "Brightwater Farms", site, subject, answer, chance.randint(1, 30)])
    return rows


REGISTERS: dict[str, Callable[[Organisation], Rows]] = {
    "directory": _directory,
    "certificates": _certificates,
    "trips": _trips,
    "tickets": _tickets,
}
