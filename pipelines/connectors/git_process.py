"""The machine's git, asked so that a repository that we did not write can neither run anything nor reach the network.

Only reading commands, argument lists, no shell; settings of the user and the machine are not read, those of the
repository that could start a program or change an answer are overridden; missing objects are not fetched.
"""

import os
import secrets
import subprocess
import tempfile
import threading
import weakref
from collections.abc import Iterator
from pathlib import Path

from pipelines.connectors.errors import ItemGone, ItemUnreadable, SourceMisconfigured, SourceUnavailable

_CHUNK_BYTES = 1 << 16
_SETTINGS = (
    *("safe.directory=*", "core.fsmonitor=false", "core.hooksPath=/dev/null", "core.pager=cat", "protocol.allow=never"),
    *("log.showRoot=true", "log.showSignature=false", "log.follow=false", "diff.renameLimit=1000", "diff.orderFile=/dev/null"),
    *("core.quotePath=false", "i18n.logOutputEncoding=UTF-8", "mailmap.file=/dev/null"),
)
_LFS_POINTER = b"version https://git-lfs.github.com/spec/"


def _environment() -> dict[str, str]:
    kept = {key: os.environ[key] for key in ("PATH", "TMPDIR", "SYSTEMROOT") if key in os.environ}
    return kept | {
        "LC_ALL": "C",
        "HOME": "/nonexistent",
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_ASKPASS": "false",
        "GIT_ALLOW_PROTOCOL": "none",
        "GIT_NO_LAZY_FETCH": "1",
        "GIT_NO_REPLACE_OBJECTS": "1",
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_LITERAL_PATHSPECS": "1",
        "GIT_PAGER": "cat",
    }


class Repository:
    """One repository, found at the top of a work tree or as a bare one."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._git_dir: Path | None = None
        self._blobs: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()
        self._mark = f"\x01{secrets.token_hex(16)}"

    def run(self, *arguments: str) -> bytes:
        """The output of a short command; raises SourceUnavailable with git's own words when it fails."""
        done = self._start_and_wait(arguments)
        if done.returncode:
            raise SourceUnavailable(f"git {arguments[0]} in {self.path}: {_last_line(done.stderr)}")
        return done.stdout

    def fields(self, *arguments: str, mailmap: str = "") -> Iterator[bytes]:
        """The fields of a command's output that NUL separates, as they come: the output may be larger than memory."""
        with tempfile.TemporaryFile() as errors, self._popen(arguments, stderr=errors.fileno(), mailmap=mailmap) as process:
            assert process.stdout is not None
            rest = b""
            try:
                while chunk := process.stdout.read(_CHUNK_BYTES):
                    *whole, rest = (rest + chunk).split(b"\0")
                    yield from whole
            except GeneratorExit:
                process.kill()
                raise
            if rest:
                yield rest
            if process.wait():
                errors.seek(0)
                raise SourceUnavailable(f"git {arguments[0]} in {self.path}: {_last_line(errors.read())}")

    def commit(self, ref: str) -> str:
        """The commit that a ref names; raises SourceMisconfigured and says which branches there are."""
        done = self._start_and_wait(("rev-parse", "--verify", "--quiet", "--end-of-options", f"{ref}^{{commit}}"))
        if done.returncode == 0:
            return done.stdout.decode().strip()
        branches = self.run("for-each-ref", "--format=%(refname:short)", "--count=12", "refs/heads", "refs/tags", "refs/remotes")
        names = ", ".join(branches.decode("utf-8", "replace").split())
        raise SourceMisconfigured(
            f"{self.path} has no commit at '{ref}'" + (f"; it has: {names}" if names else "; nothing is committed yet")
        )

    def has_commit(self, commit: str) -> bool:
        return self._start_and_wait(("cat-file", "-e", f"{commit}^{{commit}}")).returncode == 0

    def shallow_boundary(self) -> frozenset[str]:
        """The commits where a shallow clone's history ends; none for a whole one."""
        path = os.fsdecode(self.run("rev-parse", "--git-path", "shallow").removesuffix(b"\n"))
        try:
            return frozenset((self._find() / path).read_text(encoding="ascii").split())
        except FileNotFoundError:
            return frozenset()

    def blob(self, revision: str, path: str) -> bytes:
        """The bytes of a path in a revision; raises ItemGone or ItemUnreadable."""
        if "\0" in path or not {"", ".", ".."}.isdisjoint(path.split("/")):
            raise ItemGone(f"{path!r} is not the path of a file in {self.path}")
        content = self._one_blob(revision, path) if "\n" in path else self._batched_blob(revision, path)
        if content.startswith(_LFS_POINTER):
            raise ItemUnreadable(f"{path} is a Git LFS pointer: its content is not in the repository")
        return content

    def close(self) -> None:
        with self._lock:
            if self._blobs is not None:
                _stop(self._blobs)
                self._blobs = None

    def _batched_blob(self, revision: str, path: str) -> bytes:
        with self._lock:
            answer = self._ask(f"{revision}:{path}")
        header, _, content = answer.partition(b"\n")
        words = header.rsplit(b" ", 2)
        if len(words) == 3 and words[1:] == [b"blob", str(len(content) - 1).encode()]:
            return content[:-1]
        # Missing, not a blob, or damaged: git alone says which.
        return self._one_blob(revision, path)

    def _ask(self, request: str) -> bytes:
        """The long-lived git's answer, cut at a mark that it is asked for afterwards: of a damaged object it may give too little."""
        process = self._blob_process()
        assert process.stdin is not None
        assert process.stdout is not None
        end = f"{self._mark} missing\n".encode()
        answer = bytearray()
        try:
            process.stdin.write(f"{request}\n{self._mark}\n".encode("utf-8", "surrogateescape"))
            process.stdin.flush()
            while not answer.endswith(end):
                chunk = os.read(process.stdout.fileno(), _CHUNK_BYTES)
                if not chunk:
                    raise BrokenPipeError
                answer += chunk
        except BrokenPipeError:
            _stop(process)
            self._blobs = None
            return b""
        return bytes(answer[: -len(end)])

    def _one_blob(self, revision: str, path: str) -> bytes:
        known = self._start_and_wait(("rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}:{path}"))
        if known.returncode:
            raise ItemGone(f"{path} is not in {self.path} at {revision} any more")
        blob = known.stdout.decode().strip()
        done, size = self._start_and_wait(("cat-file", "blob", blob)), self._start_and_wait(("cat-file", "-s", blob))
        if done.returncode or size.stdout.strip() != str(len(done.stdout)).encode():
            reason = _last_line(done.stderr) if done.returncode else "the object is damaged"
            raise ItemUnreadable(f"{path}: its content cannot be had from {self.path}: {reason}")
        return done.stdout

    def _blob_process(self) -> subprocess.Popen[bytes]:
        if self._blobs is None or self._blobs.poll() is not None:
            self._blobs = self._popen(("cat-file", "--batch"), stdin=subprocess.PIPE, stderr=subprocess.DEVNULL)
            weakref.finalize(self, _stop, self._blobs)
        return self._blobs

    def _start_and_wait(self, arguments: tuple[str, ...]) -> subprocess.CompletedProcess[bytes]:
        with self._popen(arguments, stderr=subprocess.PIPE) as process:
            output, errors = process.communicate()
            return subprocess.CompletedProcess(arguments, process.returncode, output, errors)

    def _popen(
        self, arguments: tuple[str, ...], *, stdin: int = subprocess.DEVNULL, stderr: int, mailmap: str = ""
    ) -> subprocess.Popen[bytes]:
        git_dir = self._find()
        settings = [word for setting in (*_SETTINGS, f"mailmap.blob={mailmap}") for word in ("-c", setting)]
        # The git folder is also named as work tree: then no file of the real work tree (.mailmap, .gitattributes) has a say.
        command = ["git", *settings, f"--git-dir={git_dir}", f"--work-tree={git_dir}", "--no-pager", *arguments]
        return _spawn(command, git_dir, _environment(), stdin, stderr)

    def _find(self) -> Path:
        if self._git_dir is None:
            if not self.path.is_dir():
                raise SourceUnavailable(f"the repository {self.path} does not exist, or its disk is not there")
            environment = _environment() | {"GIT_CEILING_DIRECTORIES": str(self.path.parent)}
            command = ["git", "-c", "safe.directory=*", "rev-parse", "--absolute-git-dir"]
            with _spawn(command, self.path, environment, subprocess.DEVNULL, subprocess.PIPE) as process:
                output, errors = process.communicate()
            if process.returncode:
                raise SourceMisconfigured(f"{self.path} is not a git repository: {_last_line(errors)}")
            self._git_dir = Path(os.fsdecode(output.removesuffix(b"\n")))
        return self._git_dir


def _spawn(command: list[str], folder: Path, environment: dict[str, str], stdin: int, stderr: int) -> subprocess.Popen[bytes]:
    try:
        return subprocess.Popen(command, cwd=folder, env=environment, stdin=stdin, stdout=subprocess.PIPE, stderr=stderr)
    except FileNotFoundError as exc:
        if folder.is_dir():
            raise SourceMisconfigured("git is not installed, or not on the PATH") from exc
        raise SourceUnavailable(f"{folder} went away") from exc


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.wait()
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            pipe.close()


def _last_line(errors: bytes) -> str:
    lines = errors.decode("utf-8", "replace").strip().splitlines()
    return lines[-1] if lines else "failed without a word"
