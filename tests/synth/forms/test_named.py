"""What the kinds of codes that a user may name look like."""

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from synth.forms.check_digits import SCHEMES
from synth.forms.named import NAMED_CODES

EXAMPLES = [
    ("code", ["", "anything\nat all"], []),
    ("uuid", ["123E4567-e89b-12d3-a456-426614174000", "{123e4567e89b12d3a456426614174000}"], ["x"]),
    ("iban", ["DE89370400440532013000", "GB29 NWBK 6016 1331 9268 19"], ["8937", "de89"]),
    ("card", ["4111111111111111", "3782-822463-10005"], ["411", "4111 x"]),
    ("email", ["Jane.Doe+x@mail.co.uk"], ["jane", "a@b"]),
    ("ip", ["10.0.0.255", "2001:db8::1", "::ffff:10.0.0.1", "10.0.0.0/8"], ["10.0.0.256", "1.2"]),
    ("mac", ["00:1A:2b:3c:4d:5e", "00-1a-2b-3c-4d-5e", "001a.2b3c.4d5e"], ["00:1a"]),
    ("url", ["https://a.example/b?c=d#e", "ftp://x"], ["a.example", "http: //x"]),
    ("isbn", ["978-3-16-148410-0", "316148410X"], ["979-1"]),
    ("ean", ["4006381333931", "73513537"], ["400638133393"[:11]]),
]


@pytest.mark.parametrize(("name", "right", "wrong"), EXAMPLES)
def test_a_kind_reads_its_own(name: str, right: list[str], wrong: list[str]) -> None:
    read = pc.match_substring_regex(pa.array(right + wrong), NAMED_CODES[name].expression)
    assert read.to_pylist() == [True] * len(right) + [False] * len(wrong)


def test_every_kind_is_tested_and_its_scheme_is_known() -> None:
    assert [name for name, _, _ in EXAMPLES] == list(NAMED_CODES)
    assert {code.check for code in NAMED_CODES.values()} <= {None, *SCHEMES}
