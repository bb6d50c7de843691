"""May it pass? The only room that imports great_expectations (and pandas)."""

import warnings

# Great Expectations imports whatever it might judge with, PySpark too if it is there,
# and that complains of our pandas.
warnings.filterwarnings("ignore", category=FutureWarning, module=r"pyspark\.")
