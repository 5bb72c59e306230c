"""Names of months and days as texts write them, by language, length and case."""

from __future__ import annotations

from functools import cache

LANGUAGES = ("en", "de", "fr", "es", "it", "nl", "pt")
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
}
_SHORT_MONTHS = {
    "en": "jan feb mar apr may jun jul aug sep oct nov dec",
    "de": "jan feb mär apr mai jun jul aug sep okt nov dez",
    "es": "ene feb mar abr may jun jul ago sep oct nov dic",
    "it": "gen feb mar apr mag giu lug ago set ott nov dic",
    "nl": "jan feb mrt apr mei jun jul aug sep okt nov dec",
    "pt": "jan fev mar abr mai jun jul ago set out nov dez",
}
_LONG_DAYS = {
    "en": "monday tuesday wednesday thursday friday saturday sunday",
    "de": "montag dienstag mittwoch donnerstag freitag samstag sonntag",
    "fr": "lundi mardi mercredi jeudi vendredi samedi dimanche",
    "es": "lunes martes miércoles jueves viernes sábado domingo",
    "it": "lunedì martedì mercoledì giovedì venerdì sabato domenica",
    "nl": "maandag dinsdag woensdag donderdag vrijdag zaterdag zondag",
}
_SHORT_DAYS = {
    "en": "mon tue wed thu fri sat sun",
    "de": "mo di mi do fr sa so",
    "es": "lun mar mié jue vie sáb dom",
    "it": "lun mar mer gio ven sab dom",
    "nl": "ma di wo do vr za zo",
}
# Two texts for the halves of a day, as they are met.
HALF_DAYS = (("AM", "PM"), ("am", "pm"), ("A.M.", "P.M."), ("a.m.", "p.m."), ("Am", "Pm"))
ORDINALS = ("st", "nd", "rd", "th")  # of the English days 1st, 2nd, 3rd, 4th
_TABLES = {"B": _LONG_MONTHS, "b": _SHORT_MONTHS, "A": _LONG_DAYS, "a": _SHORT_DAYS}


@cache
def names(directive: str, language: str, case: str) -> tuple[str, ...]:
    """The names of ``%B``, ``%b``, ``%A`` or ``%a``, January or Monday first; () where unknown."""
    words = _TABLES[directive].get(language, "").split()
    if case == "upper":
        return tuple(word.upper() for word in words)
    return tuple(word.capitalize() for word in words) if case == "title" else tuple(words)


def languages_of(directive: str, words: frozenset[str]) -> tuple[tuple[str, str], ...]:
    """``(language, case)`` of all that know every one of the words."""
    return tuple(
        (language, case)
        for language in LANGUAGES
        for case in CASES
        if words <= set(names(directive, language, case))
    )
