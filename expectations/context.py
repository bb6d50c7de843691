"""A Great Expectations context in memory whose results lie in a folder. Holds no rule and judges nothing.

Suites and checkpoints are made from the code each time: kept as files they would be a second definition, and
one that an older version wrote stops a newer one.
"""

import logging
from pathlib import Path

import great_expectations as gx
from great_expectations.data_context import EphemeralDataContext
from great_expectations.data_context.types.base import (
    DataContextConfig,
    InMemoryStoreBackendDefaults,
)

from expectations.suites import AGREED, KEY, suite

# Kept results name every failing delivery; the judge itself wants only how many there are.
_NAMED = {
    "result_format": "COMPLETE",
    "unexpected_index_column_names": [KEY, AGREED],
    "return_unexpected_index_query": False,
}
# It warns when it cannot mark the folder of results as its own; what it cannot store there, it raises.
logging.getLogger("great_expectations.data_context.store").setLevel(logging.ERROR)


def checkpoint(contract: str, results: Path | None) -> gx.Checkpoint:
    """The checkpoint of a contract; with `results`, each run's validation result is stored in that folder."""
    context = _context(results)
    asset = context.data_sources.add_pandas("facts").add_dataframe_asset(contract)
    definition = gx.ValidationDefinition(
        name=contract,
        data=asset.add_batch_definition_whole_dataframe("deliveries"),
        suite=context.suites.add(suite(contract)),
    )
    return context.checkpoints.add(
        gx.Checkpoint(
            name=contract,
            validation_definitions=[context.validation_definitions.add(definition)],
            result_format=_NAMED if results else "BASIC",
        )
    )


def _context(results: Path | None) -> EphemeralDataContext:
    memory = InMemoryStoreBackendDefaults(init_temp_docs_sites=False)
    stores = dict(memory.stores)
    if results is not None:
        folder = {"class_name": "TupleFilesystemStoreBackend", "root_directory": str(results)}
        stores[memory.validation_results_store_name] = {
            "class_name": "ValidationResultsStore",
            "store_backend": folder | {"base_directory": "validations"},
        }
    config = DataContextConfig(
        stores=stores,
        expectations_store_name=memory.expectations_store_name,
        validation_results_store_name=memory.validation_results_store_name,
        checkpoint_store_name=memory.checkpoint_store_name,
        data_docs_sites={},
        analytics_enabled=False,
        progress_bars={"globally": False},  # type: ignore[arg-type]
    )
    return gx.get_context(mode="ephemeral", project_config=config)
