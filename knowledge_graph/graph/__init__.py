"""Queries over the graph as other programs read it."""
