"""A manifest as kenpin wrote it, proven before any of it is done.

Nothing is taken from a file whose bytes are not those that manifest.json
names, and nothing from a manifest.json that is not the one approved."""
import hashlib
import os
import re
from datetime import datetime, timezone

from . import schema, storage, values

MAX_MANIFEST_BYTES = 8 << 20
MAX_LINE_BYTES = 64 << 10
MAX_FILE_BYTES = 500 * MAX_LINE_BYTES
ROLES = {"actions": "action", "undo": "undo"}  # role of a file: schema of its lines


class Refused(Exception):
    """The manifest as a whole is not executed."""


def schema_folder():
    """Beside this package when it was packed for Lambda, else where the source tree has it."""
    here = os.path.dirname(os.path.abspath(__file__))
    packed = os.path.join(here, "schema")
    return packed if os.path.isdir(packed) else os.path.join(here, "..", "..", "schema")


def instant(text):
    """kenpin writes up to nine decimals; microseconds are enough to compare with a clock."""
    return datetime.fromisoformat(re.sub(r"(\.\d{6})\d+", r"\1", text[:-1])).replace(tzinfo=timezone.utc)


class Manifest:
    def __init__(self, place, approved=None):
        """PLACE: a storage. APPROVED: SHA-256 of the manifest.json that a person agreed to, or None."""
        self.place = place
        self.schemas = schema.Schemas(schema_folder())
        text = self._read("manifest.json", MAX_MANIFEST_BYTES)
        self.sha256 = hashlib.sha256(text).hexdigest()
        self.approved = approved is not None
        if self.approved and approved != self.sha256:
            raise Refused("the approval is for another manifest: it names %s, manifest.json is %s"
                          % (approved, self.sha256))
        self.header = self._load(text, "manifest", "manifest.json")
        self.id = self.header["manifest_id"]
        self._prove_id(text)
        self.expires = instant(self.header["expires_at"])

    def _read(self, name, limit):
        try:
            data = self.place.read(name, limit)
        except storage.Missing as error:
            raise Refused(str(error)) from None
        if len(data) > limit:
            raise Refused("%s is longer than %d bytes" % (name, limit))
        return data

    def _load(self, text, schema_name, where):
        try:
            value = values.load(text)
        except values.Malformed as error:
            raise Refused("%s: %s" % (where, error)) from None
        fault = self.schemas.fault(schema_name, value)
        if fault:
            raise Refused("%s: %s" % (where, fault))
        return value

    def _prove_id(self, text):
        """The last 8 digits of the id are of the digest of all that follows it."""
        head = ('{"format":"recovery-manifest","version":1,"manifest_id":"%s",' % self.id).encode()
        if not text.startswith(head) or hashlib.sha256(text[len(head):]).hexdigest()[:8] != self.id[-8:]:
            raise Refused("manifest.json: manifest_id is not the id of what the manifest says")

    def lines(self, entry):
        """The lines of one entry of `files`, whole and proven."""
        name = entry["name"]
        data = self._read(name, MAX_FILE_BYTES)
        if hashlib.sha256(data).hexdigest() != entry["sha256"]:
            raise Refused("%s: its SHA-256 is not the one that manifest.json names" % name)
        texts = data.split(b"\n")
        if texts.pop() or len(texts) != entry["lines"] or len(data) != entry["bytes"]:
            raise Refused("%s: is not as long as manifest.json says" % name)
        for number, text in enumerate(texts, 1):
            where = "%s:%d" % (name, number)
            if len(text) >= MAX_LINE_BYTES:
                raise Refused("%s: is longer than %d bytes" % (where, MAX_LINE_BYTES))
            yield self._load(text, ROLES[entry["role"]], where)

    def all(self, role):
        """All lines of ROLE in their order; refuses before the first when any is unsound."""
        lines = [line for entry in self.header["files"] if entry["role"] == role for line in self.lines(entry)]
        ids = {line["action_id"] for line in lines}
        if len(ids) != len(lines):
            raise Refused("an action stands in the manifest twice")
        if len(lines) != self.header["counts"][role]:
            raise Refused("the manifest counts %d %s, its files hold %d"
                          % (self.header["counts"][role], role, len(lines)))
        return lines
