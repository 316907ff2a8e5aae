"""Weights of the topic score. Written by `tests/quality/fit_topics.py` from the verdicts beside it; do not edit by hand."""

CEILING = 7.0688
"""What the evidence of a sure name adds up to; more of it ranks no higher."""

BY_DOCUMENTS = 0.6
"""What each step of ln(1 + documents) adds, among the sure ones too."""

THRESHOLD = 4.8188

WEIGHTS = {
    "said": 1.0,
    "sentences": 0.1248,
    "teams": 0.3672,
    "headings": -0.0561,
    "items": 0.1088,
    "links": 0.1590,
    "codes": 0.1093,
    "cells": -0.0779,
    "documents": 0.0660,
    "title": 1.0425,
    "path": 0.4712,
    "folder": 0.2353,
    "index": 0.6228,
    "record": 1.1117,
    "acronym": 0.6472,
    "other-name": 0.1345,
    "linked-name": 0.5110,
    "defined": 0.3592,
    "decided": 0.2961,
    "summarised": 0.6024,
    "in-heading": -0.8194,
    "in-item": -0.1629,
    "in-code": -0.0492,
    "in-strong": -0.3761,
    "in-cell": -0.7806,
    "camel": 0.0597,
    "caps": 0.1544,
    "hyphen": 0.3264,
    "two-capitals": 0.5933,
    "in-folder": -0.1273,
    "standalone": 0.4076,
    "lower": -0.8399,
    "person": -3.2703,
    "number": -2.5492,
    "address": -1.4652,
    "label": -0.7185,
    "varied": 1.1195,
    "dense": 0.5474,
    "parsed": -0.0089,
    "spelled": 0.0243,
    "rarity": 0.1386,
    "rarest": 0.0110,
    "two-words": 0.2166,
    "three-words": 0.4177,
    "plain": -1.0433,
    "everyday": -0.5401,
    "sentence-like": -0.0336,
    "short": -0.2825,
    "digits": 0.1652,
}
