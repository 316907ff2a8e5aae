"""Words around a name that do not tell its bearers apart: legal forms, titles, articles, numbers spelled out."""

_FORMS = """
ag aktiengesellschaft ab asa as aps bv bvba co company companies corp corporation cv dba doo eg ek eood eurl gmbh gesellschaft ges inc
incorporated ivs jsc kft kg kgaa kk limited llc llp lp ltd ltda nv ojsc oao ooo oy oyj pao pjsc plc pllc pte pty pvt rl sa sab sae
sapi sarl sas sc sca se sicav sl sp spa spolka srl srls ste tbk ug ulc zao zoo zrt
"""
LONG_FORMS = (
    "limited liability company",
    "public limited company",
    "public joint stock company",
    "open joint stock company",
    "joint stock company",
    "gesellschaft mit beschrankter haftung",
    "sociedad anonima",
    "societe anonyme",
    "obshchestvo s ogranichennoy otvetstvennostyu",
    "aktsionernoe obshchestvo",
    "societatea cu raspundere limitata",
    "sp z o o",
    "n a",
    "a s",
)
"""As they are after folding to ASCII; the longer ones first."""
_HONORIFICS = """
mr mrs ms miss dr prof professor sir dame lord lady mme herr frau president chancellor minister shaikh sheikh mullah qari hon rev jr sr
"""
_NUMBERS = """
zero
one first 1st i
two second 2nd ii
three third 3rd iii
four fourth 4th
five fifth 5th
six sixth 6th
seven seventh 7th
eight eighth 8th
nine ninth 9th
ten tenth 10th
"""

FORMS = frozenset(_FORMS.split())
HONORIFICS = frozenset(_HONORIFICS.split())
JOINERS = frozenset(("the", "and", "of", "de", "for"))
NUMBERS = {word: str(number) for number, line in enumerate(_NUMBERS.strip().split("\n")) for word in line.split()}
