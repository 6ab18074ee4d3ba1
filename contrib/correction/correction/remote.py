"""Corrections that are Lambda functions of the user's: asked, answered, judged."""
import json

import boto3
import botocore.exceptions

from . import values
from .store import Permanent, Transient

OUTCOMES = {"applied", "already_applied", "precondition_failed", "target_missing", "rejected", "transient_error",
            "permanent_error"}


def invoke(function, question):
    """The answer of FUNCTION: an object whose outcome is of the closed ones."""
    try:
        answer = boto3.client("lambda").invoke(FunctionName=function, Payload=values.dump(question).encode())
    except botocore.exceptions.ClientError as error:
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 500)
        raise (Transient if status >= 500 or status == 429 else Permanent)("function %s: %s" % (function, error)) from None
    except botocore.exceptions.BotoCoreError as error:
        raise Transient("function %s: %s" % (function, error)) from None
    text = answer["Payload"].read()
    try:
        said = json.loads(text)
    except ValueError:
        said = None
    if answer.get("FunctionError") or not isinstance(said, dict) or said.get("outcome") not in OUTCOMES:
        raise Permanent("function %s answered no outcome of the format: %s" % (function, text[:300].decode(errors="replace")))
    return said
