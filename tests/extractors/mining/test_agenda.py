"""Who raises the items of an agenda, and who stands in the list below a label."""

from collections.abc import Callable

from extractors.mining import mine
from knowledge_graph.model.records import Document

Make = Callable[..., Document]
RAISED = ["qrbraun", "wkowalski", "mtoivonen", "jpfelder", "dnakorn"]


def attended(document: Document) -> set[str]:
    return {row.subject.partition("@")[0] for row in mine(document) if row.kind == "contribution" and row.place == "attended"}


def minutes(*items: str) -> str:
    return "# Minutes of the harbour team\n\n" + "\n".join(f"* {item}" for item in items) + "\n"


def test_accounts_in_brackets_raise_their_items(make_document: Make) -> None:
    text = minutes("[qrbraun/wkowalski] Swap limits", "[mtoivonen & jpfelder] Quotas", "\\[dnakorn\\] Pods", "[Ann Lee] Berths")
    assert attended(make_document("minutes/may.md", text)) == {*(f"handle:{one}" for one in RAISED), "name:ann lee"}
    assert not attended(make_document("design.md", text.replace("Minutes of", "About"))), "brackets tag anything elsewhere"


def test_what_the_text_speaks_of_is_a_tag_and_nobody(make_document: Make) -> None:
    tagged = ["[kubeadm] Upgrade kubeadm", "[kubeadm] kubeadm fails", "[in-progress] kubeadm docs", "[Action Item] Ask", "[Ann] Rota"]
    text = minutes(*(f"[{one}] An item" for one in RAISED), *tagged)
    assert attended(make_document("minutes/may.md", text)) == {f"handle:{one}" for one in RAISED}


def test_few_such_words_are_accounts_only_where_the_document_says_so(make_document: Make) -> None:
    text = minutes("[qrbraun] Swap limits", "[wkowalski] Quotas", "Thanks to @wkowalski")
    assert attended(make_document("minutes/may.md", text)) == {"handle:wkowalski"}


def test_people_listed_below_a_label(make_document: Make) -> None:
    text = "# Harbour\n\n**Attendees:**\n\n* Ann Lee (Docks)\n* Bo Ek\n* qrbraun\n* We talked about kubeadm\n* wkowalski\n"
    assert attended(make_document("minutes/may.md", text)) == {"name:ann lee", "name:bo ek", "handle:qrbraun"}


def test_a_path_below_a_label_is_nobody(make_document: Make) -> None:
    owners = "# Harbour\n\nAttendees:\n\n* qrbraun\n* kubeadm-sigs/legacyflag\n\n## Owners\n\n* kubeadm-sigs/other\n"
    found = {row.subject for row in mine(make_document("a.md", owners)) if row.kind == "contribution"}
    assert found == {"handle:qrbraun"}
