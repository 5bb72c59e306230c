"""Names of months and days as texts write them, by language, length and case."""

from __future__ import annotations

from functools import cache

LANGUAGES = (
    "en", "de", "fr", "es", "it", "nl", "pt", "sv", "da", "nb", "fi", "pl", "cs", "ro", "hu", "tr",
    "ru", "uk",
)  # fmt: skip
# Other ways to shorten the names of a language: with points where something is left out (CLDR), of
# other lengths. What has no own table has that of the language.
VARIANTS = (
    "en.", "en-4", "en-4.", "en-ap", "de.", "de-3", "de-3.", "fr.", "fr-3", "es.", "es-4.", "it.",
    "nl.", "pt.", "sv.", "da.", "nb.",
)  # fmt: skip
CASES = ("title", "lower", "upper")
_LONG_MONTHS = {
    "en": "january february march april may june july august september october november december",
    "de": "januar februar märz april mai juni juli august september oktober november dezember",
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre "
    "diciembre",
    "it": "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre "
    "dicembre",
    "nl": "januari februari maart april mei juni juli augustus september oktober november december",
    "pt": "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro "
    "dezembro",
    "sv": "januari februari mars april maj juni juli augusti september oktober november december",
    "da": "januar februar marts april maj juni juli august september oktober november december",
    "nb": "januar februar mars april mai juni juli august september oktober november desember",
    "fi": "tammikuuta helmikuuta maaliskuuta huhtikuuta toukokuuta kesäkuuta heinäkuuta elokuuta "
    "syyskuuta lokakuuta marraskuuta joulukuuta",
    "pl": "stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października "
    "listopada grudnia",
    "cs": "ledna února března dubna května června července srpna září října listopadu prosince",
    "ro": "ianuarie februarie martie aprilie mai iunie iulie august septembrie octombrie noiembrie "
    "decembrie",
    "hu": "január február március április május június július augusztus szeptember október "
    "november december",
    "tr": "ocak şubat mart nisan mayıs haziran temmuz ağustos eylül ekim kasım aralık",
    "ru": "января февраля марта апреля мая июня июля августа сентября октября ноября декабря",
    "uk": "січня лютого березня квітня травня червня липня серпня вересня жовтня листопада грудня",
}
_SHORT_MONTHS = {
    "en": "jan feb mar apr may jun jul aug sep oct nov dec",
    "en.": "jan. feb. mar. apr. may jun. jul. aug. sep. oct. nov. dec.",
    "en-4": "jan feb mar apr may jun jul aug sept oct nov dec",
    "en-4.": "jan. feb. mar. apr. may jun. jul. aug. sept. oct. nov. dec.",
    "en-ap": "jan. feb. march april may june july aug. sept. oct. nov. dec.",
    "de": "jan feb mär apr mai jun jul aug sep okt nov dez",
    "de.": "jan. feb. märz apr. mai juni juli aug. sept. okt. nov. dez.",
    "de-3": "jan feb mrz apr mai jun jul aug sep okt nov dez",
    "de-3.": "jan. feb. mär. apr. mai jun. jul. aug. sep. okt. nov. dez.",
    "fr": "janv févr mars avr mai juin juil août sept oct nov déc",
    "fr.": "janv. févr. mars avr. mai juin juil. août sept. oct. nov. déc.",
    "fr-3": "jan fév mar avr mai jun jul aoû sep oct nov déc",
    "es": "ene feb mar abr may jun jul ago sep oct nov dic",
    "es.": "ene. feb. mar. abr. may. jun. jul. ago. sep. oct. nov. dic.",
    "es-4.": "ene. feb. mar. abr. may. jun. jul. ago. sept. oct. nov. dic.",
    "it": "gen feb mar apr mag giu lug ago set ott nov dic",
    "it.": "gen. feb. mar. apr. mag. giu. lug. ago. set. ott. nov. dic.",
    "nl": "jan feb mrt apr mei jun jul aug sep okt nov dec",
    "nl.": "jan. feb. mrt. apr. mei jun. jul. aug. sep. okt. nov. dec.",
    "pt": "jan fev mar abr mai jun jul ago set out nov dez",
    "pt.": "jan. fev. mar. abr. mai. jun. jul. ago. set. out. nov. dez.",
    "sv": "jan feb mar apr maj jun jul aug sep okt nov dec",
    "sv.": "jan. feb. mars apr. maj juni juli aug. sep. okt. nov. dec.",
    "da": "jan feb mar apr maj jun jul aug sep okt nov dec",
    "da.": "jan. feb. mar. apr. maj jun. jul. aug. sep. okt. nov. dec.",
    "nb": "jan feb mar apr mai jun jul aug sep okt nov des",
    "nb.": "jan. feb. mars apr. mai juni juli aug. sep. okt. nov. des.",
    "pl": "sty lut mar kwi maj cze lip sie wrz paź lis gru",
    "tr": "oca şub mar nis may haz tem ağu eyl eki kas ara",
}
_LONG_DAYS = {
    "en": "monday tuesday wednesday thursday friday saturday sunday",
    "de": "montag dienstag mittwoch donnerstag freitag samstag sonntag",
    "fr": "lundi mardi mercredi jeudi vendredi samedi dimanche",
    "es": "lunes martes miércoles jueves viernes sábado domingo",
    "it": "lunedì martedì mercoledì giovedì venerdì sabato domenica",
    "nl": "maandag dinsdag woensdag donderdag vrijdag zaterdag zondag",
    "sv": "måndag tisdag onsdag torsdag fredag lördag söndag",
    "da": "mandag tirsdag onsdag torsdag fredag lørdag søndag",
    "nb": "mandag tirsdag onsdag torsdag fredag lørdag søndag",
    "pl": "poniedziałek wtorek środa czwartek piątek sobota niedziela",
    "ru": "понедельник вторник среда четверг пятница суббота воскресенье",
}
_SHORT_DAYS = {
    "en": "mon tue wed thu fri sat sun",
    "en-4": "mon tues wed thurs fri sat sun",
    "de": "mo di mi do fr sa so",
    "de.": "mo. di. mi. do. fr. sa. so.",
    "fr": "lun mar mer jeu ven sam dim",
    "fr.": "lun. mar. mer. jeu. ven. sam. dim.",
    "es": "lun mar mié jue vie sáb dom",
    "it": "lun mar mer gio ven sab dom",
    "nl": "ma di wo do vr za zo",
    "pt": "seg ter qua qui sex sáb dom",
}
# Two texts for the halves of a day, as they are met.
HALF_DAYS = (
    ("AM", "PM"), ("am", "pm"), ("A.M.", "P.M."), ("a.m.", "p.m."), ("Am", "Pm"),
    ("上午", "下午"), ("午前", "午後"), ("오전", "오후"),
)  # fmt: skip
ORDINALS = ("st", "nd", "rd", "th")  # of the English days 1st, 2nd, 3rd, 4th
_TABLES = {"B": _LONG_MONTHS, "b": _SHORT_MONTHS, "A": _LONG_DAYS, "a": _SHORT_DAYS}


@cache
def names(directive: str, language: str, case: str) -> tuple[str, ...]:
    """The names of ``%B``, ``%b``, ``%A`` or ``%a``, January or Monday first; () where unknown."""
    table = _TABLES[directive]
    words = table.get(language, table.get(base_language(language), "")).split()
    if case == "upper":
        return tuple(word.upper() for word in words)
    return tuple(word.capitalize() for word in words) if case == "title" else tuple(words)


def base_language(language: str) -> str:
    """The language of which this is one way to shorten names: ``fr`` of ``fr.``."""
    return language.partition("-")[0].rstrip(".")


def languages_of(directive: str, words: frozenset[str]) -> tuple[tuple[str, str], ...]:
    """``(language, case)`` of all that know every one of the words.

    A variant is none where its language knows them by itself.
    """
    found: list[tuple[str, str]] = []
    for language in (*LANGUAGES, *VARIANTS):
        for case in CASES:
            known = language in _TABLES[directive] and (base_language(language), case) not in found
            if known and words <= set(names(directive, language, case)):
                found.append((language, case))
    return tuple(found)


@cache
def shortened() -> frozenset[str]:
    """Names that end with a point, in all cases."""
    return frozenset(
        name
        for directive in "ba"
        for language in VARIANTS
        if language in _TABLES[directive]
        for case in CASES
        for name in names(directive, language, case)
        if name.endswith(".")
    )
