"""SCIM 2.0: people and groups pushed by an identity provider."""

PREFIX = "/scim/v2"
