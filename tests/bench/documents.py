#!/usr/bin/env python3
"""Documents and rules for the bench: same arguments, same bytes.

usage: documents.py data FILE [N]          N product documents as search hits, one a line
       documents.py rules FILE SET COUNT   rules of SET: message (must_not_match on one field) or fields (16 fields,
                                           half of them shape rules that always run)
       documents.py peer FILE SET COUNT    Python's json + re with the same rules over FILE; prints the findings
"""
import json
import random
import re
import sys

CATEGORY = ["レディース/トップス", "メンズ/アウター", "キッズ/ベビー", "バッグ/トート", "スポーツ/ランニング", "雑貨/インテリア"]
ADJECTIVE = ["軽やかな", "上質な", "定番の", "春夏新作", "限定カラー", "撥水加工の", "オーガニック", "ゆったりした"]
NOUN = ["コットンシャツ", "リネンワンピース", "デニムパンツ", "ニットカーディガン", "レザートートバッグ", "ダウンジャケット"]
TAIL = ["着回しやすく、通勤にも休日にもおすすめです。", "肌触りがよく一年中お使いいただけます。", "洗濯機で洗えるイージーケア素材。",
        "※モニターの発色により実物と色が異なる場合がございます。", "ポケット付きで便利。ギフト包装も承ります。"]
COLOUR = ["BLACK", "WHITE", "NAVY", "BEIGE", "KHAKI", "ブルー", "グレー"]
FIELDS = ["message", "jan", "sku", "name", "name_kana", "category", "price", "list_price", "tax_rate", "stock", "status", "url",
          "updated_at", "weight_g", "shop_id", "product_id"]
SHAPES = [r"^[^<>]{1,400}$", r"^(?:[0-9]{8}|[0-9]{13})$", r"^[A-Z]{2}-[0-9]{4}-[SMLXF]$", r"^[^<>\x00-\x1f]{1,200}$", r"^[゠-ヿー]{1,60}$",
          r"^[^/]+/[^/]+$", r"^[1-9][0-9]{0,6}$", r"^[1-9][0-9]{0,6}$", r"^0\.(?:1|08)$", r"^[0-9]{1,6}$",
          r"^(?:on_sale|reserved|sold_out)$", r"^https://[a-z0-9.]+\.example\.com/products/[0-9]+\?ref=[a-z]+$",
          r"^20[0-9]{2}-[01][0-9]-[0-3][0-9]T[0-9:.]{8,12}Z$", r"^[0-9]+$", r"^s[0-9]{3}$", r"^P-[0-9]{7}$"]


def document(r, i):
    shop, price = r.randrange(50), r.randrange(300, 60000) // 10 * 10
    doc = {"shop_id": "s%03d" % shop, "product_id": "P-%07d" % i, "jan": "49%011d" % r.randrange(10 ** 11),
           "sku": "%s-%04d-%s" % (r.choice(["TS", "OP", "JK", "SH", "BG"]), r.randrange(10000), r.choice("SMLXF")),
           "name": r.choice(ADJECTIVE) + r.choice(NOUN) + " " + r.choice(COLOUR),
           "name_kana": "カルヤカナ" + r.choice(["シャツ", "ワンピース", "パンツ", "コート"]), "category": r.choice(CATEGORY), "price": price,
           "list_price": price + r.choice([0, 0, 1000, 2000]), "tax_rate": r.choice([0.1, 0.08]), "stock": r.randrange(0, 500),
           "sellable": r.random() < 0.8, "status": r.choice(["on_sale", "reserved", "sold_out"]),
           "url": "https://shop%03d.example.com/products/%d?ref=search" % (shop, i),
           "updated_at": "2026-%02d-%02dT%02d:%02d:%02d.%03dZ" % (r.randrange(1, 12), r.randrange(1, 29), r.randrange(24), r.randrange(60),
                                                                 r.randrange(60), r.randrange(1000)),
           "colors": r.sample(COLOUR, 2), "weight_g": r.randrange(50, 3000),
           "message": r.choice(ADJECTIVE) + r.choice(NOUN) + "。" + r.choice(TAIL)
           + " batch=%d job=import-%04d status=OK lat=%dms" % (i % 997, r.randrange(10000), r.randrange(2000))}
    chance = r.random()
    if chance < 0.001:
        doc["jan"] = doc["jan"][:9]
    elif chance < 0.002:
        doc["message"] += " timeout after 30ms"
    return doc


def message_pattern(i):
    return [r"\bE%04d: [a-z]+ failed" % i, r"job=retry-%d-\d+" % i, "status=(?:NG|ERR)%d" % i, r"(?i)fatal%d\b" % i, "エラー%d[：:]" % i,
            r"\d{5,}ms x%d\b" % i, "(?i)exception[^a-z]{1,3}%d" % i, "[一-鿿]{2}不良%d" % i,
            "timeout after [0-9]{%d}ms" % (1 + i // 10 % 8), "<(?:script|iframe|embed)%d?>" % i][i % 10]


def rules(kind, count):
    """(field, check, pattern) of each rule."""
    if kind == "message":
        return [("message", "must_not_match", message_pattern(i)) for i in range(count)]
    out = []
    for i in range(count):
        f = i % 16
        shape = i // 16 % 2 == 0
        out.append((FIELDS[f], "must_match" if shape else "must_not_match", SHAPES[f] if shape else message_pattern(i)))
    return out


def write_rules(path, kind, count):
    with open(path, "w", encoding="utf-8") as f:
        f.write("version: 1\nrules:\n")
        for i, (field, check, pattern) in enumerate(rules(kind, count)):
            f.write("  - id: bench-%03d\n    title: bench %d\n    query: bench\n    severity: info\n    check:\n"
                    "      - {field: %s, %s: '%s'}\n" % (i, i, field, check, pattern.replace("'", "''")))


def peer(path, kind, count):
    compiled = [(field, re.compile(pattern).search, check == "must_match") for field, check, pattern in rules(kind, count)]
    found = 0
    with open(path, encoding="utf-8") as f:
        for line in f:
            doc = json.loads(line)["_source"]
            for field, search, wanted in compiled:
                value = doc[field]
                if (search(value if isinstance(value, str) else str(value)) is None) == wanted:
                    found += 1
    print(found)


def main():
    verb, path = sys.argv[1:3]
    if verb == "data":
        r = random.Random(20261124)
        dump = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
        with open(path, "w", encoding="utf-8", newline="\n") as f:
            for i in range(int(sys.argv[3]) if len(sys.argv) > 3 else 330000):
                doc = document(r, i)
                f.write(dump({"_index": "bench", "_id": "%s:%s" % (doc["shop_id"], doc["product_id"]), "_source": doc}) + "\n")
    elif verb == "rules":
        write_rules(path, sys.argv[3], int(sys.argv[4]))
    else:
        peer(path, sys.argv[3], int(sys.argv[4]))


if __name__ == "__main__":
    main()
