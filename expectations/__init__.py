"""Decides whether a delivery may pass. The only room that imports great_expectations (and pandas)."""

import warnings

# Great Expectations also imports PySpark where it is installed, which warns of our version of pandas.
warnings.filterwarnings("ignore", category=FutureWarning, module=r"pyspark\.")
