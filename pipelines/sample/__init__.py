"""A fictional company of about 200 files with the answers that a reader of them would give."""

from pipelines.sample.errors import SampleError, TargetNotOurs
from pipelines.sample.gold import Gold, load_gold
from pipelines.sample.write import SampleReport, write_sample

__all__ = ["Gold", "SampleError", "SampleReport", "TargetNotOurs", "load_gold", "write_sample"]
