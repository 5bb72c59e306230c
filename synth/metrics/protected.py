"""Columns that hold what the law protects, by their names: figures are taken apart by them."""

from __future__ import annotations

from collections.abc import Iterable

from synth.table.name_words import folded, name_words

# English, German, French, Spanish, Italian, Portuguese, Dutch, Polish; whole words of a name, of
# which those joined by "_" follow each other. A date of birth tells an age.
_ATTRIBUTES = {
    "sex": "sex gender geschlecht sexe genre sexo género genero sesso genere gênero geslacht płeć "
    "geschlechtsidentität geschlechtsidentitaet",
    "race or ethnicity": "race ethnicity ethnic ethnie raza etnia razza raça ras etniciteit rasa "
    "skin_color skin_colour hautfarbe tribe caste",
    "religion": "religion religious religión religione religião geloof religie wyznanie "
    "konfession religionszugehörigkeit religionszugehoerigkeit faith",
    "disability": "disability disabled handicap handicapped behinderung schwerbehinderung "
    "schwerbehindert discapacidad disabilità deficiência beperking niepełnosprawność",
    "nationality": "nationality citizenship nationalität nationalitaet staatsangehörigkeit "
    "staatsangehoerigkeit staatsbürgerschaft staatsbuergerschaft nationalité nacionalidad "
    "nazionalità cittadinanza nacionalidade nationaliteit narodowość obywatelstwo national_origin "
    "ethnic_origin",
    "age": "age agegroup alter altersgruppe âge edad età idade leeftijd wiek birthdate birthday "
    "birthyear dob birth_date date_of_birth birth_year year_of_birth geburtsdatum geburtsjahr "
    "geburtstag date_de_naissance date_naissance fecha_de_nacimiento fecha_nacimiento "
    "data_di_nascita data_nascita data_de_nascimento data_nascimento geboortedatum geboortejaar "
    "data_urodzenia rok_urodzenia",
    "marital status": "marital familienstand état_civil situation_familiale estado_civil "
    "stato_civile burgerlijke_staat stan_cywilny",
    "sexual orientation": "sexual_orientation sexualorientation sexuelle_orientierung "
    "orientation_sexuelle orientación_sexual orientamento_sessuale orientação_sexual "
    "seksuele_geaardheid orientacja_seksualna lgbt lgbtq",
    "health": "health_status health_condition health_state medical_condition medical_history "
    "gesundheitszustand état_de_santé estado_de_salud stato_di_salute estado_de_saúde gezondheid "
    "stan_zdrowia chronic_illness chronic_disease hiv hiv_status",
    "pregnancy": "pregnancy pregnant schwangerschaft schwanger grossesse enceinte embarazo "
    "embarazada gravidanza incinta gravidez grávida zwangerschap zwanger ciąża",
    "political opinion": "political_party political_opinion political_affiliation "
    "political_orientation party_affiliation politische_meinung parteizugehörigkeit "
    "parteizugehoerigkeit opinion_politique opinión_política opinione_politica opinião_política "
    "partido_político politieke_voorkeur poglądy_polityczne",
    "trade union membership": "trade_union union_member union_membership labor_union labour_union "
    "gewerkschaft gewerkschaftszugehörigkeit gewerkschaftszugehoerigkeit syndicat "
    "afiliación_sindical sindicato sindacato vakbond związek_zawodowy",
    "veteran status": "veteran veteran_status military_veteran",
}
_ATTRIBUTE_OF = {
    tuple(folded(word) for word in phrase.split("_")): attribute
    for attribute, phrases in _ATTRIBUTES.items()
    for phrase in phrases.split()
}
_LONGEST = max(map(len, _ATTRIBUTE_OF))


def protected_attribute(name: str) -> str | None:
    """The protected attribute that a column's name speaks of; None for none.

    >>> protected_attribute("applicantGender"), protected_attribute("trade_union")
    ('sex', 'trade union membership')
    """
    words = name_words(name)
    for length in range(_LONGEST, 0, -1):
        for start in range(len(words) - length + 1):
            attribute = _ATTRIBUTE_OF.get(words[start : start + length])
            if attribute:
                return attribute
    return None


def protected_columns(names: Iterable[str]) -> tuple[str, ...]:
    """Those of the names that speak of a protected attribute.

    >>> protected_columns(["age", "pageCount", "native-country", "applicantGender"])
    ('age', 'applicantGender')
    """
    return tuple(name for name in names if protected_attribute(name))
