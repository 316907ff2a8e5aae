"""From a parsed document to evidence: pure, deterministic, and blind to every other document."""

from extractors.mining.mine import MINER_VERSION, mine

__all__ = ["MINER_VERSION", "mine"]
