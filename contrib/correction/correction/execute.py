"""Does the actions of a manifest, one after another, each at most once.

A write happens only between two lines of the ledger and only onto the state
that was judged. Whatever cannot be told apart after a crash is looked at
again, never guessed. Closed outcomes; a line says what happened to one action,
never that the fault is gone: the next scan says that."""
import importlib
import sys
import time
from datetime import datetime, timezone

from . import EXECUTOR, plan, values
from .dynamodb import MAX_GROUP, DynamoDB
from .elasticsearch import Elasticsearch
from .ledger import Ledger
from .manifest import MAX_LINE_BYTES
from .store import Change, Changed, Permanent, Transient
from .systems import Unsuited, Wrong

KINDS = {"dynamodb": DynamoDB, "elasticsearch": Elasticsearch}
READINGS = 4  # of a target that changes while it is looked at


def log(**what):
    print(values.dump(what), file=sys.stderr, flush=True)


class Item:
    """An action under way."""

    def __init__(self, action):
        self.action = action
        self.id = action["action_id"]
        self.state = self.settings = self.system = self.known = self.change = None
        self.wrote = False

    def failure(self):
        """None, or the outcome that the state that was read leads to."""
        outcome = plan.refused(self.action, self.state)
        if outcome and self.known and plan.is_met(self.known["intent"], self.state.document):
            return "applied" if self.wrote else "already_applied"
        return outcome


class Executor:
    def __init__(self, config, manifest, dry_run=False, undo=False, clock=time.time):
        self.config, self.manifest, self.dry_run, self.undo, self.clock = config, manifest, dry_run, undo, clock
        self.ledger = Ledger(config.ledger, clock)
        self.opened = {}
        self.functions = {name: self._function(call["python"])
                          for name, call in config.calls.items() if "python" in call}

    @staticmethod
    def _function(name):
        module, _, function = name.partition(":")
        try:
            return getattr(importlib.import_module(module), function)
        except (ImportError, AttributeError) as error:
            raise Wrong("calls: %s cannot be had: %s" % (name, error)) from None

    def _system(self, name):
        if name not in self.opened:
            settings = self.config.systems[name]
            self.opened[name] = KINDS[settings["kind"]](name, settings)
        return self.opened[name]

    def _read(self, system, store, key):
        settings = self.config.store(system, store, write=False)
        return self._system(system).read(store, settings, key, {}), settings

    # ---- what may be done at all ----

    def _admit(self, action):
        if not self.undo and self.clock() >= self.manifest.expires.timestamp():
            return "expired", "the manifest expired at %s" % self.manifest.header["expires_at"]
        if action["mode"] != "auto" and not self.manifest.approved:
            return "rejected", "mode is manual, and no approval was given"
        if action["op"] == "delete" and action["mode"] == "auto":
            return "rejected", "a delete is never automatic"
        if action["op"] == "call" and action["call"] not in self.config.calls:
            return "rejected", "no correction %s is known here" % action["call"]
        return None

    def _open(self, item):
        """Settings, ledger. An outcome when the ledger settles it."""
        target = item.action["target"]
        item.settings = self.config.store(target["system"], target["store"], write=True)
        item.system = self._system(target["system"])
        item.known = self.ledger.find(item.id)
        if item.known and item.known["done"]:
            return "already_applied"
        if self.undo:
            done = self.ledger.find(item.action["undoes"])
            if not (done and done["done"]):
                raise Unsuited("there is nothing to undo: the ledger does not have %s as done" % item.action["undoes"])
        return None

    # ---- one reading, judged ----

    def _judge(self, item):
        """Reads the target and makes the change. An outcome when there is nothing to write."""
        target = item.action["target"]
        item.state = item.system.read(target["store"], item.settings, target["key"], item.action["evidence"])
        outcome = item.failure()
        if outcome or self._is_remote(item):
            return outcome
        document = plan.document_of(item.action, item.state, item.settings, self._read, self.functions)
        if document is not None and item.state.document is not None and values.equal(document, item.state.document):
            return "already_applied"
        pinned = [check["path"] for check in item.action["precondition"] if "path" in check]
        item.change = Change(item.state, document, pinned)
        return None

    def _is_remote(self, item):
        return item.action["op"] == "call" and "lambda" in self.config.calls[item.action["call"]]

    def _begin(self, item):
        intent = {} if self._is_remote(item) else plan.intent_of(item.state.document, item.change.document)
        begun = self.ledger.begin(item.id, self.manifest.id, intent, item.known)
        if begun is None:
            raise Transient("another executor is at it")
        item.known = begun

    @staticmethod
    def _stopped(outcomes):
        """There is nothing to write for some: of a group that fails in one place, no precondition holds."""
        done = {name for name, outcome in outcomes.items() if outcome in ("applied", "already_applied")}
        if len(done) == len(outcomes):
            return outcomes
        if all(outcome is None or name in done for name, outcome in outcomes.items()):
            raise Permanent("a part of the group is done, the rest is not")
        return {name: "precondition_failed" if outcome is None or name in done else outcome
                for name, outcome in outcomes.items()}

    def _attempt(self, items):
        """All of ITEMS or none: outcomes by id, or None when the state changed meanwhile."""
        outcomes = {item.id: self._judge(item) for item in items}
        if any(outcomes.values()):
            return self._stopped(outcomes)
        if self.dry_run:
            return {item.id: "dry_run_ok" for item in items}
        if self._is_remote(items[0]):
            return {items[0].id: self._invoke(items[0])}
        for item in items:
            self._begin(item)
        for item in items:
            item.wrote = True
        try:
            items[0].system.write([item.change for item in items])
        except Changed:
            return None
        return {item.id: "applied" for item in items}

    def _settle(self, items):
        settled = {item.id: self._open(item) for item in items}
        if all(settled.values()):
            for item in items:
                item.known = None
            return settled
        if any(settled.values()) or len({item.action["target"]["system"] for item in items}) > 1:
            raise Unsuited("the group is done in part, or of more than one system")
        if len(items) > 1 and any(self._is_remote(item) for item in items):
            raise Unsuited("a call cannot be all or nothing with others")
        for _ in range(READINGS):
            outcomes = self._attempt(items)
            if outcomes is not None:
                break
        else:
            raise Transient("the target changes faster than it is read")
        for item in items:
            if outcomes[item.id] in ("applied", "already_applied") and item.known and not self.dry_run:
                self.ledger.close(item.id)
        return outcomes

    # ---- functions elsewhere ----

    def _invoke(self, item):
        from . import remote
        in_doubt = item.known is not None
        if in_doubt and self.clock() - item.known["begun"] < self.ledger.lease:
            raise Transient("it was begun %d s ago and may be under way" % (self.clock() - item.known["begun"]))
        self._begin(item)
        answer = remote.invoke(self.config.calls[item.action["call"]]["lambda"],
                               {"format": "recovery-call", "version": 1, "manifest_id": self.manifest.id,
                                "executor": EXECUTOR, "in_doubt": in_doubt, "action": item.action})
        return answer["outcome"]

    # ---- results ----

    def _line(self, item, outcome):
        state, change = item.state, item.change
        written = change.written_version if change and outcome == "applied" else None
        line = {"format": "recovery-result", "version": 1, "manifest_id": self.manifest.id, "action_id": item.id,
                "outcome": outcome,
                "at": datetime.fromtimestamp(self.clock(), timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"),
                "observed": plan.observed(item.action, state.document) if state else {},
                "observed_version": state.version if state else None, "written_version": written,
                "executor": EXECUTOR, "attempt": item.action["attempt"]}
        if len(values.dump(line).encode()) >= MAX_LINE_BYTES:
            log(action_id=item.id, reason="observed is left out: the line would be longer than %d bytes" % MAX_LINE_BYTES)
            line["observed"] = {}
        return line

    def _done(self, items):
        reason = None
        for item in items:
            refusal = self._admit(item.action)
            if refusal:
                return {one.id: refusal[0] for one in items}, refusal[1]
        if len(items) > MAX_GROUP:
            return {item.id: "rejected" for item in items}, "a group of more than %d" % MAX_GROUP
        try:
            return self._settle(items), reason
        except Unsuited as error:
            outcome, reason = "rejected", str(error)
        except Transient as error:
            outcome, reason = "transient_error", str(error)
        except Permanent as error:
            outcome, reason = "permanent_error", str(error)
        return {item.id: outcome for item in items}, reason

    def run(self, lines):
        """Result lines of LINES (whole groups, in order), as they are had."""
        groups = {}
        for line in lines:
            groups.setdefault(line["group_id"] or line["action_id"], []).append(line)
        for group in groups.values():
            items = [Item(line) for line in group]
            outcomes, reason = self._done(items)
            for item in items:
                outcome = outcomes[item.id]
                if outcome not in ("applied", "already_applied", "dry_run_ok"):
                    log(action_id=item.id, outcome=outcome, reason=reason or "the state is not the one that was scanned")
                yield self._line(item, outcome)
