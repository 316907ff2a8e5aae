"""Law 5 on what is there: every item is in exactly one final state, and nothing was left half done."""

from collections import Counter

from pipelines import sources
from pipelines.keeping.forget import unfinished
from pipelines.status import item_states
from pipelines.verification.findings import Findings
from pipelines.verification.installation import Installation


def check_states(place: Installation, found: Findings) -> None:
    counted: Counter[str] = Counter()
    for name, state in item_states(place.home):
        counted[state] += 1
        found.expect(state != "pending", name, "waits to be published. Run `engram run`.")
    found.expect(counted.total() == len(place.items), "items", f"{counted.total()} states for {len(place.items)} items")
    found.detail |= {state: str(count) for state, count in sorted(counted.items())}
    known = {source.name for source in sources.load(place.home.sources_file)}
    strays = Counter(row["source"] for row in place.live.values() if row["source"] not in known)
    for source, count in sorted(strays.items()):
        found.breach(source, f"{count} items of a source that sources.yaml does not list. List it again.")
    if begun := unfinished(place.home):
        found.breach(f"erasure of {begun['when']}", "was interrupted. Run `engram forget --finish`.")
