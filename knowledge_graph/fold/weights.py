"""Weights of the topic score. Written by `tests/quality/fit_topics.py` from the verdicts beside it; do not edit by hand."""

CEILING = 7.0046
"""What the evidence of a sure name adds up to; more of it ranks no higher."""

BY_DOCUMENTS = 0.6
"""What each step of ln(1 + documents) adds, among the sure ones too."""

BY_SIZE = 0.3
"""How much less each step of ln(documents) asks of a name where there are fewer."""

THRESHOLD = 4.7546

WEIGHTS = {
    "sentences": 0.1184,
    "teams": 0.3570,
    "headings": -0.0404,
    "items": 0.1020,
    "links": 0.2194,
    "codes": 0.0880,
    "cells": -0.0383,
    "documents": 0.0526,
    "said": 1.3000,
    "title": 0.9796,
    "path": 0.3458,
    "folder": 0.2562,
    "index": 0.5821,
    "record": 1.1242,
    "acronym": 0.7832,
    "other-name": 0.2059,
    "linked-name": 0.5069,
    "defined": 0.2740,
    "decided": 0.4009,
    "summarised": 0.5758,
    "in-heading": -0.7330,
    "in-item": -0.1293,
    "in-code": 0.1165,
    "in-strong": -0.3457,
    "in-cell": -0.7605,
    "caps": 0.1173,
    "hyphen": 0.3818,
    "two-capitals": 0.6192,
    "in-folder": -0.2345,
    "standalone": 0.4339,
    "nested": -1.5000,
    "field": -1.5000,
    "lower": -0.8918,
    "listed": 2.3971,
    "person": -3.3688,
    "number": -2.6840,
    "address": -1.4922,
    "lone": -1.5000,
    "template": -2.0000,
    "label": -0.7278,
    "varied": 1.0759,
    "dense": 0.3322,
    "parsed": -0.0094,
    "spelled": -0.0884,
    "rarity": 0.1565,
    "rarest": 0.0351,
    "two-words": 0.2924,
    "three-words": 0.3499,
    "plain": -0.8633,
    "everyday": -0.5188,
    "sentence-like": -0.1091,
    "group": 0.3000,
    "inflected": -1.0000,
    "short": -0.0969,
    "digits": 0.2944,
}
