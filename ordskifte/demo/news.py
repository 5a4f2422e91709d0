"""The news of a municipality that does not exist: Fjordvik, with a school and a library of its own.

Texts only, in nynorsk and bokmål as a real one mixes them. `hours_old`: how long before the demo began each was published.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class NewsText:
    """A news item. `picture`: the number of its drawing; `by`: the photographer, where one is named; `school`: the school's own."""

    slug: str
    title: str
    lead: str
    body: str
    language: str
    hours_old: int
    picture: int | None = None
    alt: str = ""
    by: str = ""
    school: bool = False
    correction: str = ""


NEWS = (
    NewsText(
        slug="badeplassen-er-klar",
        title="Badeplassen i Vika er klar til bruk",
        lead="Vi har ryddet stranda, reparert brygga og satt opp nye benker. Velkommen til en dukkert!",
        body="Arbeidet tok tre uker. Toalettet er åpent hele døgnet, og det er plass til tretti biler ved idrettsplassen.",
        language="nb",
        hours_old=98,
        picture=0,
        alt="To hus ved en stille fjord, med fjell og sol bak",
        by="Ingrid Fjordvik",
    ),
    NewsText(
        slug="nye-opningstider-ved-biblioteket",
        title="Biblioteket held ope lenger om kvelden",
        lead="Frå neste veke kan du låne bøker til klokka 20 på måndagar og torsdagar. Det har mange av dykk ynskt seg.",
        body="Laurdagane er som før. Me har òg fått ti nye plassar i lesesalen, og kaffien er gratis for alle som vil ha han.",
        language="nn",
        hours_old=74,
        picture=1,
        alt="Tre hus ved ein stille fjord, med fjell bak",
        by="Aslak Bø",
    ),
    NewsText(
        slug="soknad-om-barnehageplass",
        title="Nå kan du søke om barnehageplass",
        lead="Søk i hovedopptaket hvis barnet ditt skal begynne i barnehage til høsten. Alle som søker i tide, får svar i mai.",
        body="Du søker på nett. Trenger du hjelp, kan du komme innom servicetorget eller ringe oss.",
        language="nb",
        hours_old=52,
        picture=2,
        alt="Fire fargerike hus på rad ved fjorden, under en lys himmel",
    ),
    NewsText(
        slug="ny-gangveg-til-skulen",
        title="Den nye gangvegen til skulen er ferdig",
        lead="No kan ungane gå trygt heile vegen frå Nesgarden til skulen. Gangvegen er 900 meter lang og har lys heile vegen.",
        body="Me takkar naboane for tolmodet medan arbeidet stod på. Langs vegen har me planta 40 tre.",
        language="nn",
        hours_old=30,
        picture=3,
        alt="Fem hus på rad ved fjorden, med låge fjell bak",
        by="Marte Solheim",
        correction="Gangvegen er 1 100 meter lang og har lys heile vegen.",
    ),
    NewsText(
        slug="folkemote-om-sentrum",
        title="Velkommen til folkemøte om sentrumsplanen",
        lead="Hva vil du at sentrum skal være om ti år? Kom til kulturhuset og si hva du mener. Vi serverer kaffe og kake.",
        body="Møtet varer i to timer. Innspillene blir oppsummert og lagt fram for kommunestyret.",
        language="nb",
        hours_old=20,
        picture=4,
        alt="To hus ved fjorden i kveldslys",
        by="Kari Nordmann",
        correction="Møtet er flyttet fra kulturhuset til rådhuset. Kom og si hva du mener. Vi serverer kaffe og kake.",
    ),
    NewsText(
        slug="me-soker-vikarar",
        title="Vil du arbeide i heimetenesta?",
        lead="Me treng fleire vikarar til helg og ferie. Du treng ikkje fagbrev, men du må ha godt humør og lyst til å hjelpe andre.",
        body="Me gjev deg opplæring, og du får gå saman med ein kollega dei første vaktene.",
        language="nn",
        hours_old=9,
        picture=5,
        alt="Tre hus ved ein blå fjord, med runde fjell bak",
    ),
    NewsText(
        slug="stotte-til-lag-og-foreninger",
        title="Lag og foreninger kan søke om støtte",
        lead="Kommunen deler ut 600 000 kroner til lag og foreninger som skaper aktivitet for barn og unge. Søk før fristen går ut.",
        body="I fjor fikk 23 lag støtte. Rapporten fra i fjor må være levert før du søker på nytt.",
        language="nb",
        hours_old=3,
        picture=6,
        alt="Fire hus ved fjorden, sett fra sjøen",
        by="Aslak Bø",
    ),
    NewsText(
        slug="skulekonsert",
        title="Open konsert i gymsalen",
        lead="Sjette trinn har øvd sidan august. No inviterer dei heile bygda til konsert. Det kostar ingenting å koma inn.",
        body="Foreldra på sjette trinn sel kaker. Pengane går til leirskulen.",
        language="nn",
        hours_old=40,
        picture=7,
        alt="Fem hus ved fjorden, med fjell på rekkje bak",
        by="Marte Solheim",
        school=True,
    ),
    NewsText(
        slug="uteskule-i-fjaera",
        title="Uteskule i fjøra gav ny kunnskap",
        lead="Tredje trinn fann 14 ulike dyr i fjøra på éin føremiddag. Elevane har laga ei utstilling som heng i biblioteket.",
        body="Utstillinga heng til jul. Kom og sjå!",
        language="nn",
        hours_old=6,
        picture=8,
        alt="To hus ved stille sjø i solskin",
        school=True,
        correction="Tredje trinn fann 16 ulike dyr i fjøra på éin føremiddag. Elevane har laga ei utstilling som heng i biblioteket.",
    ),
)
