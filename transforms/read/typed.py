"""Which way each column of figures of a contract is read. Reads no figure itself."""

from collections.abc import Callable

import polars as pl

from transforms.dictionary.contracts import Contract
from transforms.read import normalise


def number_of(column: str, contract: Contract) -> Callable[[pl.Expr], pl.Expr]:
    """What reads the texts of a count (Int64): whole numbers, or hundredths of what has two decimals."""
    return normalise.points if column in contract.hundredths else normalise.count
