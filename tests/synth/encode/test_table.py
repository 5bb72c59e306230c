import json

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pytest
from scipy.stats import ks_2samp

from synth.datasets import adult_path
from synth.dependencies.finding import DependencySearch
from synth.encode import EncoderSettings, TableEncoder
from synth.profiling.table_profile import TableProfile
from synth.table.schema import TableSchema
from tests.synth.tables import batch_of, mixed_table


def fitted(table: pa.Table, **settings: int | str) -> TableEncoder:
    keys = {"id"} & set(table.column_names)
    profile = TableProfile(TableSchema.from_arrow(table.schema).marked(keys=keys))
    for batch in table.to_batches():
        profile.update(batch)
    return TableEncoder.fit(profile, EncoderSettings(**settings))  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def table() -> pa.Table:
    return mixed_table()


@pytest.fixture(scope="module")
def encoder(table: pa.Table) -> TableEncoder:
    return fitted(table)


def test_codes_stay_below_their_cardinalities(table: pa.Table, encoder: TableEncoder) -> None:
    codes = encoder.encode(batch_of(table))
    assert codes.dtype == np.int32
    assert codes.shape == (table.num_rows, len(encoder.sub_columns))
    assert (codes >= 0).all() and (codes < np.array(encoder.cardinalities)).all()


def test_decoded_rows_have_names_order_and_types_of_the_table(
    table: pa.Table, encoder: TableEncoder
) -> None:
    rows = encoder.decode(encoder.encode(batch_of(table)), np.random.default_rng(0))
    assert rows.schema.names == table.schema.names
    assert rows.schema.types == table.schema.types


@pytest.mark.parametrize("name", ["age", "local", "member", 'ci"ty', "one"])
def test_values_of_enough_rows_come_back_exactly(
    table: pa.Table, encoder: TableEncoder, name: str
) -> None:
    rows = encoder.decode(encoder.encode(batch_of(table)), np.random.default_rng(0))
    assert rows.column(name).to_pylist() == table[name].to_pylist()


@pytest.mark.parametrize("name", ["in come", "real", "single", "amount", "big", "day", "seen"])
def test_other_values_come_back_within_their_interval(
    table: pa.Table, encoder: TableEncoder, name: str
) -> None:
    rows = encoder.decode(encoder.encode(batch_of(table)), np.random.default_rng(0))
    kind = {"day": pa.int32(), "seen": pa.int64()}.get(name, pa.float64())
    a = np.asarray(table[name].cast(kind)).astype(float)
    b = np.asarray(rows.column(name).cast(kind)).astype(float)
    assert np.isnan(a).tolist() == np.isnan(b).tolist()
    assert ks_2samp(a[~np.isnan(a)], b[~np.isnan(b)]).statistic < 0.02


def test_decoding_lands_on_the_grid_of_the_column(table: pa.Table, encoder: TableEncoder) -> None:
    rows = encoder.decode(encoder.encode(batch_of(table)), np.random.default_rng(0))
    income = np.asarray(rows.column("in come"))
    assert (np.round(income, 2) == income).all()
    # The few rows below the lowest protected value may fall to the atom beside them.
    zeros = [(np.asarray(side["in come"]) == 0).sum() for side in (table, rows)]
    assert abs(zeros[0] - zeros[1]) < encoder.settings.min_entities
    hours = np.asarray(rows.column("seen").cast(pa.int64()))
    assert (hours % 3_600_000_000 == 0).all()
    assert all(v == round(v, 2) for v in rows.column("big").to_pylist())


def test_an_encoder_equals_itself_through_json(table: pa.Table, encoder: TableEncoder) -> None:
    again = TableEncoder.from_json(json.loads(encoder.dumps()))
    assert again.dumps() == encoder.dumps()
    codes = encoder.encode(batch_of(table))
    assert (again.encode(batch_of(table)) == codes).all()
    first = encoder.decode(codes, np.random.default_rng(3))
    second = again.decode(codes, np.random.default_rng(3))
    assert second.to_pandas().equals(first.to_pandas())  # Arrow's equals takes no NaN for equal


def test_no_value_of_few_rows_is_stored() -> None:
    rng = np.random.default_rng(0)
    names = np.where(rng.random(3000) < 0.002, "hidden-person", rng.choice(["a", "b"], 3000))
    pay = rng.integers(0, 50, 3000)
    pay[:3] = 987_654_321
    table = pa.table({"name": names.tolist(), "pay": pay})
    encoder = fitted(table)
    text = encoder.dumps()
    assert "hidden-person" not in text and "987654321" not in text
    rows = encoder.decode(encoder.encode(batch_of(table)), rng)
    assert set(rows.column("name").to_pylist()) == {"a", "b"}
    assert max(rows.column("pay").to_pylist()) < 1000


def test_every_interval_holds_enough_rows(table: pa.Table) -> None:
    encoder = fitted(table, min_entities=25)
    for encoding in encoder.encodings:
        if encoding.kind == "numeric":
            bins = encoding.bin_of(batch_of(table).column(encoding.column.name))
            counts = np.bincount(bins)
            held = counts[: len(encoding.cells.counts)]  # type: ignore[attr-defined]
            assert held[held > 0].min() >= 10, encoding.column.name


def test_unseen_values_take_the_rare_code_or_the_nearest_cell(encoder: TableEncoder) -> None:
    other = mixed_table(500, seed=9).to_pydict()
    other['ci"ty'] = ["never seen"] * 500
    other["in come"] = [1e12] * 500
    rows = pa.RecordBatch.from_pydict(other, schema=mixed_table(1).schema)
    codes = encoder.encode(rows)
    assert (codes < np.array(encoder.cardinalities)).all()
    decoded = encoder.decode(codes, np.random.default_rng(0))
    assert set(decoded.column('ci"ty').to_pylist()) <= {"Rome", "Oslo", "größe"}


def test_keys_are_unique_over_blocks_and_texts_are_made_up(
    table: pa.Table, encoder: TableEncoder
) -> None:
    codes = encoder.encode(batch_of(table))[:100]
    first = encoder.decode(codes, np.random.default_rng(0), first_row=0)
    second = encoder.decode(codes, np.random.default_rng(1), first_row=100)
    ids = first.column("id").to_pylist() + second.column("id").to_pylist()
    assert ids == list(range(1, 201))
    plates = set(first.column("plate").to_pylist())
    assert all(len(plate) == 7 and plate[0].isupper() and plate[1:].isdigit() for plate in plates)
    assert len(plates & set(table["plate"].to_pylist())) <= 2


def test_wide_domains_take_two_codes(table: pa.Table) -> None:
    rng = np.random.default_rng(0)
    table = pa.table(
        {
            "code": [f"c{i:04d}" for i in rng.integers(0, 2000, 200_000)],
            "minute": pa.array(rng.integers(0, 1440, 200_000), pa.int32()),
        }
    )
    encoder = fitted(table)
    assert [sub.level for sub in encoder.sub_columns] == [0, 1, 0, 1]
    assert max(encoder.cardinalities) <= 130
    rows = encoder.decode(encoder.encode(batch_of(table)), rng)
    assert rows.column("code").to_pylist() == table["code"].to_pylist()
    assert rows.column("minute").to_pylist() == table["minute"].to_pylist()


def test_bins_fit_the_bin_matrix(table: pa.Table, encoder: TableEncoder) -> None:
    matrix = encoder.bin_matrix(batch_of(table))
    for place, bins in enumerate(encoder.bins()):
        assert matrix[:, place].min() >= 0 and matrix[:, place].max() < len(bins)
        assert sorted(set(bins.pair_bins)) == list(range(bins.n_pair_bins))


def test_labels_of_sensitive_columns_are_masked(table: pa.Table) -> None:
    profile = TableProfile(
        TableSchema.from_arrow(table.schema).marked(sensitive=['ci"ty', "age", "member"])
    )
    profile.update(batch_of(table))
    for bins in TableEncoder.fit(profile).bins():
        if bins.sensitive:
            assert not {"Rome", "Oslo", "25", "true"} & set(bins.labels)


def test_too_few_rows_and_nothing_to_learn_are_said() -> None:
    with pytest.raises(ValueError, match="at least 22 are needed"):
        fitted(mixed_table(15))
    with pytest.raises(ValueError, match="no column of the table can be learned"):
        fitted(pa.table({"one": ["x"] * 100, "none": pa.array([None] * 100, pa.int32())}))


def test_a_key_of_another_type_is_refused() -> None:
    profile = TableProfile(TableSchema.from_arrow(mixed_table(100).schema).marked(keys=["real"]))
    profile.update(batch_of(mixed_table(100)))
    with pytest.raises(ValueError, match="key column 'real' is of type double"):
        TableEncoder.fit(profile)


def test_columns_of_nan_and_infinities_survive_standard_json() -> None:
    rng = np.random.default_rng(0)
    table = pa.table(
        {
            "nan": np.full(200, np.nan),
            "rarely": np.where(np.arange(200) < 3, 1.5, np.nan),
            "inf": rng.choice([np.inf, -np.inf, 0.0, 2.5], 200),
            "x": rng.integers(0, 4, 200),
        }
    )
    encoder = fitted(table)
    text = encoder.dumps()
    assert "Infinity" not in text and "NaN" not in text
    again = TableEncoder.from_json(json.loads(text))
    rows = again.decode(again.encode(batch_of(table)), rng).to_pandas()
    assert rows["nan"].isna().all() and rows["rarely"].isna().all()
    assert rows["inf"].tolist() == table["inf"].to_pylist()


def test_a_column_of_nan_that_may_not_be_null_stays_nan() -> None:
    schema = pa.schema([pa.field("nan", pa.float64(), nullable=False), pa.field("x", pa.int32())])
    table = pa.table({"nan": np.full(200, np.nan), "x": np.arange(200, dtype=np.int32) % 3}, schema)
    encoder = fitted(table)
    rows = encoder.decode(encoder.encode(batch_of(table)), np.random.default_rng(0))
    assert rows.column("nan").null_count == 0
    assert np.isnan(np.asarray(rows.column("nan"))).all()


EXACT = 8192  # distinct values up to which a column comes back as it was


@pytest.fixture(scope="module")
def adult() -> pa.RecordBatch:
    """The census table, with a timestamp of few and a price of many distinct values."""
    table: pa.Table = pyarrow.csv.read_csv(adult_path())
    rng = np.random.default_rng(0)
    hours = rng.integers(0, 6000, len(table)).astype("timedelta64[h]")
    prices = np.round(rng.lognormal(4, 2, len(table)), 2)
    prices[rng.random(len(table)) < 0.1] = 9.99
    table = table.append_column("hour", pa.array(np.datetime64("2024-01-01T00", "us") + hours))
    table = table.append_column("price", pa.array(prices, mask=rng.random(len(table)) < 0.2))
    return batch_of(table)


def through(rows: pa.RecordBatch, min_entities: int) -> pa.RecordBatch:
    """The rows as codes, and back."""
    profile = TableProfile.of(pa.Table.from_batches([rows]))
    encoder = TableEncoder.fit(profile, EncoderSettings(min_entities=min_entities))
    return encoder.decode(encoder.encode(rows), np.random.default_rng(0))


def ks(one: pa.Array, two: pa.Array) -> float:
    """The Kolmogorov-Smirnov distance of two columns of numbers."""
    first, second = (np.sort(part.drop_null().to_numpy()) for part in (one, two))
    places = np.concatenate([first, second])
    shares = [np.searchsorted(part, places, "right") / len(part) for part in (first, second)]
    return float(np.abs(shares[0] - shares[1]).max())


def test_columns_of_some_thousand_values_come_back_exactly(adult: pa.RecordBatch) -> None:
    made = through(adult, min_entities=1)
    few = [name for name in adult.schema.names if pc.count_distinct(adult[name]).as_py() <= EXACT]
    assert set(adult.schema.names) - set(few) == {"fnlwgt", "price"}
    for name in few:
        assert made[name].equals(adult[name]), name


@pytest.mark.parametrize("min_entities", [1, EncoderSettings().min_entities])
def test_numbers_keep_their_distribution_and_their_nulls(
    adult: pa.RecordBatch, min_entities: int
) -> None:
    made = through(adult, min_entities)
    numbers = [f.name for f in adult.schema if f.type in (pa.int64(), pa.float64())]
    assert len(numbers) == 7
    for name in numbers:
        assert ks(adult[name], made[name]) < 0.002, name
        assert made[name].is_null().equals(adult[name].is_null())
    frequent, made_frequent = (
        pc.equal(part["price"], 9.99).fill_null(False) for part in (adult, made)
    )
    assert pc.all(pc.or_(pc.invert(frequent), made_frequent)).as_py()
    by_chance = pc.sum(made_frequent).as_py() - pc.sum(frequent).as_py()  # drawn between neighbours
    assert by_chance < 50


def test_a_made_up_text_follows_its_rule_where_there_is_a_code() -> None:
    """Some rows have a name without a code, and most names are rare."""
    rng = np.random.default_rng(0)
    number = rng.choice(60, 2_000, p=rng.dirichlet(np.ones(60)))
    lost = rng.random(2_000) < 0.6
    told = [f"n{n:03}" for n in number]
    names = [f"x{place:04}" if gone else told[place] for place, gone in enumerate(lost)]
    table = pa.table({"code": pa.array([f"c{n:03}" for n in number], mask=lost), "name": names})
    schema = TableSchema.from_arrow(table.schema)
    profile = TableProfile(schema)
    search = DependencySearch(schema, min_entities=10, direct=256)
    verification = search.verification(search.candidates(batch_of(table)).rules)
    for state in (profile, verification):
        state.update(batch_of(table))
    plan = search.settle(verification, profile)
    assert [step.mode for step in plan.steps] == ["repair"]
    encoder = TableEncoder.fit(profile, EncoderSettings(), plan)
    assert encoder.encodings[1].kind == "made"
    codes = encoder.encode(batch_of(table))
    back = encoder.decode(codes, rng).to_pydict()
    rows = zip(back["code"], back["name"], strict=True)
    found = {(code, name) for code, name in rows if code is not None}
    assert found and found <= {*zip(table["code"].to_pylist(), names, strict=True)}
