"""Superset as in docs/bi.md: database, dataset with its descriptions, chart, and its data while publications go on."""

import json
import threading
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.bi.superset_server import superset
from tests.warehouse.reading import publish_once
from warehouse.lake.lake import Lake
from warehouse.marts.catalogue import PUBLISHED

pytestmark = pytest.mark.nightly

RATES = PUBLISHED["monthly_unit_rates"]
PUBLICATIONS = 20


def post(client: httpx.Client, path: str, body: dict[str, Any]) -> dict[str, Any]:
    response = client.post(f"/api/v1/{path}", json=body)
    assert response.is_success, response.text
    answer: dict[str, Any] = response.json()
    return answer


def sum_of(column: str) -> dict[str, str]:
    return {"expressionType": "SQL", "sqlExpression": f"SUM({column})", "label": column}


def test_charts_show_the_newest_figures_without_an_error_while_publications_go_on(
    lake: Lake, published: Path, tmp_path: Path
) -> None:
    with superset(tmp_path) as client:
        database = post(
            client,
            "database/",
            {
                "database_name": "tyle",
                "sqlalchemy_uri": f"duckdb:///{published}/marts.duckdb",
                "extra": json.dumps({"engine_params": {"connect_args": {"read_only": True}}}),
            },
        )["id"]
        dataset = post(
            client, "dataset/", {"database": database, "schema": "marts", "table_name": "monthly_unit_rates"}
        )["id"]
        described = client.get(f"/api/v1/dataset/{dataset}").json()["result"]
        assert {c["column_name"]: c["description"] for c in described["columns"]} == {
            column.name: column.comment for column in RATES.columns
        }
        chart = {
            "slice_name": "Tỷ lệ trực tuyến",
            "viz_type": "table",
            "datasource_id": dataset,
            "datasource_type": "table",
            "params": json.dumps({"groupby": ["unit_name"], "metrics": [sum_of("online"), sum_of("total")]}),
        }
        assert post(client, "chart/", chart)["id"]

        totals, number = [], 0
        done = threading.Event()

        def publish_on() -> None:
            nonlocal number
            while number < PUBLICATIONS:
                number += 1
                publish_once(lake, number)
            done.set()

        query = {
            "datasource": {"id": dataset, "type": "table"},
            "force": True,
            "queries": [{"columns": ["unit_name"], "metrics": [sum_of("online"), sum_of("total")]}],
        }
        publisher = threading.Thread(target=publish_on)
        publisher.start()
        last_round = False
        while not last_round:
            last_round = done.is_set() or not publisher.is_alive()
            rows = post(client, "chart/data", query)["result"][0]["data"]
            assert sorted(row["unit_name"] for row in rows) == ["Đơn vị a", "Đơn vị b", "Đơn vị c"]
            totals.append(sum(row["total"] or 0 for row in rows))
        publisher.join()
        assert number == PUBLICATIONS
        # delivery n states n + 1 online and 2 in person: each total is one of a publication, none older than before
        sums = [sum(n + 3 for n in range(last + 1)) for last in range(PUBLICATIONS + 1)]
        assert set(totals) <= set(sums)
        assert totals == sorted(totals)
        assert totals[-1] == sums[-1]
        assert len(set(totals)) > 1
