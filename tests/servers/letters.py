"""What smtp.sh wants of letters: letters.py FOLDER COUNT. Read by the standard library's own parser."""
import email
import email.policy
import json
import sys

folder, count = sys.argv[1], int(sys.argv[2])
letters, envelopes = [], []
for n in range(1, count + 1):
    with open(f"{folder}/{n}.eml", "rb") as letter:
        raw = letter.read()
    assert all(len(line) <= 998 for line in raw.split(b"\r\n")), "a line is too long"
    assert raw.isascii(), "the letter is not ASCII"
    letters.append(email.message_from_bytes(raw, policy=email.policy.default))
    with open(f"{folder}/{n}.json", encoding="utf-8") as envelope:
        envelopes.append(json.load(envelope))

told = {}
for letter, envelope in zip(letters, envelopes):
    assert not letter.defects, letter.defects
    assert envelope["from"] == letter["From"] == "kenpin@example.com"
    assert envelope["to"] == ["a@example.com", "b@example.com"], envelope
    assert letter["To"] == "a@example.com, b@example.com"
    assert letter["Date"].datetime.isoformat() == "2026-01-15T03:00:00+00:00", letter["Date"]
    assert letter.get_content_type() == "text/plain" and letter.get_content_charset() == "utf-8"
    text = letter.get_content()
    assert text.startswith(letter["Subject"].split("\u2026")[0]), (letter["Subject"], text)
    assert "run: r-" in text and "group: rule=" in text, text
    resolved = letter["Subject"].startswith("resolved: ")
    if resolved:
        assert letter["References"] == letter["In-Reply-To"], letter
        told[letter["References"]].append(letter["Message-ID"])
    else:
        assert letter["References"] is None
        told[letter["Message-ID"]] = []
assert len(told) == 3 and sorted(len(below) for below in told.values()) == [1, 1, 1], told
assert any("JAN" in letter["Subject"] or "\u691c" in letter.get_content() or "é" in letter.get_content()
           for letter in letters)
