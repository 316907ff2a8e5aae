"""Weights of the topic score. Written by `tests/quality/fit_topics.py` from the verdicts beside it; do not edit by hand."""

CEILING = 7.0132
"""What the evidence of a sure name adds up to; more of it ranks no higher."""

BY_DOCUMENTS = 0.6
"""What each step of ln(1 + documents) adds, among the sure ones too."""

THRESHOLD = 4.7632

WEIGHTS = {
    "sentences": 0.1151,
    "teams": 0.3518,
    "headings": -0.0395,
    "items": 0.1240,
    "links": 0.1989,
    "codes": 0.0871,
    "cells": -0.0519,
    "documents": 0.0471,
    "said": 1.3000,
    "title": 0.9681,
    "path": 0.3555,
    "folder": 0.1445,
    "index": 0.5956,
    "record": 1.1149,
    "acronym": 0.7140,
    "other-name": 0.2069,
    "linked-name": 0.5173,
    "defined": 0.2878,
    "decided": 0.3718,
    "summarised": 0.5750,
    "in-heading": -0.7355,
    "in-item": -0.0990,
    "in-code": 0.1232,
    "in-strong": -0.3627,
    "in-cell": -0.7617,
    "caps": 0.0879,
    "hyphen": 0.3268,
    "two-capitals": 0.6536,
    "in-folder": -0.2389,
    "standalone": 0.4280,
    "lower": -0.8892,
    "listed": 2.3906,
    "person": -3.3296,
    "number": -2.6843,
    "address": -1.4913,
    "lone": -1.5000,
    "template": -2.0000,
    "label": -0.7270,
    "varied": 1.0684,
    "dense": 0.3410,
    "parsed": -0.0103,
    "spelled": -0.0870,
    "rarity": 0.1611,
    "rarest": 0.0349,
    "two-words": 0.3198,
    "three-words": 0.3453,
    "plain": -0.8814,
    "everyday": -0.5028,
    "sentence-like": -0.0691,
    "short": -0.1860,
    "digits": 0.1920,
}
