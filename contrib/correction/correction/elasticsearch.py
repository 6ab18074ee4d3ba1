"""Documents on Elasticsearch or OpenSearch, over HTTP, one at a time.

Every write says which sequence number it was made from (if_seq_no,
if_primary_term), a new document says op_type=create: so nothing newer is lost
and nothing is made by accident. A document is written whole: the partial
update merges objects and cannot take a field away."""
import base64
import ssl
import time
import urllib.error
import urllib.parse
import urllib.request

from . import systems, values
from .store import Changed, Permanent, State, Transient, raise_version, version_of

ATTEMPTS = 4
RETRIED = {429, 502, 503, 504}
MAX_ANSWER_BYTES = 128 << 20


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


def _authorization(auth):
    if not auth:
        return {}
    (kind, reference), = auth.items()
    word = systems.secret(reference)
    if kind == "basic":
        return {"Authorization": "Basic " + base64.b64encode(word.encode()).decode()}
    if kind in ("bearer", "api_key"):
        return {"Authorization": {"bearer": "Bearer ", "api_key": "ApiKey "}[kind] + word}
    raise systems.Wrong("auth: basic, bearer or api_key, not %s" % kind)


class Elasticsearch:
    def __init__(self, system, settings):
        self.name = system
        self.url = settings["url"].rstrip("/")
        self.timeout = settings.get("timeout", 20)
        self.headers = {"Content-Type": "application/json", **_authorization(settings.get("auth"))}
        self.sigv4 = settings.get("sigv4")  # {"region": ..., "service": "es" or "aoss"}
        context = ssl.create_default_context(cafile=settings.get("ca_file"))
        self.opener = urllib.request.build_opener(urllib.request.HTTPSHandler(context=context), _NoRedirect)

    # ---- requests ----

    def _sign(self, method, url, body):
        import boto3
        from botocore.auth import SigV4Auth
        from botocore.awsrequest import AWSRequest
        request = AWSRequest(method=method, url=url, data=body, headers=dict(self.headers))
        SigV4Auth(boto3.Session().get_credentials(), self.sigv4["service"], self.sigv4["region"]).add_auth(request)
        return dict(request.headers.items())

    def _once(self, method, path, body):
        url = self.url + path
        headers = self._sign(method, url, body) if self.sigv4 else self.headers
        request = urllib.request.Request(url, data=body, headers=headers, method=method)
        try:
            with self.opener.open(request, timeout=self.timeout) as answer:
                return answer.status, answer.read(MAX_ANSWER_BYTES)
        except urllib.error.HTTPError as error:
            return error.code, error.read(MAX_ANSWER_BYTES)

    def _request(self, method, path, document=None):
        """Status and answer. What may heal is tried again: a write is tied to a state, so twice is once."""
        body = None if document is None else values.dump(document).encode()
        for attempt in range(ATTEMPTS):
            if attempt:
                time.sleep(0.2 * 2 ** attempt)
            try:
                status, text = self._once(method, path, body)
            except ssl.SSLCertVerificationError as error:
                raise Permanent("system %s: %s" % (self.name, error)) from None
            except (OSError, ValueError) as error:  # refused, cut, timed out, no HTTP
                if isinstance(getattr(error, "reason", None), ssl.SSLCertVerificationError):
                    raise Permanent("system %s: %s" % (self.name, error)) from None
                why = "system %s: %s" % (self.name, error)
                continue
            if status not in RETRIED:
                return status, self._answer(status, text)
            why = "system %s: HTTP %d" % (self.name, status)
        raise Transient(why)

    def _answer(self, status, text):
        try:
            return values.load(text)
        except values.Malformed:
            raise Permanent("system %s: HTTP %d, and no JSON" % (self.name, status)) from None

    def _refusal(self, status, answer):
        error = answer.get("error") if isinstance(answer, dict) else None
        reason = error.get("reason") if isinstance(error, dict) else error
        return Permanent("system %s: HTTP %d: %s" % (self.name, status, reason))

    # ---- documents ----

    @staticmethod
    def _identify(store, settings, key, hint):
        """The id by the setting, else by the evidence when it is of this index, else by the key's _id."""
        if "id" in settings:
            return systems.render(settings["id"], key)
        for side in (hint, hint.get("left", {}), hint.get("right", {})):
            if side.get("index") == store and side.get("id"):
                return side["id"]
        if isinstance(key.get("_id"), str) and key["_id"]:
            return key["_id"]
        raise systems.Unsuited("the id of the document is not known: set \"id\" for store %s" % store)

    def read(self, store, settings, key, hint):
        name = self._identify(store, settings, key, hint)
        routing = systems.render(settings["routing"], key) if "routing" in settings else None
        place = {
            "path": "/%s/%%s/%s" % (urllib.parse.quote(store, safe=""), urllib.parse.quote(name, safe="")),
            "query": {"routing": routing} if routing else {},
            "settings": settings,
        }
        status, answer = self._request("GET", self._path(place, "_doc"))
        if status == 404 and answer.get("found") is False:
            # what a new document is to hold of its key
            place["key"] = {name: value for name, value in key.items() if name != "_id"}
            return State(None, place)
        if status != 200 or not isinstance(answer.get("_source"), dict):
            raise self._refusal(status, answer)
        version = version_of(answer["_source"], settings)
        return State(answer["_source"], place, answer["_seq_no"] if version is None else version,
                     answer["_seq_no"], answer["_primary_term"])

    @staticmethod
    def _path(place, endpoint, **more):
        query = urllib.parse.urlencode({**place["query"], **more})
        return place["path"] % endpoint + ("?" + query if query else "")

    def write(self, changes):
        if len(changes) > 1:
            raise systems.Unsuited("system %s writes one document at a time: a group cannot be all or nothing"
                                   % self.name)
        change, = changes
        place, state = change.state.tie, change.state
        document = raise_version(state.document, change.document, place["settings"])
        if state.document is None:
            document = {**place["key"], **document}
            status, answer = self._request("PUT", self._path(place, "_create"), document)
        else:
            path = self._path(place, "_doc", if_seq_no=state.seq_no, if_primary_term=state.primary_term)
            status, answer = self._request("DELETE" if document is None else "PUT", path, document)
        if status == 409 or (status == 404 and document is None and answer.get("result") == "not_found"):
            raise Changed()
        if status not in (200, 201):
            raise self._refusal(status, answer)
        version = version_of(document, place["settings"])
        change.written_version = answer.get("_seq_no") if version is None else version
