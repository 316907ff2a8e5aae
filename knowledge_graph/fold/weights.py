"""Weights of the topic score. Written by `tests/quality/fit_topics.py` from the verdicts beside it; do not edit by hand."""

CEILING = 7.0024
"""What the evidence of a sure name adds up to; more of it ranks no higher."""

BY_DOCUMENTS = 0.6
"""What each step of ln(1 + documents) adds, among the sure ones too."""

THRESHOLD = 4.7524

WEIGHTS = {
    "sentences": 0.1149,
    "teams": 0.3518,
    "headings": -0.0403,
    "items": 0.1239,
    "links": 0.1984,
    "codes": 0.0874,
    "cells": -0.0516,
    "documents": 0.0467,
    "said": 1.0000,
    "title": 0.9723,
    "path": 0.3525,
    "folder": 0.1441,
    "index": 0.5957,
    "record": 1.1106,
    "acronym": 0.7141,
    "other-name": 0.2069,
    "linked-name": 0.5171,
    "defined": 0.2881,
    "decided": 0.3720,
    "summarised": 0.5749,
    "in-heading": -0.7175,
    "in-item": -0.1067,
    "in-code": 0.1204,
    "in-strong": -0.3634,
    "in-cell": -0.7625,
    "caps": 0.0856,
    "hyphen": 0.3259,
    "two-capitals": 0.6569,
    "in-folder": -0.2390,
    "standalone": 0.4182,
    "lower": -0.8906,
    "listed": 2.3919,
    "person": -3.3301,
    "number": -2.6843,
    "address": -1.4908,
    "lone": -0.5793,
    "template": -2.0000,
    "label": -0.7270,
    "varied": 1.0704,
    "dense": 0.3387,
    "parsed": -0.0094,
    "spelled": -0.0857,
    "rarity": 0.1610,
    "rarest": 0.0349,
    "two-words": 0.3192,
    "three-words": 0.3448,
    "plain": -0.8818,
    "everyday": -0.5042,
    "sentence-like": -0.0719,
    "short": -0.1855,
    "digits": 0.1962,
}
