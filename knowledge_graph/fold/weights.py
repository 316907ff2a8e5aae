"""Weights of the topic score. Written by `tests/quality/fit_topics.py` from the verdicts beside it; do not edit by hand."""

CEILING = 7.0589
"""What the evidence of a sure name adds up to; more of it ranks no higher."""

BY_DOCUMENTS = 0.6
"""What each step of ln(1 + documents) adds, among the sure ones too."""

BY_SIZE = 0.3
"""How much less each step of ln(documents) asks of a name where there are fewer."""

THRESHOLD = 4.8089

WEIGHTS = {
    "sentences": 0.1212,
    "teams": 0.3126,
    "headings": -0.0382,
    "items": 0.1055,
    "links": 0.2217,
    "codes": 0.0903,
    "cells": -0.0343,
    "documents": 0.0555,
    "said": 1.3000,
    "title": 0.9971,
    "path": 0.3555,
    "folder": 0.2402,
    "index": 0.6062,
    "record": 1.1378,
    "acronym": 0.7950,
    "other-name": 0.1764,
    "linked-name": 0.4964,
    "defined": 0.2814,
    "decided": 0.3968,
    "summarised": 0.5715,
    "in-heading": -0.7675,
    "in-item": -0.1283,
    "in-code": 0.1286,
    "in-strong": -0.3441,
    "in-cell": -0.7683,
    "caps": 0.0950,
    "hyphen": 0.3452,
    "two-capitals": 0.6089,
    "in-folder": -0.2523,
    "standalone": 0.3969,
    "nested": -1.5000,
    "field": -1.5000,
    "lower": -0.8795,
    "listed": 2.4227,
    "person": -3.3682,
    "number": -2.6834,
    "address": -1.4874,
    "lone": -1.5000,
    "template": -2.0000,
    "label": -0.7268,
    "varied": 1.0848,
    "dense": 0.3520,
    "parsed": -0.0092,
    "spelled": -0.0880,
    "rarity": 0.1632,
    "rarest": 0.0364,
    "two-words": 0.2867,
    "three-words": 0.3370,
    "plain": -0.8464,
    "everyday": -0.5342,
    "sentence-like": -0.1232,
    "group": 0.7267,
    "inflected": -1.0000,
    "short": -0.0946,
    "digits": 0.3076,
}
