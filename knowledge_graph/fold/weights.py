"""Weights of the topic score. Written by `tests/quality/fit_topics.py` from the verdicts beside it; do not edit by hand."""

CEILING = 7.0585
"""What the evidence of a sure name adds up to; more of it ranks no higher."""

BY_DOCUMENTS = 0.6
"""What each step of ln(1 + documents) adds, among the sure ones too."""

BY_SIZE = 0.3
"""How much less each step of ln(documents) asks of a name where there are fewer."""

THRESHOLD = 4.8085

WEIGHTS = {
    "sentences": 0.1211,
    "teams": 0.3124,
    "headings": -0.0386,
    "items": 0.1070,
    "links": 0.2218,
    "codes": 0.0898,
    "cells": -0.0342,
    "documents": 0.0556,
    "said": 1.3000,
    "title": 0.9964,
    "path": 0.3562,
    "folder": 0.2391,
    "index": 0.6069,
    "record": 1.1378,
    "acronym": 0.7937,
    "other-name": 0.1762,
    "linked-name": 0.4955,
    "defined": 0.2837,
    "decided": 0.3939,
    "summarised": 0.5708,
    "in-heading": -0.7660,
    "in-item": -0.1242,
    "in-code": 0.1309,
    "in-strong": -0.3402,
    "in-cell": -0.7685,
    "caps": 0.0956,
    "hyphen": 0.3413,
    "two-capitals": 0.6079,
    "in-folder": -0.2525,
    "standalone": 0.3957,
    "nested": -1.5000,
    "field": -0.1229,
    "lower": -0.8787,
    "listed": 2.4234,
    "person": -3.3680,
    "number": -2.6830,
    "address": -1.4869,
    "lone": -1.5000,
    "template": -2.0000,
    "label": -0.7268,
    "varied": 1.0839,
    "dense": 0.3557,
    "parsed": -0.0092,
    "spelled": -0.0870,
    "rarity": 0.1633,
    "rarest": 0.0365,
    "two-words": 0.2877,
    "three-words": 0.3378,
    "plain": -0.8461,
    "everyday": -0.5329,
    "sentence-like": -0.1226,
    "group": 0.7265,
    "inflected": -1.0000,
    "short": -0.0929,
    "digits": 0.3055,
}
