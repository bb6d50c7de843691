"""Runs Great Expectations in memory, one context per contract. Holds no rule, decides nothing and stores nothing.

Suites are made from the code: as files they would be a second definition of the rules, and a file of an older version
can stop a newer one. A batch is validated without a checkpoint, which would describe and store each result once more
and take as long as the validation itself.
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

from expectations.configured_once import configured_once
from expectations.suites import KEY, fact_columns, suite


def validate(contract: str, facts: pl.DataFrame) -> ExpectationSuiteValidationResult:
    """Run the contract's suite: per expectation whether it holds and how many deliveries fail.

    `facts`: `business_date` and the columns of suites.fact_columns, a row per delivery.
    """
    definition, expected = _prepared(contract)
    # a source may have an export of each day under one name
    named = facts.with_columns(pl.format("{} {}", "business_date", KEY).alias(KEY)).select(fact_columns(contract))
    batch = definition.get_batch(batch_parameters={"dataframe": named.to_pandas()})
    with configured_once():
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
