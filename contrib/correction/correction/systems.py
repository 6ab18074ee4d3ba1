"""Which systems the executor may touch, and how they are reached: one JSON
document, closed. What is not named in it is neither read nor written."""
import fnmatch
import os
import re

from . import values

SYSTEM_KEYS = {
    "dynamodb": {"kind", "stores", "region", "endpoint"},
    "elasticsearch": {"kind", "stores", "url", "auth", "ca_file", "timeout", "sigv4"},
}
TOP_KEYS = {"systems", "calls", "ledger"}
CALL_KEYS = {"lambda", "python"}
LEDGER_KEYS = {"table", "region", "endpoint", "keep_days", "lease_seconds"}
STORES_OF = {"dynamodb": {"write", "version", "key", "table", "reindex"},
             "elasticsearch": {"write", "version", "id", "routing", "reindex"}}


class Wrong(Exception):
    """The document of systems says something that is not understood."""


class Unsuited(Exception):
    """This action is not for this executor: outcome `rejected`."""


def _closed(where, value, allowed, needed=()):
    if not isinstance(value, dict):
        raise Wrong("%s: wants an object" % where)
    for key in value:
        if key not in allowed:
            raise Wrong("%s: unknown key %s; it knows %s" % (where, key, ", ".join(sorted(allowed))))
    for key in needed:
        if key not in value:
            raise Wrong("%s: the key %s is missing" % (where, key))


def secret(reference):
    """Secrets are named, never written: env:NAME or file:PATH."""
    kind, _, name = reference.partition(":")
    if kind == "env" and os.environ.get(name):
        return os.environ[name]
    if kind == "file":
        with open(name, encoding="utf-8") as f:
            return f.read().strip()
    raise Wrong("%s: no such secret; say env:NAME of a variable that is set, or file:PATH" % reference)


def render(template, key):
    """`{shop}#{product_id}` of a business key. A member that is missing, or no text or whole number, is refused."""
    def member(match):
        value = key.get(match[1])
        if not isinstance(value, (str, int)) or isinstance(value, bool) or value == "":
            raise Unsuited("the key has no %s" % match[1])
        return str(value)
    return re.sub(r"\{([^{}]+)\}", member, template)


class Config:
    def __init__(self, text, where):
        try:
            config = values.load(text)
        except values.Malformed as error:
            raise Wrong("%s: %s" % (where, error)) from None
        _closed(where, config, TOP_KEYS, ("systems", "ledger"))
        self.systems = config["systems"]
        self.calls = config.get("calls", {})
        self.ledger = config["ledger"]
        _closed("ledger", self.ledger, LEDGER_KEYS, ("table",))
        for name, system in self.systems.items():
            self._check_system("systems.%s" % name, system)
        for name, call in self.calls.items():
            _closed("calls.%s" % name, call, CALL_KEYS)
            if len(call) != 1:
                raise Wrong("calls.%s: say either lambda or python" % name)

    @staticmethod
    def _check_system(where, system):
        kind = system.get("kind") if isinstance(system, dict) else None
        if kind not in SYSTEM_KEYS:
            raise Wrong("%s: kind is one of %s" % (where, ", ".join(SYSTEM_KEYS)))
        _closed(where, system, SYSTEM_KEYS[kind], ("stores",) + (("url",) if kind == "elasticsearch" else ()))
        for name, store in system["stores"].items():
            _closed("%s.stores.%s" % (where, name), store, STORES_OF[kind])
            if "reindex" in store:
                _closed("%s.stores.%s.reindex" % (where, name), store["reindex"], {"system", "store", "without"},
                        ("system", "store"))

    def store(self, system, store, write):
        """Kind of SYSTEM and settings of STORE; names of stores may be patterns, the longest that fits holds."""
        if system not in self.systems:
            raise Unsuited("system %s is not named in the systems of this executor" % system)
        stores = self.systems[system]["stores"]
        fitting = [name for name in stores if fnmatch.fnmatchcase(store, name)]
        if not fitting:
            raise Unsuited("store %s of system %s is not named in the systems of this executor" % (store, system))
        settings = stores[max(fitting, key=len)]
        if write and settings.get("write") is not True:
            raise Unsuited("store %s of system %s is not to be written: it has no \"write\": true" % (store, system))
        return settings


def read(source):
    """SOURCE: the path of a file, or the document itself."""
    if source.lstrip().startswith("{"):
        return Config(source, "KENPIN_SYSTEMS")
    with open(source, "rb") as f:
        return Config(f.read(), source)
