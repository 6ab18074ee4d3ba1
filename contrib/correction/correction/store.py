"""What a store of documents must be able to do for the executor, whatever it is.

read(store, settings, key, hint) -> State
write(changes): each change once, all of them or none; raises Changed when one
of the states is no longer what was read. `hint` is the evidence of an action."""


class Changed(Exception):
    """The state is another one since it was read: read again, judge again."""


class Transient(Exception):
    """It may work later: throttled, not reached, timed out."""


class Permanent(Exception):
    """It will not work again in the same way."""


class State:
    """A document as it was read, and what ties a write to just that."""

    def __init__(self, document, tie, version=None, seq_no=None, primary_term=None):
        self.document = document  # None: it is not there
        self.tie = tie            # the store's own
        self.version = version    # whole number or None
        self.seq_no = seq_no
        self.primary_term = primary_term


class Change:
    """From a state to a document; None takes it away."""

    def __init__(self, state, document, pinned):
        self.state = state
        self.document = document
        self.pinned = pinned  # pointers that the judgement rests on
        self.written_version = None


def version_of(document, settings):
    name = settings.get("version")
    value = document.get(name) if document and name else None
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def raise_version(old, new, settings):
    """A store that counts versions counts ours as well, unless the change sets the version itself."""
    name = settings.get("version")
    if name and new is not None and old is not None and version_of(old, settings) is not None \
            and new.get(name) == old.get(name):
        new = dict(new)
        new[name] = old[name] + 1
    return new
