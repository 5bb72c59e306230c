"""Names and the like in free text, by presidio (microsoft.github.io/presidio) if it is installed.

What patterns and check digits tell is found without it, in every row (``synth.audit.content``).
Names of persons in a sentence need a model of its language, which is too slow for every row: a
sample is searched. Nothing is ever downloaded.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, cast

from synth.audit.content import Confidence, SensitiveContent
from synth.audit.kinds import is_identifying

_SCORE = 0.5  # of presidio's, from which on something counts
_LEAST_SHARE, _LEAST_ROWS = 0.01, 3  # models take some words for names
_OFTEN = 0.1  # of the rows: more than a model errs
_LONGEST = 5_000  # characters of a text that are read
_KINDS = {
    "PERSON": "name of a person",
    "EMAIL_ADDRESS": "e-mail address",
    "PHONE_NUMBER": "telephone number",
    "CREDIT_CARD": "payment card number",
    "IBAN_CODE": "IBAN",
    "US_BANK_NUMBER": "bank account number",
    "IP_ADDRESS": "IP address",
    "MEDICAL_LICENSE": "medical record number",
    "US_PASSPORT": "passport number",
    "US_DRIVER_LICENSE": "identity document number",
    "US_SSN": "US social security number",
    "UK_NINO": "UK national insurance number",
    "ES_NIF": "Spanish NIF or NIE",
    "ES_NIE": "Spanish NIF or NIE",
    "IT_FISCAL_CODE": "Italian codice fiscale",
    "PL_PESEL": "Polish PESEL",
    "IN_AADHAAR": "Indian Aadhaar number",
    "IN_PAN": "Indian PAN",
    "AU_TFN": "Australian tax file number",
    "NRP": "nationality, religion or politics",
}
# The models that spaCy publishes, the best first; presidio needs one of them in the environment.
_MODELS = {
    language: tuple(f"{language}_core_{genre}_{size}" for size in ("lg", "md", "sm"))
    for language, genre in (
        ("en", "web"),
        *((own, "news") for own in ("de", "fr", "es", "it", "pt", "nl", "pl", "ja", "zh")),
    )
}
_MODELS["zh"] = tuple(name.replace("news", "web") for name in _MODELS["zh"])


class Analyzer(Protocol):
    """What is asked of presidio's ``AnalyzerEngine``."""

    def analyze(self, text: str, language: str, **settings: Any) -> Sequence[Any]:
        """What was found, each with an ``entity_type`` and a ``score``."""
        ...


@dataclass(frozen=True)
class FreeText:
    """What was found in a sample of texts, most rows first, and what to say of the search."""

    contents: tuple[SensitiveContent, ...] = ()
    notes: tuple[str, ...] = ()


def search_free_text(
    sample: Mapping[str, Sequence[str]], *, language: str = "en", analyzer: Analyzer | None = None
) -> FreeText:
    """What a sample of each column's texts, none of them null, holds in the language.

    ``rows`` and ``share`` are those of the sample. ``analyzer`` is presidio's unless one is given;
    where there is none, a note says how to get it.
    """
    texts = {column: values for column, values in sample.items() if len(values)}
    if not texts:
        return FreeText()
    said = f"free text in {', '.join(map(repr, texts))} was searched by"
    if analyzer is None:
        analyzer, missing = _presidio(language)
        if analyzer is None:
            return FreeText(notes=(f"{said} patterns alone: {missing}",))
    contents = [
        content
        for column, values in texts.items()
        for content in _of_column(column, values, language, analyzer)
    ]
    rows = max(map(len, texts.values()))
    return FreeText(
        tuple(contents), (f"{said} presidio as {language!r}, in at most {rows:,} rows of each",)
    )


def _of_column(
    column: str, texts: Sequence[str], language: str, analyzer: Analyzer
) -> Iterable[SensitiveContent]:
    rows: Counter[str] = Counter()
    for text in texts:
        found = analyzer.analyze(text=text[:_LONGEST], language=language, score_threshold=_SCORE)
        rows.update({_KINDS[own.entity_type] for own in found if own.entity_type in _KINDS})
    for kind, count in sorted(rows.items(), key=lambda item: (-item[1], item[0])):
        share = count / len(texts)
        if count >= _LEAST_ROWS and share >= _LEAST_SHARE:
            sure: Confidence = "medium" if share >= _OFTEN else "low"
            identifying = is_identifying(kind)
            yield SensitiveContent(
                column, f"{kind} in text", share, count, "values", sure, identifying
            )


def _presidio(language: str) -> tuple[Analyzer | None, str]:
    """Presidio's engine with a model of the language; None, and what is missing."""
    try:
        import spacy
        import tldextract.tldextract
        from presidio_analyzer import AnalyzerEngine
        from presidio_analyzer.nlp_engine import NlpEngineProvider
    except ImportError as error:
        return None, f"{error.name} is not installed (pip install 'lakesynth[text]')"
    models = _MODELS.get(language, ())
    # Presidio itself would download a model that is not there.
    model = next((name for name in models if spacy.util.is_package(name)), None)
    if model is None:
        if not models:
            return None, f"no model of the language {language!r} is known; {', '.join(_MODELS)} are"
        return None, f"no model of {language!r} is installed (python -m spacy download {models[0]})"
    # Presidio asks this whether an address ends as one may, and it would look for new ends online.
    tldextract.tldextract.TLD_EXTRACTOR.suffix_list_urls = ()
    settings = {
        "nlp_engine_name": "spacy",
        "models": [{"lang_code": language, "model_name": model}],
    }
    engine = NlpEngineProvider(nlp_configuration=settings).create_engine()
    found = AnalyzerEngine(nlp_engine=engine, supported_languages=[language])
    return cast(Analyzer, found), ""
