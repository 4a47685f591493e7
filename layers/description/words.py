"""The texts of descriptive findings, Norwegian and English side by side. Fills nothing in.

None of them says that something went from one place to another: two maps are compared, nobody is followed.
"""

from layers.city import Words

_LEAST_METHOD = Words(
    nb="optimal transport mellom vinduenes andeler, med gangavstand mellom soner og steder; alle like korte planer",
    en="optimal transport between the windows' shares over walking distance between districts and places; all plans "
    "of "
    "equal length",
)
QUESTIONS = {
    "harm_moved_mean_distance_m": Words(
        nb="Hvor langt unna ligger det som nå registreres et annet sted?",
        en="How far away lies what is now recorded elsewhere?",
    ),
    "total_variation": Words(
        nb="Hvor stor del registreres nå et annet sted?", en="How large a share is now recorded elsewhere?"
    ),
    "burden_transfer": Words(
        nb="Ender det som nå registreres et annet sted, hos dem som har mindre eller mer fra før?",
        en="Does what is now recorded elsewhere end with those who have less or more?",
    ),
    "centre_shift_m": Words(
        nb="Hvor langt og hvilken vei ligger tyngdepunktet fra før?",
        en="How far and which way does the middle lie from before?",
    ),
    "concentration_index_change": Words(
        nb="Er det registrerte mer eller mindre samlet hos dem som har minst?",
        en="Is what is recorded more or less concentrated on those who have least?",
    ),
}
METHODS = {
    "harm_moved_mean_distance_m": _LEAST_METHOD,
    "total_variation": Words(
        nb="halve summen av andelenes forskjeller mellom vinduene", en="half the sum of the differences of shares"
    ),
    "burden_transfer": _LEAST_METHOD,
    "centre_shift_m": Words(
        nb="middelpunktet av hendelsenes egne posisjoner; feilen er ukenes, uten svingninger mellom år",
        en="mean centre of the incidents' own positions; the error is that of weeks, without drift between years",
    ),
    "concentration_index_change": Words(
        nb="konsentrasjonsindeks over rangen av soner etter utsatthet, intervall som for skiftet i rang",
        en="concentration index over districts ranked by deprivation, interval as for the shift of the rank",
    ),
}
NOT_OBSERVED = Words(
    nb="Det er den korteste lesningen av to kart, ikke observert bevegelse; ingen er fulgt.",
    en="It is the shortest reading of two maps, not observed movement; nobody was followed.",
)
ONE_POINT = Words(
    nb="Innenfor en sone regnes alt fra ett punkt; kortere avstander ses ikke.",
    en="Within a district all is measured from one point; shorter distances are not seen.",
)
NOISE = Words(
    nb="Tilfeldigheter alene gir også et tall; det leses ved siden av årspar uten hendelse.",
    en="Chance alone gives a figure too; it is read beside year pairs without an event.",
)
A_MIDDLE = Words(
    nb="Et tyngdepunkt er et regnestykke, ikke et sted; det kan ligge der ingen er.",
    en="A middle is arithmetic, not a place; it may lie where nobody is.",
)
SAME_RANK = Words(
    nb="Sonenes rang er den samme før og etter.", en="The rank of a district is the same before and after."
)
SENTENCES = {
    ("harm_moved_mean_distance_m", ""): Words(
        nb="{elsewhere} av {what} ligger et annet sted etterpå, i snitt {value} m unna til fots {way}, lest "
        "korteste vei",
        en="{elsewhere} of {what} lies elsewhere after, on average {value} m away on foot {way}, read the shortest way",
    ),
    ("total_variation", ""): Words(
        nb="{value} av {what} ligger i en annen sone eller på et annet sted etterpå",
        en="{value} of {what} lies in another district or place after",
    ),
    ("burden_transfer", "up"): Words(
        nb="lest korteste vei ender mer av {what} i mer utsatte soner ({to_more} av hundre) enn i mindre utsatte "
        "({to_less}), en forskjell på {size} prosentpoeng",
        en="read the shortest way, more of {what} ends in more deprived districts ({to_more} in a hundred) than in "
        "less "
        "deprived ones ({to_less}), a difference of {size} percentage points",
    ),
    ("burden_transfer", "level"): Words(
        nb="lest korteste vei ender like mye av {what} i mer utsatte soner ({to_more} av hundre) som i mindre "
        "utsatte "
        "({to_less})",
        en="read the shortest way, as much of {what} ends in more deprived districts ({to_more} in a hundred) as in "
        "less "
        "deprived ones ({to_less})",
    ),
    ("burden_transfer", "down"): Words(
        nb="lest korteste vei ender mer av {what} i mindre utsatte soner ({to_less} av hundre) enn i mer utsatte "
        "({to_more}), en forskjell på {size} prosentpoeng",
        en="read the shortest way, more of {what} ends in less deprived districts ({to_less} in a hundred) than in "
        "more "
        "deprived ones ({to_more}), a difference of {size} percentage points",
    ),
    ("burden_transfer", "open"): Words(
        nb="like korte lesninger er uenige om hvor {what} ender: {to_more} av hundre i mer utsatte soner, {to_less} "
        "i "
        "mindre utsatte",
        en="equally short readings disagree on where {what} ends: {to_more} in a hundred in more deprived districts, "
        "{to_less} in less deprived ones",
    ),
    ("centre_shift_m", ""): Words(
        nb="tyngdepunktet for {what} ligger {value} m lenger {compass}; spredningen gikk fra {before} til {after} m",
        en="the middle of {what} lies {value} m farther {compass}; the scatter went from {before} to {after} m",
    ),
    ("centre_shift_m", "level"): Words(
        nb="tyngdepunktet for {what} ligger der det lå; spredningen gikk fra {before} til {after} m",
        en="the middle of {what} lies where it lay; the scatter went from {before} to {after} m",
    ),
    ("concentration_index_change", "down"): Words(
        nb="med {people} som nevner gikk konsentrasjonsindeksen for {what} fra {before} til {after}, {size} mot dem "
        "som "
        "har mindre ({interval})",
        en="with {people} as denominator, the concentration index of {what} went from {before} to {after}, {size} "
        "towards "
        "those who have less ({interval})",
    ),
    ("concentration_index_change", "level"): Words(
        nb="med {people} som nevner er konsentrasjonsindeksen for {what} uendret på {after} ({interval})",
        en="with {people} as denominator, the concentration index of {what} is unchanged at {after} ({interval})",
    ),
    ("concentration_index_change", "up"): Words(
        nb="med {people} som nevner gikk konsentrasjonsindeksen for {what} fra {before} til {after}, {size} mot dem "
        "som "
        "har mer ({interval})",
        en="with {people} as denominator, the concentration index of {what} went from {before} to {after}, {size} "
        "towards "
        "those who have more ({interval})",
    ),
}
NOT_COMPUTED = Words(
    nb="for {what} kan tallet ikke regnes ut for disse dagene.",
    en="for {what} the figure cannot be computed for these days.",
)
PLACEBO = Words(
    nb="I {pairs} årspar uten hendelse var tallet {low} til {high}.",
    en="In {pairs} year pairs without an event the figure was {low} to {high}.",
)
ONE_PLACEBO = Words(
    nb="I ett årspar uten hendelse var tallet {low}.", en="In one year pair without an event the figure was {low}."
)
NO_PLACEBO = Words(
    nb="Det finnes ikke årspar uten hendelse å lese det ved siden av.",
    en="There are no year pairs without an event to read it beside.",
)
ERROR = Words(
    nb="Ukenes tilfeldigheter alene gir en usikkerhet på {error} m.", en="Chance between weeks alone makes {error} m."
)
ENDING = Words(
    nb="Får hendelser også falle bort og komme til, til prisen av {price} m hver, skifter {open} om dagen sted, "
    "{ended} "
    "faller bort og {arisen} kommer til.",
    en="If incidents may also end and arise, at the price of {price} m each, {open} a day change place, {ended} end "
    "and "
    "{arisen} arise.",
)
ROUNDED = Words(
    nb="Tallene er avrundet til nærmeste {step}, intervallet utover; de går derfor ikke alltid opp.",
    en="Figures are rounded to the nearest {step}, the interval outwards, so they need not add up.",
)
OTHER_SCALE = Words(
    nb="Det er skiftet i rang på en annen skala, ikke et bevis til.",
    en="It is the shift of the rank on another scale, not one more piece of evidence.",
)
LEFT_OUT = Words(
    nb="{left_out} ligger i soner uten verdi for utsatthet og er holdt utenfor.",
    en="{left_out} lies in districts without a deprivation value and is left out.",
)
PEOPLE = {
    "resident": Words(nb="beboere", en="residents"),
    "ambient": Words(nb="de som er der om dagen", en="people there in the daytime"),
    "user": Words(nb="brukere", en="people who use the place"),
}
WAY = {
    True: Words(nb="langs gatene", en="along streets"),
    False: Words(nb="over land", en="over land"),
}
COMPASS = (
    Words(nb="nord", en="north"),
    Words(nb="nordøst", en="north-east"),
    Words(nb="øst", en="east"),
    Words(nb="sørøst", en="south-east"),
    Words(nb="sør", en="south"),
    Words(nb="sørvest", en="south-west"),
    Words(nb="vest", en="west"),
    Words(nb="nordvest", en="north-west"),
)
