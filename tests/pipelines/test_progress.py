"""What is said of work while it runs."""

import logging

import pytest

from pipelines.progress import Reporter


def test_work_that_cannot_be_counted_is_named_and_timed(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "pipelines"), Reporter(quiet=True).working("fold: edges"):
        pass
    first, last = caplog.messages
    assert first == "fold: edges ..."
    assert last.startswith("fold: edges: ")
    assert last.endswith(" s")
