"""Weights of the topic score. Written by `tests/quality/fit_topics.py` from the verdicts beside it; do not edit by hand."""

CEILING = 7.0263
"""What the evidence of a sure name adds up to; more of it ranks no higher."""

BY_DOCUMENTS = 0.6
"""What each step of ln(1 + documents) adds, among the sure ones too."""

BY_SIZE = 0.3
"""How much less each step of ln(documents) asks of a name where there are fewer."""

THRESHOLD = 4.7263

WEIGHTS = {
    "sentences": 0.1078,
    "teams": 0.3450,
    "kinds": 0.8264,
    "kinds-said": 0.2967,
    "headings": -0.0545,
    "items": 0.0985,
    "links": 0.2263,
    "codes": 0.0417,
    "cells": -0.0135,
    "documents": 0.0446,
    "said": 1.3000,
    "title": 0.9540,
    "path": 0.4517,
    "folder": 0.2434,
    "index": 0.5770,
    "record": 1.0291,
    "acronym": 0.7584,
    "other-name": 0.2149,
    "linked-name": 0.5012,
    "defined": 0.2705,
    "decided": 0.3616,
    "summarised": 0.5222,
    "status": 0.6972,
    "in-heading": -0.7164,
    "in-item": -0.0786,
    "in-code": 0.0809,
    "in-strong": -0.3281,
    "in-cell": -0.6706,
    "camel": 0.0143,
    "caps": 0.1005,
    "hyphen": 0.4206,
    "two-capitals": 0.6184,
    "in-folder": -0.2252,
    "standalone": 0.4147,
    "nested": -1.5000,
    "field": -1.5000,
    "lower": -0.8977,
    "listed": 2.3612,
    "person": -3.2743,
    "number": -2.6834,
    "address": -1.4969,
    "lone": -1.5000,
    "template": -2.0000,
    "label": -0.7334,
    "varied": 0.9950,
    "dense": 0.2977,
    "parsed": -0.0090,
    "spelled": -0.0968,
    "rarity": 0.1583,
    "rarest": 0.0448,
    "two-words": 0.3247,
    "three-words": 0.3438,
    "plain": -0.8990,
    "everyday": -0.5267,
    "sentence-like": -0.1544,
    "doing": -0.0058,
    "group": 0.3000,
    "inflected": -1.0000,
    "short": -0.1404,
    "digits": 0.3007,
}
