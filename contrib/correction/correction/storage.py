"""Where manifests come from and results go to: a folder, or a prefix on S3."""
import os
import tempfile


class Missing(Exception):
    """Nothing has this name."""


class Folder:
    def __init__(self, path):
        self.path = path

    def read(self, name, limit):
        """At most LIMIT + 1 bytes, so that the caller sees that it is longer."""
        try:
            with open(os.path.join(self.path, name), "rb") as f:
                return f.read(limit + 1)
        except FileNotFoundError:
            raise Missing("%s is not in %s" % (name, self.path)) from None

    def write(self, name, data):
        """Whole or not at all."""
        os.makedirs(self.path, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=self.path, prefix="." + name)
        try:
            with os.fdopen(handle, "wb") as f:
                f.write(data)
                f.flush()
                os.fsync(f.fileno())
            os.replace(temporary, os.path.join(self.path, name))
        except BaseException:
            os.unlink(temporary)
            raise

    def names(self):
        return sorted(os.listdir(self.path)) if os.path.isdir(self.path) else []


class Bucket:
    def __init__(self, client, bucket, prefix):
        self.client = client
        self.bucket = bucket
        self.prefix = prefix.strip("/") + "/" if prefix.strip("/") else ""

    def read(self, name, limit):
        try:
            answer = self.client.get_object(Bucket=self.bucket, Key=self.prefix + name)
        except self.client.exceptions.NoSuchKey:
            raise Missing("s3://%s/%s%s is not there" % (self.bucket, self.prefix, name)) from None
        return answer["Body"].read(limit + 1)

    def write(self, name, data):
        self.client.put_object(Bucket=self.bucket, Key=self.prefix + name, Body=data)

    def names(self):
        pages = self.client.get_paginator("list_objects_v2").paginate(Bucket=self.bucket, Prefix=self.prefix)
        return [item["Key"][len(self.prefix):] for page in pages for item in page.get("Contents", ())]


def place(where):
    """Folder path, or s3://bucket/prefix."""
    if not where.startswith("s3://"):
        return Folder(where)
    import boto3  # a folder needs none
    bucket, _, prefix = where[len("s3://"):].partition("/")
    return Bucket(boto3.client("s3"), bucket, prefix)
