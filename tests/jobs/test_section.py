from datetime import date

import pytest
from pydantic import ValidationError

from jobs.section import Section, dates_as_text


class Small(Section):
    rows: int = 1


def test_a_key_that_is_not_known_is_an_error() -> None:
    with pytest.raises(ValidationError, match="row"):
        Small.model_validate({"row": 2})


def test_dates_become_text_wherever_they_stand() -> None:
    day = date(2024, 1, 31)
    assert dates_as_text({day: [day, {"a": day}], "b": 3}) == {
        "2024-01-31": ["2024-01-31", {"a": "2024-01-31"}],
        "b": 3,
    }
