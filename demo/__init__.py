"""August 2022 as the units would have sent it. Only makes exports: the pipeline reads them like any others."""
