"""Weights of the topic score. Written by `tests/quality/fit_topics.py` from the verdicts beside it; do not edit by hand."""

CEILING = 7.0136
"""What the evidence of a sure name adds up to; more of it ranks no higher."""

BY_DOCUMENTS = 0.6
"""What each step of ln(1 + documents) adds, among the sure ones too."""

THRESHOLD = 4.7636

WEIGHTS = {
    "sentences": 0.1151,
    "teams": 0.3514,
    "headings": -0.0391,
    "items": 0.1227,
    "links": 0.1977,
    "codes": 0.0874,
    "cells": -0.0529,
    "documents": 0.0474,
    "said": 1.3000,
    "title": 0.9657,
    "path": 0.3526,
    "folder": 0.1406,
    "index": 0.5934,
    "record": 1.1158,
    "acronym": 0.7051,
    "other-name": 0.2084,
    "linked-name": 0.5149,
    "defined": 0.2868,
    "decided": 0.3752,
    "summarised": 0.5745,
    "in-heading": -0.7333,
    "in-item": -0.1029,
    "in-code": 0.1234,
    "in-strong": -0.3632,
    "in-cell": -0.7633,
    "caps": 0.0922,
    "hyphen": 0.3267,
    "two-capitals": 0.6479,
    "in-folder": -0.2381,
    "standalone": 0.4321,
    "nested": -1.5000,
    "lower": -0.8862,
    "listed": 2.3922,
    "person": -3.3752,
    "number": -2.6843,
    "address": -1.4905,
    "lone": -1.5000,
    "template": -2.0000,
    "label": -0.7270,
    "varied": 1.0650,
    "dense": 0.3329,
    "parsed": -0.0103,
    "spelled": -0.0879,
    "rarity": 0.1613,
    "rarest": 0.0352,
    "two-words": 0.3158,
    "three-words": 0.3422,
    "plain": -0.8797,
    "everyday": -0.5006,
    "sentence-like": -0.0767,
    "short": -0.1855,
    "digits": 0.1931,
}
