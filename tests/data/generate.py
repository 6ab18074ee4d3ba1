#!/usr/bin/env python3
"""Writes the sample: business data of a Japanese web shop as NDJSON search hits, with known anomalies.

usage: generate.py OUT [--size N] [--seed N]

OUT gets one file per index (shops, products, stock, orders, shipments, members), OUT-answers what is known of them:
  answers.ndjson  what the shipped rules must find, one {"rule","index","id"} a line
  decoys.ndjson   what they must leave alone though it looks wrong, and why
  meta.json       "now" (the present of this data), counts, a mapping for a real cluster
Same size and seed, same bytes. The anomalies themselves stand in anomalies.py.
"""
import argparse
import copy
import json
import os
import random

from anomalies import DECOYS, GONE, PLANTED

NOW = 1768446000  # 2026-01-15T12:00:00+09:00
DAY = 86400
JST = 9 * 3600

BRANDS = ["ユナイテッドベア", "アーバンサーチ", "グリーンレーベル", "ナノユニバース風", "ビームライン", "シップス堂",
          "コエドクロージング", "Âme Sœur", "CAFÉ NOIR", "東京デニム", "倉敷帆布店", "珈琲工房"]
ADJECTIVES = ["撥水", "裏起毛", "接触冷感", "オーバーサイズ", "リブ編み", "ストレッチ", "洗える", "ＵＶカット", "オーガニック"]
ITEMS = [("Tシャツ", "tops"), ("ニットカーディガン", "tops"), ("テーパードパンツ", "pants"), ("デニムジャケット", "outer"),
         ("ダウンコート", "outer"), ("プリーツスカート", "skirt"), ("スニーカー", "shoes"), ("トートバッグ", "bag"),
         ("キャップ", "hat"), ("ワンピース", "onepiece"), ("ドリップコーヒー", "food")]
COLORS = [("WH", "ホワイト"), ("BK", "ブラック"), ("NV", "ネイビー"), ("BE", "ベージュ"), ("GY", "グレー"), ("KH", "カーキ")]
CLOTHES = ["S", "M", "L", "XL", "F"]
SHOES = ["22.5", "23.0", "24.0", "25.5", "27.0"]
PRODUCT_STATUS = ["on_sale"] * 17 + ["sold_out", "stopped", "coming_soon"]
ORDER_STATUS = ["delivered"] * 72 + ["shipped"] * 20 + ["allocated"] * 3 + ["paid", "new", "cancelled", "cancelled", "returned"]
PAYMENT = ["credit_card"] * 6 + ["convenience_store", "bank_transfer", "cash_on_delivery", "wallet"]
PLACES = [("東京都", "渋谷区", "神南"), ("神奈川県", "横浜市西区", "みなとみらい"), ("千葉県", "船橋市", "本町"),
          ("大阪府", "大阪市北区", "梅田"), ("愛知県", "名古屋市中区", "栄"), ("福岡県", "福岡市博多区", "住吉"),
          ("北海道", "札幌市中央区", "北一条西"), ("京都府", "京都市下京区", "四条町"), ("沖縄県", "那覇市", "おもろまち")]
FAMILY = [("佐藤", "サトウ"), ("鈴木", "スズキ"), ("高橋", "タカハシ"), ("田中", "タナカ"), ("渡辺", "ワタナベ"), ("伊藤", "イトウ"),
          ("髙山", "タカヤマ"), ("山﨑", "ヤマザキ"), ("中村", "ナカムラ"), ("小林", "コバヤシ")]
GIVEN = [("結衣", "ユイ"), ("陽菜", "ヒナ"), ("蓮", "レン"), ("大翔", "ヒロト"), ("さくら", "サクラ"), ("健太", "ケンタ"),
         ("美咲", "ミサキ"), ("ジョン", "ジョン"), ("凛", "リン"), ("悠真", "ユウマ")]
HOSTS = ["example.jp", "example.com", "mail.example.ne.jp"]
MAPPING = {"date_detection": False, "properties": {"updated_at": {"type": "date"}},
           "dynamic_templates": [{"text": {"match_mapping_type": "string", "mapping": {"type": "keyword", "ignore_above": 2000}}}]}


def civil(days):
    """Days since 1970 as a date, without the platform's tables."""
    z = days + 719468
    era, doe = divmod(z, 146097)
    yoe = (doe - doe // 1460 + doe // 36524 - doe // 146096) // 365
    doy = doe - (365 * yoe + yoe // 4 - yoe // 100)
    mp = (5 * doy + 2) // 153
    month = mp + 3 if mp < 10 else mp - 9
    return "%04d-%02d-%02d" % (yoe + era * 400 + (month <= 2), month, doy - (153 * mp + 2) // 5 + 1)


DATES = {}


def iso(t):
    """A moment in Japan's time."""
    days, rest = divmod(t + JST, DAY)
    if days not in DATES:
        DATES[days] = civil(days)
    return "%sT%02d:%02d:%02d+09:00" % (DATES[days], rest // 3600, rest // 60 % 60, rest % 60)


def check_digit(body):
    """Of a GS1 number (JAN)."""
    return str(-sum(int(c) * (3 if i % 2 == 0 else 1) for i, c in enumerate(reversed(body))) % 10)


def put(doc, path, value, serial):
    """Sets PATH (a.b, lines.0.sku) as a row of anomalies.py says: a value, one of a list of values, or made from the old one."""
    *above, last = path.split(".")
    for step in above:
        doc = doc[int(step) if step.isdigit() else step]
    if isinstance(value, list):
        value = value[serial % len(value)]
    elif callable(value):
        value = value(doc.get(last), serial)
    if value is GONE:
        doc.pop(last, None)
    elif isinstance(value, int) and path.endswith("_at"):
        doc[last] = iso(NOW + value)
    else:
        doc[last] = value


class Index:
    """The file of one index, and which of its documents are wrong or only look so."""

    def __init__(self, sample, name, count):
        self.sample, self.name, self.count = sample, name, 0
        rows = [(row, serial) for row in PLANTED[name] + DECOYS[name] for serial in range(sample.each if name != "shops" else 1)]
        numbers = sample.rng.sample(range(count), len(rows))
        self.special = dict(zip(numbers, rows))
        self.lines = []

    def spoil(self, number, ident, doc):
        """Applies what is planted in document NUMBER, if anything is."""
        row, serial = self.special.get(number, (None, 0))
        if row is None:
            return
        for path, value in row["set"].items():
            put(doc, path, value, serial)
        self.answer(row, ident)
        if row["again"]:
            twin = copy.deepcopy(doc)
            for path, value in row["again"].items():
                put(twin, path, value, serial)
            self.answer(row, ident + "-2")
            self.add(ident + "-2", twin)

    def answer(self, row, ident):
        for rule in row.get("rules", ()):
            self.sample.answers.append({"rule": rule, "index": self.name, "id": ident})
        if "near" in row:
            self.sample.decoys.append({"rule": row["near"], "index": self.name, "id": ident, "why": row["why"]})

    def add(self, ident, doc):
        self.lines.append('{"_index":"%s","_id":"%s","_source":%s}\n' % (self.name, ident, self.sample.encode(doc)))

    def close(self):
        path = os.path.join(self.sample.out, self.name + ".ndjson")
        with open(path, "w", encoding="utf-8", newline="\n") as f:
            f.writelines(self.lines)
        self.sample.counts[self.name] = len(self.lines)


class Sample:
    def __init__(self, out, size, seed):
        self.out, self.size, self.seed = out, size, seed
        self.rng = random.Random(seed)
        self.random = self.rng.random
        self.each = max(4, size // 3000)  # documents per row of anomalies.py
        self.encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
        self.answers, self.decoys, self.counts = [], [], {}

    def below(self, n):
        return int(self.random() * n)

    def pick(self, items):
        return items[int(self.random() * len(items))]

    def phone(self):
        if self.random() < 0.7:
            return "%s-%04d-%04d" % (self.pick(["070", "080", "090"]), self.below(10000), self.below(10000))
        return "03-%04d-%04d" % (3000 + self.below(6000), self.below(10000))

    def postal_code(self):
        return "%03d-%04d" % (100 + self.below(900), self.below(10000))

    def shops(self):
        index = Index(self, "shops", 50)
        for i in range(50):
            opened = NOW - (400 + i * 13) * DAY
            ident = "S%03d" % (i + 1)
            doc = {"shop_id": ident, "name": "%s %d号店" % (self.pick(BRANDS), i + 1), "status": "open",
                   "email": "shop%03d@example.jp" % (i + 1), "phone": self.phone(), "postal_code": self.postal_code(),
                   "prefecture": self.pick(PLACES)[0], "invoice_no": "T%013d" % (8010001000000 + self.below(10 ** 9)),
                   "opened_at": iso(opened), "updated_at": iso(opened + self.below(400 * DAY))}
            index.spoil(i, ident, doc)
            index.add(ident, doc)
        index.close()

    def product(self, i):
        shop = "S%03d" % (self.below(49) + 1)  # S050 is the demo shop
        item, category = self.pick(ITEMS)
        color, color_name = self.pick(COLORS)
        size = self.pick(SHOES if category == "shoes" else CLOTHES)
        brand, adjective = self.pick(BRANDS), self.pick(ADJECTIVES)
        name = "%s %s%s（%s）" % (brand, adjective, item, color_name)
        price = (self.below(290) + 10) * 100 - 10
        created = NOW - 30 * DAY - self.below(700 * DAY)
        body = "45%010d" % i
        image = "https://img.shop.example/%s/%08d" % (shop, i)
        doc = {"shop_id": shop, "product_no": "P%08d" % i, "sku": "%s-%08d-%s-%s" % (shop, i, color, size.replace(".", "")),
               "jan": body + check_digit(body), "name": name, "brand": brand, "category": category, "color": color, "size": size,
               "price": price, "cost": price * (40 + self.below(30)) // 100, "tax_rate": 8 if category == "food" else 10,
               "point_rate": self.below(11), "weight_g": 80 + self.below(1500), "origin": self.pick(["JP", "CN", "VN", "IT"]),
               "status": self.pick(PRODUCT_STATUS),
               "description": "%s。%sの%s、%sサイズ。洗濯表示をご確認ください。カラーは%sです。" % (name, adjective, item, size, color_name),
               "image_url": image + ".jpg",
               "images": [{"url": "%s-%d.jpg" % (image, n), "alt": color_name} for n in range(1 + self.below(3))],
               "created_at": iso(created), "updated_at": iso(created + self.below(NOW - created))}
        if self.random() < 0.2:
            doc["sale_price"] = price * 8 // 100 * 10
            doc["sale_starts_at"] = iso(NOW - self.below(10 * DAY))
            doc["sale_ends_at"] = iso(NOW + DAY + self.below(10 * DAY))
        return doc

    def products(self):
        index, stock = Index(self, "products", self.size), Index(self, "stock", self.size)
        self.skus = {}  # what can be ordered, by shop
        for i in range(self.size):
            ident = "P%08d" % i
            doc = self.product(i)
            on_hand = self.below(120)
            reserved = self.below(on_hand // 4 + 1)
            shelf = {"shop_id": doc["shop_id"], "product_no": ident, "sku": doc["sku"],
                     "warehouse": self.pick(["TKY1", "OSK1", "FUK1"]),
                     "location": "%s-%02d-%02d" % (self.pick("ABCDEF"), 1 + self.below(40), 1 + self.below(12)),
                     "on_hand": on_hand, "reserved": reserved, "available": on_hand - reserved,
                     "counted_at": iso(NOW - self.below(300 * DAY)), "updated_at": iso(NOW - self.below(DAY))}
            if i not in index.special:
                self.skus.setdefault(doc["shop_id"], []).append((doc["sku"], doc["price"]))
            index.spoil(i, ident, doc)
            stock.spoil(i, "K" + ident[1:], shelf)
            index.add(ident, doc)
            stock.add("K" + ident[1:], shelf)
        index.close()
        stock.close()

    def person(self):
        family, given = self.pick(FAMILY), self.pick(GIVEN)
        return "%s　%s" % (family[0], given[0]), "%s　%s" % (family[1], given[1])

    def order(self, i, members):
        status = self.pick(ORDER_STATUS)
        if status in ("delivered", "cancelled", "returned"):
            ordered = NOW - 12 * DAY - self.below(90 * DAY)
            updated = ordered + 2 * DAY + self.below(4 * DAY)
        else:  # an open order is fresh
            updated = NOW - 7200 - self.below(2 * DAY)
            ordered = updated - 3600 - self.below(DAY)
        shop = self.pick(self.shop_names)
        lines = []
        for n in range(1 + self.below(3)):
            sku, price = self.pick(self.skus[shop])
            lines.append({"line_no": n + 1, "sku": sku, "price": price, "quantity": 1 + self.below(2)})
        subtotal = sum(x["price"] * x["quantity"] for x in lines)
        discount = subtotal // 10 if self.random() < 0.1 else 0
        name, kana = self.person()
        prefecture, city, town = self.pick(PLACES)
        member = self.below(members)
        doc = {"shop_id": shop, "order_no": "ZO%010d" % (7000000 + i * 3), "status": status, "ordered_at": iso(ordered),
               "updated_at": iso(updated), "payment_method": self.pick(PAYMENT), "subtotal": subtotal, "discount": discount,
               "postage": 250, "total": subtotal - discount + 250,
               "customer": {"member_no": "M%06d" % member, "name": name, "kana": kana,
                            "email": "user%06d@%s" % (member, HOSTS[member % 3]), "phone": self.phone()},
               "ship_to": {"postal_code": self.postal_code(), "prefecture": prefecture, "city": city,
                           "address": "%s%d-%d-%d" % (town, 1 + self.below(9), 1 + self.below(30), 1 + self.below(20))},
               "lines": lines}
        if status not in ("new", "cancelled"):
            doc["paid_at"] = iso(ordered + 60 + self.below(3000))
        return doc, ordered

    def shipment(self, i, order, ordered):
        delivered = order["status"] == "delivered"
        shipped = ordered + 3600 + self.below(DAY)
        doc = {"shop_id": order["shop_id"], "shipment_no": "SH%09d" % i, "order_no": order["order_no"],
               "carrier": self.pick(["yamato", "sagawa", "yupack"]),
               "tracking_no": "%04d-%04d-%04d" % (self.below(10000), self.below(10000), self.below(10000)),
               "status": "delivered" if delivered else "in_transit", "boxes": 1 + self.below(2), "weight_g": 200 + self.below(9000),
               "postal_code": order["ship_to"]["postal_code"], "shipped_at": iso(min(shipped, NOW - 60)),
               "updated_at": order["updated_at"] if delivered else iso(NOW - self.below(DAY))}
        if delivered:
            doc["delivered_at"] = iso(shipped + DAY + self.below(2 * DAY))
        return doc

    def orders(self, count, members):
        self.shop_names = sorted(self.skus)
        index = Index(self, "orders", count)
        sent = []
        for i in range(count):
            doc, ordered = self.order(i, members)
            if doc["status"] in ("shipped", "delivered") and i not in index.special:
                sent.append(self.shipment(i, doc, ordered))
            index.spoil(i, "O%08d" % i, doc)
            index.add("O%08d" % i, doc)
        index.close()
        shipments = Index(self, "shipments", len(sent))
        for i, doc in enumerate(sent):
            shipments.spoil(i, "H%08d" % i, doc)
            shipments.add("H%08d" % i, doc)
        shipments.close()

    def member(self, i):
        name, kana = self.person()
        born = -20 * 365 * DAY + self.below(50 * 365) * DAY  # from 1950 to 1999
        registered = NOW - 40 * DAY - self.below(2000 * DAY)
        seen = registered + self.below(NOW - registered)
        doc = {"member_no": "M%06d" % i, "status": "active", "rank": self.pick(["regular"] * 6 + ["silver", "gold", "platinum"]),
               "points": self.below(3000), "registered_at": iso(registered), "last_login_at": iso(seen), "updated_at": iso(seen)}
        if self.random() < 0.04:
            doc["status"] = "withdrawn"
            doc["withdrawn_at"] = doc["updated_at"]
            return doc
        doc.update({"name": name, "kana": kana, "email": "user%06d@%s" % (i, HOSTS[i % 3]), "phone": self.phone(),
                    "birthday": iso(born)[:10], "postal_code": self.postal_code(), "prefecture": self.pick(PLACES)[0]})
        return doc

    def members(self, count):
        index = Index(self, "members", count)
        for i in range(count):
            doc = self.member(i)
            index.spoil(i, "M%06d" % i, doc)
            index.add("M%06d" % i, doc)
        index.close()

    def write_answers(self):
        folder = self.out.rstrip("/") + "-answers"
        os.makedirs(folder, exist_ok=True)
        for name, rows in (("answers", self.answers), ("decoys", self.decoys)):
            with open(os.path.join(folder, name + ".ndjson"), "w", encoding="utf-8", newline="\n") as f:
                f.writelines(self.encode(row) + "\n" for row in rows)
        meta = {"now": iso(NOW), "size": self.size, "seed": self.seed, "counts": self.counts, "answers": len(self.answers),
                "decoys": len(self.decoys), "mapping": MAPPING}
        with open(os.path.join(folder, "meta.json"), "w", encoding="utf-8", newline="\n") as f:
            json.dump(meta, f, ensure_ascii=False, indent=1)
            f.write("\n")
        return meta


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out")
    parser.add_argument("--size", type=int, default=12000, help="products; the others follow (default 12000, at least 2400)")
    parser.add_argument("--seed", type=int, default=20260115)
    args = parser.parse_args()
    if args.size < 2400:
        parser.error("--size must be at least 2400: a smaller sample has no room for every anomaly")
    os.makedirs(args.out, exist_ok=True)
    sample = Sample(args.out, args.size, args.seed)
    members = args.size // 8
    sample.shops()
    sample.products()
    sample.orders(args.size * 5 // 12, members)
    sample.members(members)
    meta = sample.write_answers()
    print("%d documents, %d planted anomalies, %d decoys; their present is %s" %
          (sum(meta["counts"].values()), meta["answers"], meta["decoys"], meta["now"]))


if __name__ == "__main__":
    main()
