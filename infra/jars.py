"""The Java libraries that we run: Delta for Spark, and the embedded Elasticsearch.

`jars.txt` pins each by coordinates and sha256. The Ivy that travels inside pyspark fetches them, so no Maven is needed.
They live in a cache of the user, in a folder named after the list: every installation shares them, an upgrade cannot mix
with an older set, and a folder that exists is complete.
"""

import hashlib
import os
import shutil
import ssl
import subprocess
import tempfile
import warnings
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import getproxies
from xml.sax.saxutils import quoteattr

from filelock import FileLock

from infra.errors import ChecksumMismatch, DownloadFailed
from infra.spark_java import java_home

NETTY = "transport-netty4"
ATTEMPTS = 3
ATTEMPT_TIMEOUT_S = 600
# Java from elsewhere than the distribution does not know certificates that an administrator added to the system.
SYSTEM_TRUST = Path("/etc/ssl/certs/java/cacerts")


@dataclass(frozen=True, slots=True)
class Pin:
    """One line of `jars.txt`."""

    folder: str
    group: str
    artifact: str
    version: str
    sha256: str

    @property
    def file_name(self) -> str:
        return f"{self.artifact}-{self.version}.jar"


@dataclass(frozen=True, slots=True)
class Jars:
    """A complete set of jars on this machine."""

    root: Path

    @property
    def delta(self) -> tuple[Path, ...]:
        return tuple(sorted((self.root / "delta").glob("*.jar")))

    @property
    def elasticsearch_home(self) -> Path:
        return self.root / "elasticsearch"


def cache_dir() -> Path:
    """The user's cache folder for jars (XDG)."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "engram" / "jars"


def pins(text: str) -> tuple[Pin, ...]:
    """Parses the list: `folder group:artifact:version sha256` a line."""
    return tuple(_pin(line) for line in text.splitlines() if line and not line.startswith("#"))


def _pin(line: str) -> Pin:
    folder, coordinates, digest = line.split()
    group, artifact, version = coordinates.split(":")
    return Pin(folder, group, artifact, version, digest)


def resolve(cache: Path | None = None, mirror: str | None = None, listing: str | None = None) -> Jars:
    """The jars, downloaded on first use; `mirror` replaces the public Maven repository."""
    cache = cache or cache_dir()
    listing = listing or resources.files("infra").joinpath("jars.txt").read_text(encoding="utf-8")
    root = cache / hashlib.sha256(listing.encode()).hexdigest()[:12]
    if root.is_dir():
        return Jars(root)
    cache.mkdir(parents=True, exist_ok=True)
    with FileLock(cache / "lock"):
        if not root.is_dir():
            wanted = pins(listing)
            staging = cache / f"{root.name}.part"
            shutil.rmtree(staging, ignore_errors=True)
            _download(wanted, staging, cache / "ivy", mirror)
            shutil.rmtree(cache / "ivy", ignore_errors=True)
            _verify(wanted, staging)
            _lay_out_elasticsearch(staging)
            staging.rename(root)
    return Jars(root)


def _download(wanted: Iterable[Pin], target: Path, ivy_cache: Path, mirror: str | None) -> None:
    """Ivy keeps what it has in its cache, so a second attempt, or a run after an interrupted one, goes on where it stopped."""
    with tempfile.TemporaryDirectory() as folder:
        settings, module = Path(folder, "settings.xml"), Path(folder, "ivy.xml")
        settings.write_text(_ivy_settings(ivy_cache, mirror), encoding="utf-8")
        module.write_text(_ivy_module(wanted), encoding="utf-8")
        pattern = f"{target}/[conf]/[artifact]-[revision].[ext]"
        command = [str(java_home() / "bin" / "java"), *_trust(Path(folder)), *_proxy(), "-jar", str(_ivy_jar())]
        command += ["-settings", str(settings), "-ivy", str(module), "-retrieve", pattern, "-warn"]
        said = ""
        for _attempt in range(ATTEMPTS):
            try:
                done = subprocess.run(command, capture_output=True, text=True, timeout=ATTEMPT_TIMEOUT_S, check=False)
            except subprocess.TimeoutExpired:
                said = f"no end after {ATTEMPT_TIMEOUT_S} s"
                continue
            if done.returncode == 0:
                return
            said = "\n".join((done.stdout + done.stderr).strip().splitlines()[-8:])
    advice = "check the network, or set ENGRAM_MAVEN_URL to a Maven repository you reach"
    raise DownloadFailed(f"The Java libraries could not be downloaded; {advice}.\n{said}")


def _ivy_jar() -> Path:
    found = sorted(Path(str(resources.files("pyspark"))).glob("jars/ivy-*.jar"))
    if not found:
        raise DownloadFailed("pyspark on this machine has no Ivy jar; install the pyspark that the constraints name.")
    return found[-1]


def _ivy_settings(ivy_cache: Path, mirror: str | None) -> str:
    root = f" root={quoteattr(mirror.rstrip('/') + '/')}" if mirror else ""
    # Ivy's own checksums are off because ours are stronger and its need a request each.
    return (
        '<ivysettings><property name="ivy.checksums" value=""/><settings defaultResolver="maven"/>'
        f"<caches defaultCacheDir={quoteattr(str(ivy_cache))}/>"
        f'<resolvers><ibiblio name="maven" m2compatible="true" usepoms="false"{root}/></resolvers></ivysettings>'
    )


def _ivy_module(wanted: Iterable[Pin]) -> str:
    wanted = tuple(wanted)
    confs = "".join(f"<conf name={quoteattr(folder)}/>" for folder in sorted({pin.folder for pin in wanted}))
    rows = "".join(
        f"<dependency org={quoteattr(p.group)} name={quoteattr(p.artifact)} rev={quoteattr(p.version)}"
        f' transitive="false" conf={quoteattr(p.folder + "->*")}/>'
        for p in wanted
    )
    info = '<info organisation="engram" module="jars"/>'
    return f'<ivy-module version="2.0">{info}<configurations>{confs}</configurations><dependencies>{rows}</dependencies></ivy-module>'


def _trust(folder: Path) -> list[str]:
    """Java's options for the certificates that SSL_CERT_FILE names, else for the distribution's; Java by itself reads neither."""
    bundle = ssl.get_default_verify_paths().cafile
    if not bundle:
        return [f"-Djavax.net.ssl.trustStore={SYSTEM_TRUST}"] if SYSTEM_TRUST.exists() else []
    from cryptography import x509
    from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # public bundles hold old roots with serial numbers that today's rules forbid
        found = x509.load_pem_x509_certificates(Path(bundle).read_bytes())
    entries = [pkcs12.PKCS12Certificate(certificate, str(number).encode()) for number, certificate in enumerate(found)]
    store = folder / "trust.p12"
    store.write_bytes(pkcs12.serialize_java_truststore(entries, BestAvailableEncryption(b"public")))
    return [f"-Djavax.net.ssl.trustStore={store}", "-Djavax.net.ssl.trustStorePassword=public", "-Djavax.net.ssl.trustStoreType=PKCS12"]


def _proxy() -> list[str]:
    proxy = urlsplit(getproxies().get("https", ""))
    return [f"-Dhttps.proxyHost={proxy.hostname}", f"-Dhttps.proxyPort={proxy.port or 443}"] if proxy.hostname else []


def _verify(wanted: Iterable[Pin], folder: Path) -> None:
    for pin in wanted:
        path = folder / pin.folder / pin.file_name
        if not path.exists():
            raise DownloadFailed(f"{pin.file_name} is missing after the download; try again.")
        if hashlib.sha256(path.read_bytes()).hexdigest() != pin.sha256:
            said = f"{pin.file_name} is not the file that was pinned (sha256 differs); it was not used."
            raise ChecksumMismatch(f"{said} Check the Maven repository you use.")


def _lay_out_elasticsearch(root: Path) -> None:
    """Elasticsearch wants its libraries in `lib`, and the transport as a module with the descriptors that its jar carries."""
    home = root / "elasticsearch"
    if not home.is_dir():
        return
    module = home / "modules" / NETTY
    home.rename(root / "lib")
    module.parent.mkdir(parents=True)
    (root / "lib").rename(home / "lib")
    (root / NETTY).rename(module)
    (home / "plugins").mkdir()
    inside = f"META-INF/es-plugins/{NETTY}/"
    with zipfile.ZipFile(next(module.glob(f"{NETTY}-*.jar"))) as jar:
        for name in ("plugin-descriptor.properties", "entitlement-policy.yaml"):
            (module / name).write_bytes(jar.read(inside + name))
