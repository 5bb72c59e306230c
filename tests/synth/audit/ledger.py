"""A table that keeps rules of every sort, but for a few rows that mistakes were planted in."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pyarrow as pa

MINUTE, DAY = 60_000_000, 86_400_000_000  # microseconds
FIRST_DAY = 19_700  # 2023-12-09
CODES = 40
# The columns of each rule, as its finding names them, and which mistake it tells of.
RULES = {
    ("gross", "net", "tax"): "sum",
    ("charge", "fee", "post"): "decimals",
    ("weight", "net_weight", "packing"): "floats",
    ("total", "price", "pieces"): "product",
    ("amount", "cents"): "line",
    ("minutes", "begins", "ends"): "duration",
    ("hired", "born"): "dates",
    ("name", "code"): "map",
}


def ledger(rows: int = 20_000, broken: int = 20, seed: int = 0) -> tuple[pa.Table, dict[str, set]]:
    """The table, and by the sort of a mistake the rows that have it, so many of each."""
    rng = np.random.default_rng(seed)
    wrong = {kind: rng.choice(rows, broken, replace=False) for kind in (*RULES.values(), "form")}
    net, tax = rng.integers(100, 5_000, rows), rng.integers(1, 900, rows)
    gross = net + tax
    gross[wrong["sum"]] += rng.integers(1, 50, broken)
    fee, post = rng.integers(100, 90_000, rows), rng.integers(0, 5_000, rows)
    charge = fee + post
    charge[wrong["decimals"]] -= 1
    net_weight, packing = rng.integers(1, 9_000, rows) / 100, rng.integers(1, 300, rows) / 100
    weight = np.round(net_weight + packing, 2)
    weight[wrong["floats"]] *= 10
    price, pieces = rng.integers(100, 9_999, rows) / 100, rng.integers(1, 30, rows)
    total = np.round(price * pieces, 2)
    total[wrong["product"]] = np.round(total[wrong["product"]] / 2 + 1, 2)
    amount = rng.integers(100, 99_999, rows) / 100
    cents = np.rint(amount * 100).astype(np.int64)
    cents[wrong["line"]] = 0
    begins = FIRST_DAY * DAY + rng.integers(0, 400_000, rows) * MINUTE
    minutes = rng.integers(5, 3_000, rows)
    ends = begins + minutes * MINUTE + rng.integers(0, MINUTE, rows)
    minutes[wrong["duration"]] += 60
    born = rng.integers(0, 12_000, rows)
    hired = born + rng.integers(18 * 365, 60 * 365, rows)
    at = wrong["dates"]
    born[at], hired[at] = hired[at], born[at]
    code = rng.integers(0, CODES, rows)
    name = np.array([f"{'ABCDEFGH'[k % 8]}{'aeiou'[k // 8]}rt" for k in range(CODES)])[code]
    other = (code[wrong["map"]] + 1 + rng.integers(0, CODES - 1, broken)) % CODES
    name[wrong["map"]] = np.array([f"{'ABCDEFGH'[k % 8]}{'aeiou'[k // 8]}rt" for k in other])
    reference = np.array([f"R-{n:05d}" for n in rng.integers(0, 99_999, rows)], object)
    reference[wrong["form"]] = "none"
    columns = {
        "net": net,
        "tax": tax,
        "gross": gross,
        "fee": _decimals(fee),
        "post": _decimals(post),
        "charge": _decimals(charge),
        "net_weight": net_weight,
        "packing": packing,
        "weight": weight,
        "price": price,
        "pieces": pieces,
        "total": total,
        "amount": amount,
        "cents": cents,
        "begins": pa.array(begins).cast(pa.timestamp("us", "UTC")),
        "ends": pa.array(ends).cast(pa.timestamp("us", "UTC")),
        "minutes": minutes,
        "born": pa.array(born.astype(np.int32)).cast(pa.date32()),
        "hired": pa.array(hired.astype(np.int32)).cast(pa.date32()),
        "code": code,
        "name": name,
        "reference": pa.array(reference, pa.string()),
        "noise": rng.normal(size=rows).round(3),
        "chance": rng.integers(0, 1_000, rows),
    }
    return pa.table(columns), {kind: set(map(int, at)) for kind, at in wrong.items()}


def unrelated(rows: int, seed: int) -> pa.Table:
    """Columns that have nothing to do with each other, or are in order by tendency alone."""
    rng = np.random.default_rng(seed)
    level = rng.normal(size=rows)
    runs = rng.poisson(12, rows)
    seen = FIRST_DAY * DAY + rng.integers(0, 400_000, rows) * MINUTE
    return pa.table(
        {
            "low": rng.normal(0, 1, rows).round(2),
            "high": rng.normal(4, 1, rows).round(2),
            "first": (level * 3 + 50).round(1),
            "second": (level * 3 + 52 + rng.normal(0, 0.8, rows)).round(1),
            "wait": rng.exponential(5, rows).round(1),
            "runs": runs,
            "goals": rng.binomial(runs, 0.3),
            "size": rng.lognormal(0, 1, rows).round(2),
            "group": rng.choice(["a", "b", "c"], rows),
            "rare": rng.choice(["x", "y"], rows, p=[0.995, 0.005]),
            "word": rng.choice([f"{'bcdf'[k % 4] * (1 + k % 7)}{k}" for k in range(200)], rows),
            "seen": pa.array(seen).cast(pa.timestamp("us")),
            "told": pa.array(seen + (rng.normal(30, 11, rows) * MINUTE).astype(np.int64)).cast(
                pa.timestamp("us")
            ),
        }
    )


def _decimals(cents: np.ndarray) -> pa.Array:
    return pa.array([Decimal(int(n)).scaleb(-2) for n in cents], pa.decimal128(12, 2))
