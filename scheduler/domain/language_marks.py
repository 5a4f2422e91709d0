"""The words and word parts that tell nynorsk from bokmål, and Norwegian from other languages.

Written by hand from the spelling rules of the two standards; nothing here was counted out of a text collection. Knows nothing of
how the marks are weighed together: that is languages.py. Everything is lower case; one mark stands in one list only.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Marks:
    """Marks of one weight: of bokmål and of nynorsk, parted by blanks."""

    weight: float
    nb: str
    nn: str


CERTAIN: Final = 3.0  # not a word at all in the other standard
STRONG: Final = 2.0  # hardly ever seen in the other
FAIR: Final = 1.0  # allowed in both, at home in one
FAINT: Final = 0.4

#: Whole words.
WORDS: Final = (
    Marks(
        CERTAIN,
        nb="""
        ikke jeg hun fra være vært ble noe noen mye flere selv selve sammen siden uten innen ifølge allerede ennå videre imidlertid dessuten
        hva hvem hvor hvorfor hvordan hvilken hvilke hvilket hvis hver hvert hverandre hverken hennes deres ham meget fremdeles fortsatt
        annen egen egne egentlig eneste ellers bedre gjøre gjør gikk fikk sier kommet vet ligger holder holde beholde finner finnes forteller
        fortelle gjelder trenger hører hørt kjøre kjører kjørt glemme glem legger setter settes velger velge selger selge spørre huske husk
        husker tidligere senere senest nærmere nærmest nåværende daværende hjem hjemme frem fremover fremfor fremst fremtiden hele hel helt
        foran utenfor innenfor norge norges verden tiden saken boken uken veien veiene kirken solen hytten regjeringen meningen stillingen
        måned måneden måneder dager dagene timer timene lørdag mandag tirsdag lørdager mandager tirsdager onsdager torsdager fredager søndager
        høsten kveldene kveldens hverdag mulig mulige umulig mulighet muligheter samtidig nødvendig trolig virkelig endelig plutselig
        selvfølgelig likeledes herunder vennlig velkommen hilsen åpner åpnes åpnet åpningstid åpningstider lærere elever ansatt ansatte
        foresatte innbyggere enheter sykehjem sykehus sykepleier syk syke tjeneste henvendelse forespørsel oppgave oppgaver penger
        avgjørelse begrunnelse betydning betyr innebærer bærer hensyn behandles forskjell forskjellige vedrørende angir høyere høyest lav
        lave lavere gammel viktigere viktigste hvit hvite vannet navn navnet voksen voksne vokser vokse søster gutter lederen ledere syv tredve
        brukes gjøres gis tas holdes kreves legges sendes hentes meldes stenges arrangeres utføres plukkes tømmes leveres vedtas betales leses
        bygges endres vises ryddes brøytes varsles tilbys advarer sjelden skyldes stanses søndre""",
        nn="""
        ikkje eg ein eit dei ho frå vere vore vart vert verte verta noko nokon nokre nokor mykje fleire sjølv sjølve saman sidan utan innan
        ifølgje allereie enno endå vidare òg difor dessutan kva kven kvifor korleis kvarandre korkje hennar deira dykk dykkar framleis
        stundom annan eigen eigne eigentleg einaste elles betre gjere gjera gjer gjerast gjekk fekk seier seie seia seiast kjem komne veit
        held halde halda behalde finst fortel fortelje fortelja gjev gje gjevast tek takast tekne treng høyrer høyrt køyre køyra køyrer
        køyrt gløym gløyme heiter setje setja velje velja selje selja spørje hugse hugs hugsar gjeld meiner meininga trur trudde tidlegare
        seinare seinast nærare nærast noverande dåverande førre heime heim heile heil heilt medan kring høve døme dømes
        utanfor innanfor utanom ifrå noreg noregs verda kyrkja kyrkje vegane månad månaden månader dagane timar timane laurdag måndag tysdag
        laurdagar måndagar tysdagar onsdagar torsdagar fredagar søndagar hausten sommaren kveldane kvardag mogleg moglege umogleg moglegheit
        moglegheiter samstundes naudsynt naudsynte truleg verkeleg endeleg venteleg vonleg sjølvsagt venleg velkomen helsing opnar opnast
        opningstid opningstider lærarar elevar føresette innbyggjarar einingar sjukeheim sjukehus sjukepleiar teneste førespurnad
        oppgåve oppgåver pengar avgjerd avgjerder grunngjeving tyding inneber omsyn skilnad oppmodar oppmoding tilrår tilrådd
        åtvarar åtvaring handsaming kunngjering verksemd tryggleik kjærleik fridom røynsle røynsler snøgt snøgg sjeldan låge lågare høgare høgast
        viktigare viktigaste kvit kvite namn namnet vatnet vaksen vaksne veks syster gutar skulen skular skulane skule leiar leiarar leiaren
        fyrst fyrste åleine føremål heimeside tilskot tilbod tilboda løyvd løyver unnateke varsam fråsegn freista vitja vona vonar ymse
        einskild einskilde nyttast meldast brukast spreidd nokolunde honom drege annleis skuldast vedteke vedtekne stengd stengde gjeve gjevne fleirtal mindretal nemleg mødrer fedrar
        handlar snakkar kostar jobbar startar sluttar ventar elskar likar brukar lagar svarar betalar gjennomførast""",
    ),
    Marks(
        STRONG,
        nb="""
        et en nå dem bare mer samme annet eget se ga sto fant lå satt satte falt holdt skrev drev brøt solgt valgt mennesker man kommer
        vei vann høst strøm strømmen tro trodde mente mener uke uker ganger sted steder stedet skole skolen skoler skolene kirke leder
        sommeren øst tall tallet øker øke økt økte økning sent synes enig enige drøm melk hode hodet hjerte hånd hånden øye øyne
        kvinnen døren gutt gutten gaver gave åpen åpent åpne åpning åpenbart enhet innbygger bosatt bosted bolig boliger høyt høye rød røde
        rødt grønn sykdom størrelse fremmed sannsynlig sterkere nyere forøvrig især etterhvert vedkommende altfor fordelt egnet eide eier
        hentet startet sluttet kastet snakket ventet jobbet utviklet samlet ønsket kalte elskede
        krever drikker sover faller vinner springer bryter driver stiger slipper brenner forsvinner heter snakker handler venter koster
        jobber starter slutter elsker kostbar""",
        nn="""
        då no me att gav blei anna eige sjå kvar kvart berre meir fann tru vatn haust straum straumen veke veker gong gonger
        stad staden stader sida saka tida aust tal talet auke aukar auka auking seint samd samde einig einige draum mjølk hovud hovudet hjarte
        auge guten gut gåver gåve open ope opne opna opning innbyggjar lærar busett bustad bustader raud raude raudt grøn sjukdom sjuk sjuke
        storleik framand sannsynleg sterkare nyare eigar eig eigde medlemer vitskap regjeringa stillinga vedtaka
        seld vald skreiv løyve trivst
        krev syng søv bryt stig slepp brest skjelv forsvinn let sit sel skin rekk søkje søkja søkjer tenkje tenkja tenkjer byggje byggja
        byggjer leggje leggja liggje liggja følgje følgja fylgje trengje trengja ønskje ønskja ønskjer ynskje ynskjer ønskte
        kunna måtta skriva finna lesa leva sova kjøpa hjelpa byrja byrjar byrje varsla utvida borna syner budd nytta nyttar
        påverkar verkar verknad leige""",
    ),
    Marks(
        FAIR,
        nb="""
        de da min derfor enda mens gang enkelt tar gir lar morgen følger søker tenker bygger ønsker bruker liker svarer betaler arbeider begynne begynner begynte oppfordrer anbefaler anbefales anbefalt
        spill spille spiller virker virkning sen fornøyd pleier venstre sommer julen påsken pinsen unntatt gi""",
        nn="""
        ei mi di same kor fram legg finn skriv spring vinn fell brenn driv ber viss sat byr bur lova laga samla kalla skaffa
        arbeida betala jobba kasta kosta starta slutta snakka venta endra styrka støtta elska svara bruka skapa orda åra boka kvinna handa
        hand helsa nøgd morgon sommar påska pinsa jola spel spele spelar veg vegen satsar skapar nettsida framtida hol""",
    ),
    Marks(FAINT, nb="komme legge ligge følge søke tenke bygge trenge ønske", nn="syn"),
)

#: Parts that mark a whole compound ("barneskulen", "hjemmetjenesten"). Four to twelve letters.
STEMS: Final = (
    Marks(
        STRONG,
        nb="""
        hjem skole kirke tjenest åpning innbygge enhet høring hverdag lørdag mandag tirsdag strøm drøm selv sammen oppgave navn vann melk
        mulighet trygghet kjærlighet størrelse frihet nyhet leilighet måned sykdom syke forespør fremtid fremme virksomhet nødvendig
        foreløpig forbered forebygg forhånd foresatt opphold behold overhold avhold underhold renhold rengjør holdning avgjør gjøring
        gjøre kjøre kjøring omkjør ledning eiendom eierskap tilbud forbud utdannels ansettels ledels leder ledende veiled advar tillatels henvend henvis
        beboer bolig bosted beslutn bestemmels betingels bekreftels bevegels besøkels søster hjerte senere løsning oppløs utløs avløs
        høyskole høyde ordfører rådgiver arbeidsgiver lovgivning forteller forsker lærere elevene velger folkevalgt valgkamp kommunevalg
        stortingsvalg undersøkelse opplevelse hendelse følelse forsink beskytt ødelagt ødelegg hyggelig fremmed voksen grønn
        hoved østlig nordøst sørøst steds stedet nåvær tilstedevær begiven""",
        nn="""
        heime skule kyrkj tenest opning innbyggj kvardag laurdag måndag tysdag straum draum sjølv saman oppgåv namn vatn vassverk
        vassfor vassle mjølk moglegheit tryggleik kjærleik storleik nyheit leilegheit månad sjukdom sjuke førespur framtidig verksemd
        naudsyn førebels førebu førebygg førehand føreset føremål opphald behald overhald avhald underhald reinhald reingjer haldning
        avgjer gjering køyr leidning eigedom eigarskap tilbod forbod tilset leiing leiar leiande rettlei åtvar løyve tilvis bebuar bustad
        rørsle røynsl syster hjart seinar løysing oppløys utløys avløys høgskul høgd ordførar rådgjevar arbeidsgjev lovgjev forteljar
        forskar lærarar elevane veljar folkevald valkamp kommuneval stortingsval oppleving forsein øydela øydelegg hyggeleg framand vaksen
        hovud søraust nordaust utgrei handsam kunngjer stadfest tilskot einskild kjensle snøgg vekent forein teljing vitskap verdskjen
        fleirtal vidare meirar utanriks utanland innanland annleis""",
    ),
    Marks(
        FAIR,
        nb="høst virke virkning påvirk medvirk mening forening spiller behandling ukent anbefal oppfordr utvikler",
        nn="haust sommar verkem verkna påverk medverk meining eining spelar leike austleg utviklar oppmod tilråd",
    ),
)

#: Endings; the longest that fits a word counts.
ENDINGS: Final = (
    Marks(
        CERTAIN,
        nb="lig lige ligere ligst heten heter hetene ighet erne elser elsene else elsen inger ingene gere",
        nn="leg lege legare legast heita heiter heitene heit leik leiken arane ingar ingane ane gare",
    ),
    Marks(STRONG, nb="het ende ingen eren ligste erende onene", nn="inga ande arar aste onar erande onane"),
    Marks(FAIR, nb="ene ere este ker ger oner ser eter", nn="ar ast ja jer tta are dde"),
    Marks(FAINT, nb="er es ede", nn="a"),
)

#: Spellings of both standards that the stems or endings would misread, and names.
NEUTRAL: Final = """
klar far har var rar bar par hår sår svar snar star kar januar februar seminar kommentar eksemplar ansvar forsvar dollar hektar radar
kaviar altar sonar jaguar gitar bazar basar planetar dinar zar ivar einar gunnar ragnar oskar hallvar håvar ingvar elvar edgar asgar hilmar
kaffebar tilsvar bevar forklar næringsseminar fagseminar medansvar hovedansvar samfunnsansvar repertoar vikar
bane vane fane svane jernbane idrettsbane fotballbane gressbane grusbane diane jane uvane løpebane skøytebane membrane romane plane
kunstgressbane kunstisbane curlingbane ballbane
fare vare spare svare klare snare stare hare forsvare bevare erfare forklare ivareta mare flare software hardware tilsvare
besvare fanfare livsfare skredfare brannfare flomfare smittefare flaumfare råvare handelsvare
billig villig frivillig frivillige billige villige salig salige uvillig
lege fastlege fastlegen tannlege tannlegen overlege overlegen kommunelege kommunelegen kommuneoverlege kommuneoverlegen dyrlege
barnelege turnuslege tilsynslege smittevernlege smittevernlegen spesialistlege college
helse else frelse folkehelse barnehelse ungdomshelse utanlandshelse
ingen ringen kyllingen lærlingen lærlinger kyllinger flyktningen flyktninger tvillingen tvillinger vikinger vikingen finger
ende sende vende hende tende brende legende lende dividende avsende anvende omvende spende
lande strande brande sande blande rande vande stande iblande
kast fast last mast rast bast gast kontrast plast utkast fantast entusiast hast brast ballast forkast gymnast tast palast trast
faste kaste laste raste haste plaste avlaste belaste taste forkaste siste
beste gjeste feste teste neste reste preste heste leste
moderne kjerne stjerne gjerne fjerne lanterne interne eksterne verne hjerne hverne taverne cisterne fjernet
større mindre andre eksistere studere vurdere informere arrangere nære ære lære kjære svære
flertall etter eller over under enten vinter dyster minister mester semester orkester magister rundt rolig
april september oktober november desember nummer kroner meter kilometer bygder klasser virke spør gjorde blitt sette vite lærer
eva ida emma sara nora ella sofia olga anita monica andrea maria pizza villa skala kamera opera drama tema skjema firma
panorama arena kina usa australia russland korea afrika asia europa amerika canada ukraina gaza syria india media ekstra pappa mamma cola
agenda diva mafia malaria influensa korona propaganda oslo bergen trondheim heimdal kirkenes lillestrøm drammen
skolem trondheims psyken reservere konservere
"""

#: What the two standards share and other languages, but for Danish, have little of: a text with few of these is not Norwegian.
SHARED: Final = """
og i det som på er til av for at med den han har å om vi var kan men så skal etter vil seg ut når opp over enn ved også eller da der her hadde
ha bli alle alt under må to før mot du inn kom sin får skulle andre mange ville blir mellom nye år gjennom sine oss sitt hos siste ingen igjen
slik går ned både deg sa meg tre vår denne dette min står hans nok mens kunne langs rundt hele første gang derfor dag
"""

#: Words of other languages that Norwegian does not have.
FOREIGN: Final = """
the and of are was with this that you your we they from have has will be been not can our about which their there what when where how
und die das ist nicht mit auf für eine einen auch sie wir ihr von zu zum zur bei oder wird sind
le une est dans pour qui que avec pas sont nous vous los las una por para con del como más esta este
jest nie się że przez dla jak są oraz jako tak czy jego ale
 lea ahte gii leat dahje maid mii dan daid vai boahtá sii dát
minä ettei että ovat olla mutta myös joka jotka waa iyo
"""

#: Words of Danish and Swedish that Norwegian does not have; the rest of such a text looks much like bokmål.
NEAR: Final = """
af mig dig sig hvad nogle noget nogen blev bliver efter uge ugen uger gøre igen hvornår hjælp hjælpe havde
deltage fik gik mellem udvalg ud uden udenfor indenfor ind inden børn vej vejen
mulighed muligheder nødvendigt personligt sundhed virksomhed op nu jer
och är inte för från till också jag hon ska mycket några något någon sedan bara kommun
skolan öppet öppettider varje vecka veckan måste över mellan alla många sverige
"""
