"""Weights of the topic score. Written by `tests/quality/fit_topics.py` from the verdicts beside it; do not edit by hand."""

CEILING = 7.0015
"""What the evidence of a sure name adds up to; more of it ranks no higher."""

BY_DOCUMENTS = 0.6
"""What each step of ln(1 + documents) adds, among the sure ones too."""

THRESHOLD = 4.7515

WEIGHTS = {
    "said": 1.0,
    "sentences": 0.1149,
    "teams": 0.3518,
    "headings": -0.0403,
    "items": 0.1239,
    "links": 0.1984,
    "codes": 0.0874,
    "cells": -0.0516,
    "documents": 0.0467,
    "title": 0.9723,
    "path": 0.3526,
    "folder": 0.1440,
    "index": 0.5957,
    "record": 1.1106,
    "acronym": 0.7142,
    "other-name": 0.2069,
    "linked-name": 0.5171,
    "defined": 0.2881,
    "decided": 0.3720,
    "summarised": 0.5748,
    "in-heading": -0.7177,
    "in-item": -0.1068,
    "in-code": 0.1203,
    "in-strong": -0.3634,
    "in-cell": -0.7625,
    "caps": 0.0856,
    "hyphen": 0.3259,
    "two-capitals": 0.6569,
    "in-folder": -0.2389,
    "standalone": 0.4180,
    "lower": -0.8906,
    "listed": 2.3917,
    "person": -3.3303,
    "number": -2.6846,
    "address": -1.4909,
    "lone": -0.5795,
    "label": -0.7271,
    "varied": 1.0701,
    "dense": 0.3385,
    "parsed": -0.0094,
    "spelled": -0.0859,
    "rarity": 0.1610,
    "rarest": 0.0349,
    "two-words": 0.3192,
    "three-words": 0.3448,
    "plain": -0.8818,
    "everyday": -0.5042,
    "sentence-like": -0.0720,
    "short": -0.1855,
    "digits": 0.1963,
}
