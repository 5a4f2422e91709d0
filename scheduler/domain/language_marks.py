"""The words and word parts that tell nynorsk from bokmål, and Norwegian from its neighbours.

Written by hand from the spelling rules of the two standards; nothing here was counted out of a text collection. Knows nothing of
how the marks are weighed together: that is languages.py. All entries are lower case.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final

CERTAIN: Final = 3.0
STRONG: Final = 2.0
FAIR: Final = 1.0
FAINT: Final = 0.4

# One word in both standards, "bokmål/nynorsk"; several spellings are parted by a comma. Each side is a mark of its own.
_PAIRS: Final = """
ikke/ikkje jeg/eg fra/frå være/vere,vera vært/vore ble,blitt/vart,vorte bare/berre mer/meir flere/fleire flest,fleste/flest mye/mykje
noe/noko noen/nokon,nokre,nokor hva/kva hvem/kven hvor/kvar hvorfor/kvifor,korfor hvordan/korleis,koss hvilken,hvilke,hvilket/
hvis,dersom/ hver/ hvert/kvart hverandre/kvarandre hun/ho hennes/hennar deres/dykkar,deira dere/de,dykk dem/ selv/sjølv,sjølve
sammen/saman samme/same siden/sidan uten/utan innen/innan foran/framfor ifølge/ifølgje allerede/allereie ennå/enno nå/ da/då
egen/eigen eget/eige egne/eigne,eiga egentlig/eigentleg annen/annan annet/anna eneste/einaste gjøre/gjere,gjera gjør/gjer gjort/ gjorde/
gikk/gjekk fikk/fekk kommer/kjem komme/kome,koma kommet/ sier/seier si/seie,seia vet/veit vite/vita se/sjå ser/ så/såg tar/tek
gi/gje,gjeva gir/gjev ga/gav ligger/ligg holder/held holde/halde,halda finner/finn finnes,fins/finst skriver/skriv leser/les sitter/sit
setter/set sette/setje,setja legger/legg legge/leggje,leggja følge/følgje,følgja følger/følgjer søke/søkje,søkja søker/søkjer
søknaden/ tenke/tenkje,tenkja tenker/tenkjer bygge/byggje,byggja bygger/byggjer ønske/ønskje,ønskja ønsker/ønskjer,ynskjer
trenger/treng trenge/trengje velge/velje,velja velger/vel selge/selje,selja selger/sel spørre/spørje,spørja spør/ gjelder/gjeld
gjelde/gjelde forteller/fortel mener/meiner mene/meine,meina tror/trur tro/tru trodde/trudde hører/høyrer høre/ kjøre/køyre,køyra
kjører/køyrer kjørt/køyrt glemme/gløyme glem/gløym glemmer/gløymer hete/heite heter/heiter,heitte vil,ville/ beholde/behalde
fremdeles/framleis fortsatt/framleis fortsette/halde,fortsetje fortsetter/fortset bruker/brukar bruke/bruka,brukast
disse/desse begge/ mellom/ utenfor/utanfor innenfor/innanfor utenom/utanom overfor/overfor videre/vidare tidligere/tidlegare
senere/seinare senest/seinast sent/seint nærmere/nærare nærmest/nærast bedre/betre best/ eldre/ lenger/lenger hele/heile hel/heil
helt/heilt enda/endå hjem/heim hjemme/heime mens/medan morgen/morgon både/ sånn/ slik/ uke/veke uka,uken/veka uker/veker
ukene/vekene måned/månad måneder/månader måneden/månaden timer/timar minutter/minutt dager/dagar dagene/dagane år,/
gang/gong ganger/gonger gangen/gongen sted/stad stedet/staden steder/stader stedene/stadene tiden/tida verden/verda
norge/noreg norges/noregs hjelper/hjelper vei/veg veien/vegen veier/vegar veiene/vegane vann/vatn vannet/vatnet
øst/aust østlige/austlege høst/haust høsten/hausten mulig/mogleg mulige/moglege muligheter/moglegheiter umulig/umogleg dessuten/dessutan
iblant/innimellom særlig/særleg samtidig/samstundes,samtidig eksempel/døme eksempelvis/ eksempler/døme løpet/ lørdag/laurdag
søndag/sundag mandag/måndag tirsdag/tysdag lørdager/laurdagar mandager/måndagar tirsdager/tysdagar onsdager/onsdagar
torsdager/torsdagar fredager/fredagar søndager/søndagar åpen/open åpent/ope,opent åpne/opne åpner/opnar åpnes/opnast åpnet/opna
åpning/opning hilsen/helsing vennlig/venleg vennlige/venlege velkommen/velkomen mange/ gutter/gutar gutt/gut barna,barnene/borna
bok/ bøker/bøker skole/skule skoler/skular skolene/skulane skolen/skulen elever/elevar elevene/elevane lærer/lærar lærere/lærarar
foresatte/føresette innbygger/innbyggjar innbyggere/innbyggjarar innbyggerne/innbyggjarane ansatt/tilsett ansatte/tilsette ansette/tilsetje
jobber/jobbar arbeider/arbeidar enhet/eining enheter/einingar sykehjem/sjukeheim syk/sjuk syke/sjuke sykdom/sjukdom
tjeneste/teneste tjenester/tenester tjenesten/tenesta henvendelse/førespurnad kirke/kyrkje kirken/kyrkja bekk/ melk/mjølk
navn/namn navnet/namnet farge/farge penger/pengar avgjøre/avgjere forhold/tilhøve forskjell/skilnad forskjellig/ulik
forskjellige/ulike virkelig/verkeleg oppgave/oppgåve oppgaver/oppgåver gave/gåve gaver/gåver vedlikehold/vedlikehald hull/hol
tall/tal tallet/talet takk,til/til hus/ neste/neste nest/ ingen/ ting/ ingenting/ingenting øye/auge hode/hovud hjerte/hjarte
drøm/draum strøm/straum strømmen/straumen strømbrudd/straumbrot brudd/brot snø/ vær/vêr,ver været/vêret,veret vind/ lys/ljos
nytte/nytte bruk/ rett/ rette/ klage/ ledig/ ledige/ stilling/ svarer/svarar betaler/betalar betale/betale,betala starter/startar
slutter/sluttar inviterer/inviterer møter/møter fortelle/fortelje,fortelja bestille/tinge,bestille lage/lage,laga spille/spele,spela
spiller/spelar,spelarar spill/spel lese/ lære/ leie/leige leier/leiger leve/ lever/ dø/døy gå/ stå/ sto/stod syv/ tyve/tjue tredve/tretti
først/først,fyrst første/første,fyrste siste/siste annenhver/annankvar hverdag/kvardag hverdager/kvardagar hverdagene/kvardagane
enkelt/ enkel/ enkelte/einskilde enslig/einsleg enig/einig enige/samde hverken/korkje verken/korkje akkurat/nett nettopp/nett
bort/bort borte/borte frem/fram fremtid/framtid fremtiden/framtida fremover/framover likevel/likevel dermed/dermed derimot/derimot
imidlertid/ imens/ riktig/rett riktignok/ viktig/viktig fordi/fordi etterpå/etterpå tilbake/tilbake sist/ stor/ større/ liten/ lille/vesle
små/ lite/ gammel/gammal gamle/ nyere/nyare høy/ høyt/ høye/ høyere/høgare høyest,høyeste/høgast,høgaste lav/låg lave/låge lavere/lågare
mindre/ lett/ lettere/lettare sterkere/sterkare viktigere/viktigare viktigst,viktigste/viktigast,viktigaste
"""

# Marks without a twin, or where the twin says less.
_NYNORSK: Final[Mapping[float, str]] = {
    CERTAIN: """eit dei vert verta verte òg difor kvifor enkje ikkje nokre att_fram medan_ nynorsk_ tykkje tykkjer dykk dykkar deira hennar einkvan
        éin éitt einast dinest fordelast tilboda oppmoding vonar vona byrja byrjar freista vitja vitjing samstundes framleis kringom ymse
        kvarandre korkje anten ansvarleg heimeside nettsida nettsidene heradet bygda frårår auka aukar kunngjering rettleiing vedtaka
        tilskot innspela søknadsskjemaet_ nyheitsbrev leiar leiarar leiaren einingsleiar dagleg utval hovudutval formannskap_ eigedom eigedommar
        gjennomføre_ høyring høyringa høyringar oppvekst_ barnehagane skulane ungane høve omsyn åtvaring åtvarar seie_ jamleg jamt løyve løyver
        løyvd heve_ loven_ handsaming handsama sakshandsaming sakshandsamar tyder_ tyding avgjerd avgjerda verksemd verksemda verksemder
        mogleg moglegheit røyndom røynsle røynsler naudsynt naudsynte nødvendig_ frisk_ snøggast snøgg skaffe_ syner syne vise_ hugs hugse
        gløym venteleg frivillig_ innbyggjar byggjesak byggesak_ utbygging_ ettermiddag_ føremiddag føremål førehand førebu førebuing
        førebygge førebyggjande førespurnad følgjande etterfølgjande gjeldande veljar veljarar menneskja folkehelsa_ helsa_ samla samlast kalla
        dessverre_ diverre gjev gjevast gje kjenner_ kjend kjende kjent_ skilde skild seld vald valde løyst nytta nyttar utvida møtast sjåast seiast
        finnast skje_ skjer_ hender_ spreidde arbeidd arbeidde budd budde vedteke vedtekne teke_ tekne skrive_ halde_ gitt_ gjeve gjevne
        komne drege bore lese_ funne bunde vunne trivst trivast minst_ lågtrykk_ tidlegare tidleg noverande dåverande førre inneber
        innebere åleine aleine_ einsemd fellesskap_ born borna ungdomar folk_ systrer syster bror_ mødrer fedrar uvisst ufør_ tryggleik
        tryggleiken trygg_ kjærleik kjærleiken storleik moglegheitene vanleg vanlege einskild einskilde saman_ vassverk vassforsyning vassavgift
        kloakk_ avlaup avløp_ ureining ureina reinhald reinhaldar reingjering helsing kulturskulen ope opne_ ålmenn allmenn_ ålmenta
        målgruppe_ mållag målform_ språka orda åra vala valet_ måla tala taler_ husa landa dyra åtak tilsyn_ tilråding tilrår rår råd_ krev
        krevst krevjast skal_ bør_ burde_ kan_ kunna ynskje ynskjer ynskt ynskte sjølvsagt sjølvstendig sjølvstendige""",
    STRONG: """ein då vore frå no_ me mi_ eitt vidare blei heile heilt att korleis gav gjeld utan saka tru samla einar tida åra heim haust
        tal namn oftast alt_ kven kvar kvart kvarandre nokolunde stundom døme dømes endå fyrst fyrste seia seie elles_ treng
        saman ligg legg held skriv sit les_ set stig driv bryt byt syng fell slepp veks brenn spring stod drog fann heitte skein
        gjerne_ gjennom_ fram_ rundt_ vatn gong stad viss auke auken bu bur_ nye_ liggje vonleg heldt lét grov skjøn overgang_
        fall_ tilbod tilboda tilbodet medlemer medlemmar møta frist_ fristar sidene kronene_ timane månadene pengane likar handlar
        snakkar kostar ventar arbeidar brukar startar sluttar søkjarar deltakarar rådmann_ utsette stengt_ stengd stengde opplyst_ varsla meldt_
        kartlegg iverksette_ tilrettelegg påmelding_ oppmøte_ kaffi graut_ jol jul_ jola jonsok nyttårsafta påska pinsa vinteren_ våren_
        sommaren sommar hausten""",
    FAIR: """ei no vel di byrje anna mogeleg lova laga fram ja_ heller_ dagar mot_ helst_ kr_ sitt_ sånn_ slikt_ elles vest_ nyttar gjort_
        fotograf_ rom_ betra auge kor mål_ kome same sat låg skrive halde gjeve_ kunne_ forstå_ samarbeid_ etablera_ skapar""",
}
_BOKMAL: Final[Mapping[float, str]] = {
    CERTAIN: """hvis hvilken hvilket hvilke hvordan hvorfor hva hvem hvor hver hvert hun noen noe jeg ikke bevisst_ ham deres meget
        gjennomgående_ fremdeles fremfor fremst fremme fremstår fremgår forøvrig fortsatt innbyggertall hjemmeside nettsiden nettsidene
        kommunens_ veldig_ imidlertid likeledes herunder iht_ ifm_ vedrørende angående_ oppfordrer oppfordring anbefaler anbefalt anbefales
        arbeidsgiver arbeidstaker virksomhet virksomheten virksomheter myndighet myndigheter myndighetene mulighet muligheten
        mulighetene muligheter trygghet nødvendig nødvendige nødvendigvis vanskelig vanskelige vennligst vennlig henvendelser saksbehandling_
        saksbehandler_ behandles_ hensyn høring høringen høringer høringsfrist høringssvar vedtatt anledning avdeling_ avgjørelse avgjørelsen
        beslutning bestemmelse bestemmelser bygget_ tilbyr selvfølgelig selvsagt selvstendig omtrent_ dessverre_ oppstå_ oppstår_ oppnå_
        huske husker husk_ regjeringen saken dagen_ tiden stillingen_ uken boken_ kirken verden veien siden_ hytten solen solen_
        gjorde_ gjort_ blir_ blitt lå_ skrev_ sa_ bedt_ sett_ innebærer bærer_ bære lærere elever foreldrene_ barnehagene skolene
        skjønner begynner begynte begynne innsats_ slutte_ ung_ mennesker mennesket_ kvinner_ spørsmål_ svar_ opplevelse opplevelser
        lørdag voksne vokse vokser mandag tirsdag torsdag_ åpningstider åpningstid hjemmetjenesten hjemmesykepleie
        sykehus sykehuset sykepleier sykepleiere legevakt_ helsestasjon_ drikkevann vannlekkasje kokevarsel_ ledning_
        gravearbeid_ omkjøring trafikk_ bosatte søppel_ renovasjon_ gjenbruk_ nyhet_ nyheter stort_ igjen_ forbindelse forespørsel
        hendelse hendelser følelse følelsen utdannelse begrunnelse begynnelsen betydning betydningen betydelig faktisk_""",
    STRONG: """en_ et jeg fra de_ ett hans_ dem man ved_ sin_ deg_ bør_ etter_ hvite altså_ sist_ snart_ lar_ synes synspunkter
        lov_ anses ansett likevel_ økt øker øke økning forlengelse satt satte sto lot egentlig trolig fysisk_ foran lette_ styrke_
        jobbe_ bosted arbeidet_ tross_ mot_ mellom_ adgang_ fortelle falt holdt svært_ hjelpe_ hjelp_ hentes sendes gis gjøres tas brukes
        kreves sees ses settes holdes finnes endres vises gjelder tilbys meldes behandles vedtas inviteres oppfordres utføres stenges varsles
        arrangeres legges bygges åpnes ryddes brøytes leveres plukkes hentet sendt_ regner_ betyr_ kveldens_ døgn_ kjøpe_ søndre
        levere_ boliger bolig boligen sønn_ datter_ søster søstre venner vennene bruker_ hodet_ hender_ brev_ vedtok_""",
    FAIR: """de da min man nå derfor heller_ igjen vil_ tro se enda mulige gang var_ torsdag_ kom_ regjering ham etter_
        kommunen_ forskrift_ gi dager venstre_ lang_ kl_ ap_ behov_ våre_ deler_ mål_ begge fri_ lenge_ sentrum_ full_ kort_
        sommeren sommer vinteren_ påsken pinsen julen nyttårsaften""",
}

# Spellings that both standards have, and that the rules below would misread.
NEUTRAL: Final = frozenset(
    """dersom flest framfor siste neste gjelde så de_ vil ville ser spør gjort gjorde høre kommet_ år til takk tidlegare_ hjelper møter farge
    nytte lage bestille bruka_ inviterer ulik ulike rett fleste fortel_ nett begge borte bort likevel dermed derimot etterpå tilbake viktig
    fordi ingenting først første søkjer_ høyt høy høye komme_ samtidig overfor lenger bøker bror svar klar klare far har tar var rar bar par
    januar februar seminar kommentar eksemplar ansvar forsvar dollar hektar radar kaviar altar sonar notar jaguar gitar bazar basar hår sår
    lar drar nektar planetar familiar samar_ dinar star zar tsar alminar kjar mar vinbar kaffebar sar ivar einar gunnar ragnar oskar
    hallvar håvar ingvar elvar egar edgar nikolas asgar brynjar hilmar ismar kar isbar tilsvar gjensvar bevar forklar spar
    bane vane fane svane jernbane kjøpmane idrettsbane fotballbane gressbane grusbane organe diane jane uvane sykebane løpebane skøytebane
    lysbane_ membrane romane plane prane liane kane avmane formane mane kunstisbane kunstgressbane ungane_ lekane
    fare vare spare svare bare_ klare snare stare hare forsvare bevare erfare forklare ivareta ivare åtvare anklare passiare gjennomfare
    kare mare flare software hardware malware tilsvare oppklare besvare fanfare livsfare skredfare brannfare flomfare smittefare
    billig villig frivillig frivillige billige villige salig salige lillig uvillig tillig
    lege legen fastlege fastlegen tannlege tannlegen overlege overlegen kommunelege kommunelegen kommuneoverlege kommuneoverlegen
    dyrlege barnelege turnuslege sykehjemslege tilsynslege ulege smittevernlege smittevernlegen spesialistlege kollege forlege
    helse helsen else frelse pelse halse_ folkehelse elses pølse_ gjelse psykiskhelse frelsen
    ingen ringen vingen kyllingen lærlingen lærlinger kyllinger flyktningen ungdomsingen inngen tvillingen svingen flyktninger lærlingene
    finger fingeren springer ringer henger bringer svinger synger klinger stinger tvillinger vikinger vikingen kylling
    ende sende vende hende kjende_ tende brende trende legende dividende agende inkludende spende lende elende anvende sendende
    lande strande hande ande brande bande sande hanande blande rande vande stande forstande omlande handelande møtelande iande
    kast fast last mast rast bast gast kontrast plast utkast fantast entusiast hast brast ballast forkast avfallsplast avlast isoplast
    trast innkast veikast gymnast vindkast tast palast etterlast takkast prast elast skattekast lagmast seriefast
    faste kaste laste raste haste plaste avlaste belaste taste forkaste påkaste avlaster vedlaste utkaste basaste
    beste gjeste feste teste neste gjest gjestar test fest prest hest protest rest vest attest sist hvest ferist kveste beste_ este heste
    moderne kjerne stjerne gjerne fjerne lanterne interne eksterne verne hjerne kverne hverne taverne isterne cisterne mellomfjerne
    som dersom ettersom selsom liksom såsom likesom morsom_ følgesom
    kvalitet kvaliteten kvalitets kvinne kvinner kvinnen kvinna kvinnelig_ kvinners kveld kvelden kvote kvotar_ kvoter kvadrat kvadratmeter
    kvalifisert kvalifiserte kvalifikasjoner kvikk kvikkleire kvittering kvantum kvartal kvarter kvinnene_ kvae kvekk kvern kvist kvass
    kvidd kvae kvalfisk kvelds kveldstid kveldsmat kvantitativ kvantitet kvalifisere kvalifisering kvalifiseringsprogram kvisthaug kvam
    kvinnherad kvitsøy kvænangen kvernes kvalsund kvaløya kveite kvil_ kvinesdal kvæfjord
    skal kan bør må av og i på med for til om den det der her når hadde har han vi oss vår våre vårt du deg dine din ditt sin sitt sine
    seg som er var at å enn før over under ved hos alle alt mange få får nye ny nytt gode god godt store stor stort små lite mest minst
    kommune kommunen kommunens kommuner kommunane_ klokka torsdag onsdag fredag kroner prosent million samarbeid barn barnehage barnehagen
    helg vegvesen vegvesenet statens bergen oslo norsk norske regulering plan planen søknad møte møtet frist fristen
    sommar_ seniormesse messe messa vita ver kalla ga legga anna_ maria eva ida emma sara nora ella sofia olga anita monica andrea
    pizza villa camilla skala data kamera opera drama tema skjema firma panorama arena china kina usa australia russland russia korea afrika
    asia europa amerika canada ukraina gaza syria india media sentra skolestarta_ extra ekstra pappa mamma farfarta ja da_ bra la ta dra ha
    sa va kva_ gjøra_ hva_ bla cola agenda diva mafia malaria influensa korona corona propaganda trena_ kafeteria kantina_ sauna villaer
    islam program same_ ramme programmer problem problemer tiltak side sider hjelpe drive_
    """.split()
)

# Parts of words: a part anywhere in a word marks the whole compound ("barneskulen", "hjemmetjenesten").
_STEM_PAIRS: Final = """
skole/skule hjemme/heime hjem/heim sykehjem/sjukeheim syke/sjuke sykdom/sjukdom tjenest/tenest åpning/opning innbygger/innbyggjar innbygge/innbyggj
enhet/eining kirke/kyrkj ungdomsskole/ungdomsskule bygger/byggjar spiller/spelar lærer/lærar /skular hverdag/kvardag
høst/haust strøm/straum drøm/draum selvst/sjølvst selvm/sjølvm selv/sjølv oppgave/oppgåv navn/namn vann/vatn vanns/vass
mulighet/moglegheit ønske/ønskj søker/søkjar søke/søkj følge/følgj følger/følgjar tenke/tenkj tanke/ kjøre/køyr kjøring/køyring høring/høyring
forespørs/førespur fremtid/framtid fremme/fremj fremst/framst fremgang/framgang gave/ virksomhet/verksemd virkelig/verkeleg virkning/verknad
virkem/verkem påvirk/påverk medvirk/medverk virke/verke arbeidsgiver/arbeidsgivar giver/gjevar bestilling/tinging forskjell/ trygghet/tryggleik
kjærlighet/kjærleik størrelse/storleik hemmelig/hemmeleg tidlig/tidleg daglig/dagleg årlig/årleg offentlig/offentleg personlig/personleg
månedlig/månadleg ukentlig/vekentleg ansvarlig/ansvarleg tilgjengelig/tilgjengeleg vanlig/vanleg særlig/særleg endelig/endeleg
tydelig/tydeleg nødvendig/naudsyn foreløpig/førebels forberede/førebu forberedelse/førebuing forebygg/førebygg foresatt/føreset
forutset/føreset forslag_/ uke/veke måned/månad vedlikehold/vedlikehald innhold/innhald forhold/ oppholds/opphalds opphold/opphald
behold/behald overhold/overhald avhold/avhald underhold/underhald holdning/haldning avgjør/avgjer gjøring/gjering gjørelse/gjering
rengjør/reingjer rens/reins renhold/reinhald egen/eigen eiendom/eigedom eierskap/eigarskap medlemmer/medlemer betingelse/vilkår
menneskelig/menneskeleg frihet/fridom nyhet/nyheit helhet/heilskap sannhet/sanning likhet/likskap likestilt_/ øst/aust nordøst/nordaust
sørøst/søraust /søraust åpen/ tilbud/tilbod forbud/forbod bud/ lov_/ beslutning/avgjerd spørsmål_/ utdannelse/utdanning_ ansettelse/tilsetjing
ansettelses/tilsetjings saksbehandl_/sakshandsam utvikl_/ oppvekst_/ melk/mjølk ledelse/leiing leder/leiar ledende/leiande lede/leie_ ledning_/leidning
veiled/rettlei veileder/rettleiar vei/ veg_/ vekst_/ vokse/vakse voksen/vaksen kunnskap_/ løpende/løpande fremmed/framand
brann_/ gravferd_/ /åtvar advar/ /røynd /røynsl erfaring_/ /naudsyn /snøgg /tryggl /samfunnstryggl gjennomfør_/ tillat/ tillatelse/løyve
henvend/ henvis/ /tilvis oppfordr/ /oppmod begrens/avgrens bekreft/stadfest betyd/ besøk_/ bevilg/løyv begge/ behandling_/ bebygg/ beboer/bebuar
beredskap_/ beskytt/ beskriv/ betaling_/ /framleis /samstund /åleine /einsleg /einsem enslig/ enkelt_/einskild ener_/ /noverand nåvær/ tilstedevær/
vær_/ /vêr lørdag/laurdag mandag/måndag tirsdag/tysdag søster/syster øye_/ /auge /augne hjerte/hjart hode_/hovud hoved/hovud
kulturskole/kulturskul barneskole/barneskul /skulest /skuleb /skuleh /skulet /skulen /skuleå bok_/ bibliotek_/ /målbruk
senere/seinar lengre_/ forening/foreining mening/meining stein_/ bein_/ leilighet/leilegheit anledning/høve oppvarm_/ betjen/beten
høyskole/høgskul høyde/høgd høyere/høgar høyst/høgst lavere/lågar laveste/lågast gjennomsnittlig/gjennomsnittleg økonomi_/ økonomisk_/ økning/auke_
/utgreii utred/utgrei forenkl_/ fornøyd_/ /nøgd lekeplass/leikeplass lek_/ leke/leik kjeks_/ løsning/løysing løs_/ løser/løyser oppløs/oppløys /avløys avløs/ utløs/utløys
bry_/ støy_/ grønn/grøn grønt/ /grøne øvelse/øving forsinkelse/forseinking forsink/forsein undersøkelse/undersøking opplevelse/oppleving
hendelse/hending følelse/kjensle størst_/ skadelig/skadeleg anbefal/tilråd /tilrår utfordring_/ erklær_/ tilrettelegg_/ omkjør/omkøyr
brøyt_/ vassdrag_/ selskap_/ fellesskap_/ kontor_/ ordfører/ordførar rådgiver/rådgjevar givning/gjeving lovgivning/lovgjeving regjering_/
velger/veljar valg/ folkevalgt/folkevald /valkamp /kommuneval /stortingsval stortingsvalg/ kommunevalg/ valgkamp/ /vallokal valglokale/ forhåndsstem/førehandsstem
forhånd/førehand forbind/ /samband gjenåpn/gjenopn åpn/ /opnings /opningstid underskrift_/ forsiktig_/ /varsam oppmerksom_/ påmelding_/
rådhus_/ sammen/saman /samanheng sammenheng/ kvinnelig/kvinneleg mannlig/mannleg fortelling/forteljing fortell/fortel /teljing telling/
"""

# Endings. The first figure is the least number of letters a word must have.
_ENDINGS_NYNORSK: Final = (
    (5, CERTAIN, "ane arane ingane leg legare legaste legast leik leiken heit heita heiter heitene andre_"),
    (5, STRONG, "arar inga ingar ande are aste onar ege_ lege sad aden_"),
    (5, STRONG, "legen_ sam_ gjer_ ieren_ ikar"),
    (5, FAIR, "ar ast ja skje kje gje rast nast last_ tast kast_ ad_ sle"),
    (5, FAINT, "era ka ta da la ra na ma pa sa ga ska"),
)
_ENDINGS_BOKMAL: Final = (
    (5, CERTAIN, "heten heter hetene lighet lig lige ligst ligste ligere erne elsene elser inger ingene"),
    (5, STRONG, "het else elsen gere ende ttet ingen eren ørene erende onene onen_"),
    (5, STRONG, "ligt_ somt sommelig vere_ ere_"),
    (5, FAIR, "ene ere este ket tet_ ker ger som_ ler_ oner ter_ es ser pet llet"),
    (4, FAINT, "er ig else_"),
)
