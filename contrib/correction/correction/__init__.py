"""Executes the actions of a kenpin recovery manifest.

Standard library and boto3 only, so that the folder is a Lambda function as it
stands. `python3 -m correction` is the same from a shell."""

EXECUTOR = "kenpin-correction/1"
