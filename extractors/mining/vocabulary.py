"""Words that are no names: function words, vague ones of speech, and labels that stand before a colon."""

_STOP = """
a about above across after again against ago all almost along already also although always am among an and another any anyone anything
are around as at away back be became because become been before behind being below best better between both but by came can cannot could
current did do does doing done down due during each either else enough especially etc even ever every everyone everything
existing few finally first firstly follow following for former from further furthermore generally get gets given go goes going good got
had has have having he
hence her here hers herself him himself his how however i if ideally in including indeed initially instead into is it its itself just
keep last later latter least less let like likely ll made mainly make makes making many may maybe me meanwhile might mine more moreover
most mostly much must my myself nevertheless new next no nobody none nor not note nothing now obviously of off often ok okay on once one
only onto or other others otherwise our ours ourselves out over overall own per perhaps please possibly previously probably quite rather
re really recently same say second secondly see seem several shall she should similarly since so some somebody someone something
sometimes soon still such sure take than thank thanks that the their theirs them themselves then there thereby therefore these they
thing things third this those though through throughout thus to today together tomorrow too toward towards two typically under
unfortunately unless unlike until up upon us use used useful uses using usually various ve very via want was way we well went were what
whatever when whenever where whereas wherever whether which while who whoever whole whom whose why will with within without won would
yes yesterday yet you your yours yourself yeah hi hello dear um uh mm hmm hm oh ah yep nope huh mm-hmm uh-huh gonna wanna kinda sorta
bcc fw fwd mailto note notes todo tbd fixme n/a na none null true false example examples e.g i.e vs
"""
_LABELS = """
note notes warning caution important tip hint info example examples todo question questions answer status date time when where who what
why how owner owners author authors editor editors reviewer reviewers approver approvers title subject from to cc bcc sent agenda
attendees action actions ai update updates summary overview motivation goals description background details link links see related
references version default type required optional pros cons risk risks mitigation name input output usage tl;dr yes no a q location
duration recording host notetaker decision decisions agreed resolved conclusion created updated
"""
_GIVEN_NAMES_TOO = """
amber angel art august bill bob brook buck carol chance chase chip christian clay cliff crystal dale dawn dean dick don drew duke earl
earnest ernest eve faith forest frank gene glen grace grant guy happy harmony heath hope hunter iris ivy jack jay jean jewel josh joy june
lance lane lily mark mason max may melody mercy miles misty nick noel olive page pat patience pearl penny pierce prudence ray reed rich
rob robin rock rose ruby rusty sandy skip star summer sunny sue tanner trinity van violet wade ward will win
"""
_VAGUE = """
alright anyway bad big bit bits case cases cetera chance couple course day days deal end ends et fact facts guy guys half hand
hour hours idea ideas kind kinds little look lot lots manner matter matters mean mhm minute minutes mmm moment month months mr mrs ms
nnn number numbers old ones ooh part parts people person place places point points problem problems question questions reason
reasons rest right room sense side sides small sort sorts stuff term terms time times top type types ways
week weeks word words wow year years
zero three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen
twenty thirty forty fifty sixty seventy eighty ninety hundred thousand million billion percent
"""

_TRADE = """
aka asap changelog doc docs eta faq faqs fyi imo lgtm pr prs readme repo repos rsvp tbc tbd url urls utc wip
"""

STOP = frozenset(_STOP.split())
"""A name neither begins nor ends with one of these."""
_KINDS_OF_DOCUMENTS = """
design doc, design document, decision log, decision record, product brief, product outline, project brief, initiative brief, research plan,
launch plan, team charter, request for comments, requests for comments, incident report, action items
"""
_OF_DOCUMENTS = """
meeting meetings mtg notes note minutes agenda agendas decision decisions log logs standup standups retro retros charter action actions
item items summary recap template form index list overview archive sprint weekly monthly daily update updates status report reports
objectives and of the for
"""
TRADE = frozenset(_TRADE.split()) | frozenset(kind.strip() for kind in _KINDS_OF_DOCUMENTS.split(","))
"""Words of everybody's work and nobody's: a name that is nothing else is none."""
OF_DOCUMENTS = frozenset(_OF_DOCUMENTS.split())
"""Several of these say what kind of document something is (`Meetings and Decisions`, `mtg-notes-standup`), and not what it is about."""
VAGUE = frozenset(_VAGUE.split())
"""Said in every conversation, of anything: `a little bit`, `the whole thing`."""
LABELS = frozenset(_LABELS.split())
"""`Owner: ...` defines no owner."""
GIVEN_NAMES_TOO = frozenset(_GIVEN_NAMES_TOO.split())
"""Given names that are English words as well: with a sentence's capital they may be either."""
