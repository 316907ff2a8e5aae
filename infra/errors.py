"""What starting servers can raise.

InfraError            stop this command and show the message: it is written for the person at the keyboard
├── MissingTool       a program of the machine is absent; the message says how to get it
├── PortTaken         another program listens there; the message names the setting that moves ours
├── DownloadFailed    the network or the repository failed; trying again may help
├── ChecksumMismatch  a downloaded file is not the pinned one: never used
└── StartFailed       a server ended or stayed silent; the message ends with its last log lines
"""


class InfraError(Exception):
    """Stop this command and show the message."""


class MissingTool(InfraError):
    """A program of the machine is absent."""


class PortTaken(InfraError):
    """Another program listens on a port that a server of ours needs."""


class DownloadFailed(InfraError):
    """A download did not finish; trying again may help."""


class ChecksumMismatch(InfraError):
    """A downloaded file is not the one that was pinned."""


class StartFailed(InfraError):
    """A server ended or did not answer in time."""
