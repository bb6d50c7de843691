"""Great Expectations in memory, one context a contract. Holds no rule, judges nothing and stores nothing.

Suites are made from the code: kept as files they would be a second definition, and one that an older version wrote
stops a newer one. A batch is validated by its suite directly: a checkpoint would describe and store each result once
more, which takes as long as the validation itself.
"""

from functools import cache
from typing import Any

import great_expectations as gx
import polars as pl
from great_expectations.core import ExpectationSuite, ExpectationSuiteValidationResult
from great_expectations.core.batch_definition import BatchDefinition
from great_expectations.data_context import EphemeralDataContext
from great_expectations.data_context.types.base import (
    DataContextConfig,
    InMemoryStoreBackendDefaults,
)

from expectations.suites import KEY, fact_columns, suite


def validate(contract: str, facts: pl.DataFrame) -> ExpectationSuiteValidationResult:
    """What the contract's suite says of these facts: per expectation whether it holds and how many deliveries fail."""
    definition, expected = _prepared(contract)
    # a place may hand over an export of each day
    named = facts.with_columns(pl.format("{} {}", "business_date", KEY).alias(KEY)).select(fact_columns(contract))
    batch = definition.get_batch(batch_parameters={"dataframe": named.to_pandas()})
    return batch.validate(expected, result_format="BASIC")


@cache
def _prepared(contract: str) -> tuple[BatchDefinition[Any], ExpectationSuite]:
    context = _context()
    asset = context.data_sources.add_pandas("facts").add_dataframe_asset(contract)
    return asset.add_batch_definition_whole_dataframe("deliveries"), context.suites.add(suite(contract))


def _context() -> EphemeralDataContext:
    memory = InMemoryStoreBackendDefaults(init_temp_docs_sites=False)
    config = DataContextConfig(
        stores=memory.stores,
        expectations_store_name=memory.expectations_store_name,
        validation_results_store_name=memory.validation_results_store_name,
        checkpoint_store_name=memory.checkpoint_store_name,
        data_docs_sites={},
        analytics_enabled=False,
        progress_bars={"globally": False},  # type: ignore[arg-type]
    )
    return gx.get_context(mode="ephemeral", project_config=config)
