"""Weights of the topic score. Written by `tests/quality/fit_topics.py` from the verdicts beside it; do not edit by hand."""

CEILING = 7.0184
"""What the evidence of a sure name adds up to; more of it ranks no higher."""

BY_DOCUMENTS = 0.6
"""What each step of ln(1 + documents) adds, among the sure ones too."""

THRESHOLD = 4.7684

WEIGHTS = {
    "said": 1.0,
    "sentences": 0.1154,
    "teams": 0.3588,
    "headings": -0.0393,
    "items": 0.1242,
    "links": 0.1992,
    "codes": 0.0879,
    "cells": -0.0618,
    "documents": 0.0482,
    "title": 0.9624,
    "path": 0.3455,
    "folder": 0.1729,
    "index": 0.5935,
    "record": 1.1290,
    "acronym": 0.7122,
    "other-name": 0.2092,
    "linked-name": 0.5224,
    "defined": 0.2900,
    "decided": 0.3774,
    "summarised": 0.5540,
    "in-heading": -0.7341,
    "in-item": -0.1076,
    "in-code": 0.1219,
    "in-strong": -0.3323,
    "in-cell": -0.7718,
    "caps": 0.0973,
    "hyphen": 0.3274,
    "two-capitals": 0.6483,
    "in-folder": -0.2204,
    "standalone": 0.4351,
    "lower": -0.8918,
    "listed": 2.3988,
    "person": -3.3178,
    "number": -2.6831,
    "address": -1.4916,
    "label": -0.7268,
    "varied": 1.0777,
    "dense": 0.3313,
    "parsed": -0.0095,
    "spelled": -0.0912,
    "rarity": 0.1601,
    "rarest": 0.0342,
    "two-words": 0.3172,
    "three-words": 0.3488,
    "plain": -0.8846,
    "everyday": -0.5054,
    "sentence-like": -0.0657,
    "short": -0.1875,
    "digits": 0.1924,
}
