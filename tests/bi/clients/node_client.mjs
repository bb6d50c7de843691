// DuckDB from Node: attached for reading only, under a name of one's own.
import { createRequire } from "node:module";

const require = createRequire(process.cwd() + "/");
const { DuckDBInstance } = require("@duckdb/node-api");

const connection = await (await DuckDBInstance.create()).connect();
await connection.run(`ATTACH '${process.argv[2]}/marts.duckdb' AS tyle (READ_ONLY)`);
const read = async (query) => (await connection.runAndReadAll(query)).getRowsJson();
const rows = await read(
  "SELECT unit_name, CAST(total AS INTEGER) FROM tyle.marts.monthly_unit_rates ORDER BY unit_name",
);
const said = await read(
  "SELECT comment FROM duckdb_columns() WHERE table_name = 'monthly_unit_rates' AND column_name = 'online'",
);
console.log(JSON.stringify({ rows, comment: said[0][0] }));
