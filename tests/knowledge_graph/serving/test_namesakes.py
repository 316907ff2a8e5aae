"""Which people of one name count as one where it is ranked who knows something."""

from knowledge_graph.directory.model import Entry
from knowledge_graph.directory.model import Person as Described
from knowledge_graph.fold.partial import PersonPartial
from knowledge_graph.fold.rulings import NO_RULINGS, Rulings, replay
from knowledge_graph.model.access import EVERYONE, Access, Reader
from knowledge_graph.model.verdicts import Kind, Verdict
from knowledge_graph.serving.namesakes import pooled
from knowledge_graph.serving.people import Person


def person(address: str, name: str = "Ann Lee", documents: int = 1, entries: tuple[Entry, ...] = ()) -> Person:
    return Person(f"email:{address}", (f"email:{address}",), PersonPartial(documents, names={name: documents}), entries)


def counted(*people: Person, rulings: Rulings = NO_RULINGS) -> set[tuple[str, ...]]:
    return {tuple(sorted(one.emails)) for one in pooled(people, rulings).values()}


def test_two_addresses_of_one_name_are_one_and_the_busier_stands_for_both() -> None:
    found = pooled([person("ann@old.example", documents=2), person("ann@new.example", documents=5)], NO_RULINGS)
    assert {one.id for one in found.values()} == {"email:ann@new.example"}
    assert set(found) == {"email:ann@old.example", "email:ann@new.example"}
    assert found["email:ann@old.example"].partial.documents == 7


def test_namesakes_at_one_company_stay_two() -> None:
    assert counted(person("ann@x.example"), person("ann.lee@x.example")) == {("ann@x.example",), ("ann.lee@x.example",)}


def test_a_single_name_makes_nobody_one() -> None:
    assert len(counted(person("ann@x.example", "Ann"), person("ann@y.example", "Ann"))) == 2


def account(handle: str, name: str = "") -> Person:
    return Person(f"handle:{handle}", (f"handle:{handle}",), PersonPartial(1, names={name or f"@{handle}": 1}))


def test_a_handle_is_whose_address_begins_with_it() -> None:
    found = pooled([person("zqannlee@x.example", documents=3), account("ZqAnnLee")], NO_RULINGS)
    assert {one.id for one in found.values()} == {"email:zqannlee@x.example"}
    assert next(iter(found.values())).handles == ("ZqAnnLee",)


def test_a_usual_name_or_another_persons_full_name_is_no_such_handle() -> None:
    for handle, name in (("alexander", ""), ("zqa", ""), ("zqannlee", "Bo Ek")):
        assert len({one.id for one in pooled([person(f"{handle}@x.example"), account(handle, name)], NO_RULINGS).values()}) == 2


def test_a_name_and_an_account_make_three_one() -> None:
    three = [person("zqannlee@x.example", documents=3), account("zqannlee"), person("ann@y.example")]
    assert len({one.id for one in pooled(three, NO_RULINGS).values()}) == 1


def test_two_whom_the_directory_describes_stay_two() -> None:
    described = [Entry("hr", Described(id, ("Ann Lee",)), (f"email:ann@{id}.example",)) for id in ("a", "b")]
    one, other = (person(f"ann@{entry.person.id}.example", entries=(entry,)) for entry in described)
    assert len(counted(one, other)) == 2
    assert len(counted(one, person("ann@c.example"))) == 1


def test_what_a_curator_parted_stays_parted() -> None:
    one, other = person("ann@x.example"), person("ann@y.example")
    split = Verdict(Kind.SPLIT, one.id, other.id, access=Access.of([EVERYONE]), seq=1, id="v1")
    assert len(counted(one, other, rulings=replay([split], Reader.of([EVERYONE])))) == 2
