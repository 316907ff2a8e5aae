"""Labels that say what people did or which role they have, as documents write them in several languages: `Attendees:`, `Anwesend:`."""

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple


class _Words(NamedTuple):
    owning: frozenset[str]
    roles: dict[str, str]
    kinds: dict[str, str]


_ENGLISH = _Words(
    owning=frozenset({"owner", "chair", "lead", "maintainer"}),
    roles={
        "chair": "chair", "chairs": "chair", "co-chair": "chair", "co-chairs": "chair", "chairperson": "chair", "chairman": "chair",
        "chairwoman": "chair", "lead": "lead", "leads": "lead", "tech lead": "lead", "tech leads": "lead", "technical lead": "lead",
        "technical leads": "lead", "team lead": "lead", "team leads": "lead", "project lead": "lead", "project leads": "lead",
        "head": "lead", "leadership": "lead", "subproject leads": "lead", "owner": "owner", "owners": "owner", "product owner": "owner",
        "product owners": "owner", "project manager": "owner", "product manager": "owner", "program manager": "owner",
        "subproject owners": "owner", "owning team": "owner", "responsible": "owner", "contact": "contact", "contacts": "contact",
        "contact person": "contact", "point of contact": "contact", "points of contact": "contact",
        "maintainer": "maintainer", "maintainers": "maintainer",
        "approver": "approver", "approvers": "approver", "reviewer": "reviewer", "reviewers": "reviewer", "sponsor": "sponsor",
        "sponsors": "sponsor", "shepherd": "shepherd", "shepherds": "shepherd", "steering committee liaison": "liaison",
        "liaison": "liaison", "member": "member", "members": "member", "emeritus": "emeritus", "emeritus leads": "emeritus",
        "facilitator": "facilitator", "organizer": "organizer", "organizers": "organizer", "organiser": "organizer",
        "organisers": "organizer", "coordinator": "coordinator", "coordinators": "coordinator",
        "mentor": "mentor", "mentors": "mentor", "driver": "owner",
        "drivers": "owner", "champion": "owner", "champions": "owner", "team members": "member", "council members": "member",
        "membership": "member", "led by": "lead", "run by": "lead", "maintained by": "maintainer", "owned by": "owner",
        "expert": "expert", "experts": "expert", "subject matter expert": "expert", "subject matter experts": "expert",
        "engineering manager": "lead", "engineering managers": "lead", "delivery manager": "lead", "design manager": "lead",
        "team manager": "lead", "programme manager": "owner", "director": "lead",
        "accountable": "owner", "dri": "owner", "dris": "owner", "poc": "contact", "pocs": "contact", "po": "owner", "pm": "owner",
        "individual": "member", "team member": "member", "staff member": "member", "staff": "member", "technical contact": "contact",
        "manager": "lead", "co-lead": "lead", "co-leads": "lead", "vice-chair": "chair", "vice chair": "chair", "deputy chair": "chair",
        "president": "chair", "secretary": "secretary", "treasurer": "treasurer",
        "document owner": "owner", "process owner": "owner", "business owner": "owner", "service owner": "owner",
    },
    kinds={
        "author": "wrote", "authors": "wrote", "written by": "wrote", "by": "wrote", "creator": "wrote", "prepared by": "wrote",
        "editor": "edited", "editors": "edited", "edited by": "edited", "presenter": "presented", "presenters": "presented",
        "presented by": "presented", "speaker": "presented", "speakers": "presented", "demo by": "presented", "attendees": "attended",
        "attendee": "attended", "attending": "attended", "participants": "attended", "present": "attended", "in attendance": "attended",
        "facilitator": "presented", "host": "presented", "moderator": "presented", "recorder": "wrote", "note taker": "wrote",
        "notetaker": "wrote", "note-taker": "wrote", "notes by": "wrote", "scribe": "wrote", "decided by": "decided",
        "approved by": "decided", "decision makers": "decided", "deciders": "decided", "asked by": "asked", "reported by": "asked",
        "reporter": "asked", "answered by": "answered", "from": "sent", "to": "received", "cc": "received",
        "observers": "attended", "guests": "attended", "attendance": "attended", "roll call": "attended", "also present": "attended",
        "members present": "attended",
        "attended by": "attended", "rollcall": "attended", "attended": "attended",
        "on the call": "attended", "council members": "attended", "minutes by": "wrote", "minutes": "wrote",
        "authored by": "wrote", "implemented by": "edited", "implementer": "edited", "assignee": "edited", "assignees": "edited",
        "assigned to": "edited", "reviewed by": "edited", "driver": "owner", "drivers": "owner", "champion": "owner",
        "champions": "owner", "pep-delegate": "decided", "bdfl-delegate": "decided", "delegate": "decided", "decider": "decided",
        "minute taker": "wrote", "minutes taken by": "wrote", "minutes prepared by": "wrote",
        "contributors": "edited", "contributor": "edited", "student": "edited", "students": "edited",
        "stakeholders": "mentioned", "stakeholder": "mentioned", "acknowledgements": "mentioned", "acknowledgments": "mentioned",
    },
)  # fmt: skip

_KINDS_ELSEWHERE = """
attended: anwesend, anwesende, anwesende personen, teilnehmer, teilnehmerin, teilnehmerinnen, teilnehmende, teilnehmer/innen
attended: teilnehmer*innen, teilnehmerinnen und teilnehmer, teilgenommen haben, mit dabei, gäste, anwesenheit, moderation, présents, présent
attended: présentes, présent(e)s, étaient présents, sont présents, membres présents, personnes présentes, participant, participantes
attended: asistentes, asistencia, presentes, asisten, asistieron, presenti, partecipanti, partecipano, participam, aanwezig, aanwezigen
attended: deelnemers, obecni, uczestnicy
attended: närvarande, deltagare, deltagere, deltakere, til stede, tilstede, läsnä, osallistujat, присутствовали, присутствуют
attended: присутствующие, участники
wrote: autor, autoren, autorin, autorinnen, verfasser, verfasserin, verfasst von, erstellt von, geschrieben von, protokoll, protokollant
wrote: protokollantin, protokollführer, protokollführerin, protokollführung, schriftführer, schriftführerin, schriftführung, auteur
wrote: auteurs, auteure, autrice, rédacteur, rédactrice, rédigé par, secrétaire de séance, compte rendu par, autores, autora
wrote: redactado por, elaborado por, escrito por, autore, autori, redatto da, scritto da, verbalizzante, segretario verbalizzante
wrote: notulist, opgesteld door, geschreven door, autorzy, protokolant, författare, forfatter, sekreterare, referat ved, автор, авторы
wrote: секретарь, протокол вел, протокол вела
edited: bearbeitet von, bearbeiter, bearbeiterin, geprüft von, zugewiesen an, modifié par, relu par, assigné à, editado por
edited: revisado por, asignado a, modificato da, rivisto da, assegnato a, bewerkt door, herzien door, toegewezen aan
presented: moderatorin, vortrag, vortragende, vortragender, sitzungsleitung, versammlungsleitung, gesprächsleitung, versammlungsleiter
presented: versammlungsleiterin, sitzungsleiter, sitzungsleiterin
presented: animateur, animatrice, animé par, présenté par, présentateur, ponente, ponentes, presentado por, moderador, moderadora
presented: relatore, relatori, presentato da, moderatore, spreker, sprekers, gepresenteerd door, докладчик
decided: genehmigt von, freigegeben von, entschieden von, approuvé par, validé par, aprobado por, approvato da, goedgekeurd door
"""
_ROLES_ELSEWHERE = """
chair: vorsitz, vorsitzender, vorsitzende, vorstandsvorsitz, président, présidente, presidente, presidenta, voorzitter, przewodniczący
chair: ordförande, ordstyrer, möteordförande, председатель, vicepresidente, vicepresidenta, vice-président, vice-présidente
chair: stellvertretender vorsitzender, stellvertretende vorsitzende, presidencia, vicepresidencia, présidence, vice-présidence, presidenza
secretary: secretario, secretaria, secretaría, secrétariat, secrétaire, segretario, segretaria, secretário, secretária
treasurer: tesorero, tesorera, tesorería, trésorerie, tesoreria, trésorier, trésorière, tesoriere, tesoureiro, tesoureira
treasurer: schatzmeister, schatzmeisterin, kassenwart, kassenwartin, penningmeester, kassör, kasserer
lead: leitung, leiter, leiterin, teamleitung, teamleiter, teamleiterin, projektleitung, projektleiter, projektleiterin
lead: abteilungsleitung, abteilungsleiter, abteilungsleiterin, chef de projet, cheffe de projet, chef d'équipe, jefe de proyecto
lead: jefa de proyecto, líder, capo progetto, capoprogetto, project manager, projectleider, teamleider, kierownik projektu
lead: projektledare, prosjektleder, projektleder, руководитель
owner: verantwortlich, verantwortliche, verantwortlicher, zuständig, zuständigkeit, eigentümer, federführung, responsable, responsables
owner: propriétaire, responsabile, responsabili, verantwoordelijk, verantwoordelijke, eigenaar, odpowiedzialny, ansvarig, ansvarlig
owner: ответственный, ответственная, ответственные
contact: ansprechpartner, ansprechpartnerin, ansprechperson, kontakt, kontaktperson, interlocuteur, interlocutrice, contacto, contatto
contact: referente, contactpersoon, контакт
coordinator: coordinador, coordinadora, coordinadores, coordinateur, coordinatrice, koordinator, koordinatorin, koordination
coordinator: coordinatore, coördinator
member: vocal, vocales, vocalía
member: mitglied, mitglieder, teammitglieder, membre, membres, miembro, miembros, membro, membri, membros, leden, członkowie
member: medlemmar, medlemmer
"""


def _words(lines: str) -> Iterator[tuple[str, str]]:
    for line in lines.strip().splitlines():
        meaning, _, words = line.partition(": ")
        yield from ((word, meaning) for word in words.split(", "))


def _with(english: Mapping[str, str], elsewhere: str) -> dict[str, str]:
    """What a word means in English comes first."""
    return {**dict(_words(elsewhere)), **english}


LABELS = _Words(_ENGLISH.owning, _with(_ENGLISH.roles, _ROLES_ELSEWHERE), _with(_ENGLISH.kinds, _KINDS_ELSEWHERE))
PRESENT = re.compile(
    r"\b(?:present|attended|attending|in attendance|anwesend|teilgenommen|présente?s?|assist(?:ent|aient)|presentes?|asist(?:en|ieron|ido)"
    r"|presenti|partecipano|aanwezig|obecni|närvarande|til ?stede)\b",
    re.IGNORECASE,
)
"""What a sentence before a list of those who came says of them."""
MEMBERS = re.compile(
    r"\b(?:(?:following|current|these) members|members (?:are|of)|folgende[nr]? (?:personen|mitglieder[n]?)|mitglieder sind"
    r"|membres suivants|siguientes (?:miembros|personas)|seguenti membri)\b",
    re.IGNORECASE,
)
"""What a sentence before a list of a group's people says of them (`The team consists of the following members:`)."""
DECIDED = (
    r"beschluss|beschlüsse|beschlossen|entscheidung(?:en)?|entschieden|décisions?|décidé|résolutions?|decisi(?:ón|ones)|acuerdos?|acordado"
    r"|decision[ei]|deciso|delibera|besluit(?:en)?|beslissing(?:en)?|besloten|decyzj[ae]|uchwał[ay]|beslut(?:ning(?:er)?)?"
    r"|решени[ея]|решили|постановили"
)
"""What a decision is labelled with in other languages than English, as part of a pattern."""
ACTION = (
    r"action(?: items?| points?| required)?|actions|ais?|to[- ]?do(?:['\u2019]?s)?|tasks?|follow[- ]?ups?|next steps?|aufgaben?|maßnahmen?"
    r"|nächste schritte|arbeitsauftr(?:ag|äge)|actions? à mener|à faire|tâches?|prochaines? étapes?|acci(?:ón|ones)|tareas?|próximos pasos"
    r"|azion[ei]|compit[oi]|prossimi passi|acties?|actiepunt(?:en)?|taken|vervolgstappen|aç(?:ão|ões)|tarefas?|próximos passos"
    r"|zada(?:nie|nia)|åtgärd(?:er)?|uppgift(?:er)?|oppgaver?|opgaver?|nästa steg|neste steg|næste skridt|задач[аи]|поручени[ея]"
)
"""What an action that somebody took is labelled with, as part of a pattern."""
_DOER = """who, by whom, assignee, assigned to, responsible, wer, qui, quién, chi, wie, kto, vem, hvem, кто"""
DOER = frozenset(_DOER.split(", "))
"""Heads of the column of a table of actions that says who took each."""
AWAY = re.compile(
    r"\b(?:absent|away|apologies|regrets|excused|not present|not in attendance|not attending|absentees"
    r"|unable to attend|abwesend\w*|entschuldigt\w*|verhindert|fehlend\w*|excusée?s?|absente?s?"
    r"|ausentes?|ausencias|disculpad[oa]s|assent[ei]|giustificati|afwezig\w*|nieobecn\w+|frånvarande|fraværende|отсутствовали)\b",
    re.IGNORECASE,
)
"""Words for who did not come."""
MINUTES_ELSEWHERE = (
    r"[^\W\d_]*(?:protokoll|sitzung|besprechung)[^\W\d_]*|comptes?[ -]?rendus?|réunions?|procès[ -]verba(?:l|ux)|actas?|reuni(?:ón|ones)"
    r"|verbal[ei]|riunion[ei]|notulen|vergadering(?:en)?|протокол\w*|совещани\w*"
)
MINUTES = re.compile(
    rf"(?<![^\W_])(?:minutes?|meetings?|(?:call)?notes|agendas?|stand-?ups?|syncs?|calls?|retros?|retrospectives?|referat|{MINUTES_ELSEWHERE})(?![^\W_])",
    re.IGNORECASE,
)
"""What minutes are called."""
