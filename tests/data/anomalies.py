"""What is wrong in the sample, and what only looks wrong.

A row sets fields of a few documents of an index. A value is set as it is; of a list one is taken after the other; a function
makes it from the old value; GONE takes the field away. A whole number for a field that ends in _at is seconds from now.
PLANTED rows name the rules that must find the document, DECOYS the rule that must not, and why. With `again` the document
is written a second time under another id, with these fields changed there alone.
"""
import datetime

HOUR = 3600
DAY = 24 * HOUR
GONE = object()


def wrong(rules, again=None, **fields):
    return {"rules": rules.split(), "set": spread(fields), "again": again}


def right(near, why, again=None, **fields):
    return {"near": near, "why": why, "set": spread(fields), "again": again}


def spread(fields):
    """Keywords cannot hold dots: ship_to__city is ship_to.city."""
    return {path.replace("__", "."): value for path, value in fields.items()}


def fullwidth(text, _=0):
    return "".join(chr(ord(c) + 0xFEE0) if c.isdigit() else c for c in text)


def latin1(text, _=0):
    """UTF-8 that was read as Latin-1."""
    return text.encode("utf-8").decode("latin-1")


def bad_sku(sku, n):
    return [sku.lower(), sku.replace("-", "_"), sku[1:], sku + "-XX"][n % 4]


def bad_jan_length(jan, n):
    return [jan[:12], jan + "0", jan[:4] + "-" + jan[4:], ""][n % 4]


def bad_check_digit(jan, n):
    return jan[:12] + str((int(jan[12]) + 1 + n % 8) % 10)


def bad_tracking(number, n):
    return [number[:-1], number.replace("-", "ー"), fullwidth(number), ""][n % 4]


def affix(before, after=""):
    return lambda text, _: before + text + after


def earlier(seconds):
    return lambda stamp, _: (datetime.datetime.fromisoformat(stamp) - datetime.timedelta(seconds=seconds)).isoformat()


def in_utc(stamp, _):
    return datetime.datetime.fromisoformat(stamp).astimezone(datetime.timezone.utc).isoformat().replace("+00:00", "Z")


SHIRT = {"category": "tops", "size": "M"}
SALE = {"status": "on_sale", "price": 5000, "cost": 2000, "sale_price": 3990, "sale_starts_at": -3 * DAY, "sale_ends_at": 3 * DAY}
NO_SALE = {"sale_price": GONE, "sale_starts_at": GONE, "sale_ends_at": GONE, "cost": GONE, "status": "on_sale"}
GARBLED = ["繝帙Ρ繧､繝医ョ繝九Β繝ｼ", "縺吶ｋ繝九ャ繝医き繝ｼ繝", "繝ｯ繝ｳ繝斐�繧ｹ", "繧ｹ繝九�繧ｫ繝ｼ"]

PLANTED = {
    "shops": [
        wrong("shop-status", status="opne"),
        wrong("shop-invoice-number", invoice_no="8010001000000"),
        wrong("shop-contact", phone="３-1234-5678"),
        wrong("shop-closed-without-date", status="closed"),
    ],
    "products": [
        wrong("product-required", name=[GONE, None]),
        wrong("product-required", jan=[None, GONE]),
        wrong("product-required", price=[GONE, None], **{k: GONE for k in ("sale_price", "sale_starts_at", "sale_ends_at")}),
        wrong("product-required", image_url=[GONE, None]),
        wrong("sku-format", sku=bad_sku),
        wrong("sku-edge-space sku-format", sku=lambda v, n: [v + " ", v + "\t", " " + v, v + "　"][n % 4]),
        wrong("jan-shape", jan=bad_jan_length),
        wrong("jan-check-digit", jan=bad_check_digit),
        wrong("jan-fullwidth-digits", jan=fullwidth),
        wrong("product-status", status=["onsale", "ON_SALE", "販売中", ""]),
        wrong("product-category", category=["top", "Tops", "トップス", "misc"], tax_rate=10),
        wrong("product-size", size=["m", "Ｍ", "5L", "22.55"]),
        wrong("product-color", color=["XX", "wh", "白", ""]),
        wrong("product-image-url", image_url=["http://img.shop.example/a.jpg", "https://old.shop.example/a.jpg", "img/a.jpg",
                                              "https://img.shop.example/商品.jpg"]),
        wrong("product-image-type", image_url=["https://img.shop.example/S001/a.bmp", "https://img.shop.example/S001/a.jpg.tmp"]),
        wrong("product-images", images=[[{"alt": "ホワイト"}], [{"url": "https://img.shop.example/a.jpg"}, {"url": ""}]]),
        wrong("product-weight", weight_g=[0, -5, 50001, "350"]),
        wrong("product-origin", origin=["Japan", "jp", "日本", "J"]),
        wrong("product-updated-before-created", created_at=-10 * DAY, updated_at=-11 * DAY),
        wrong("product-future-dates", updated_at=[2 * HOUR, 400 * DAY]),
        wrong("product-stale-draft", status="draft", created_at=-300 * DAY, updated_at=[-181 * DAY, -250 * DAY]),
        wrong("price-range", **dict(NO_SALE, price=[0, -990, 3000001, "1980"])),
        wrong("price-range", **dict(NO_SALE, price=[1980.5, "1980.50", 0.5, 30000000])),
        wrong("price-placeholder", **dict(NO_SALE, shop_id="S001", price=[1, 11111, 99999, 999999])),
        wrong("sale-price-over-price", **dict(SALE, sale_price=[5000, 5001, 9990, 10000])),
        wrong("sale-price-floor", **dict(SALE, sale_price=[99, 39, 1, 0])),
        wrong("sale-window", **dict(SALE, sale_starts_at=4 * DAY)),
        wrong("sale-window", **dict(SALE, sale_ends_at=[GONE, None])),
        wrong("sale-over", **dict(SALE, sale_starts_at=-30 * DAY, sale_ends_at=[-25 * HOUR, -20 * DAY])),
        wrong("price-below-cost", **dict(NO_SALE, shop_id="S001", price=4990, cost=[4991, 49900])),
        wrong("tax-rate", tax_rate=[5, 0, 80, 10.5], **SHIRT),
        wrong("tax-rate-food", category="food", size="F", tax_rate=10),
        wrong("tax-rate-reduced", tax_rate=8, **SHIRT),
        wrong("point-rate", point_rate=[-1, 21, 100, 0.5]),
        wrong("text-mojibake", name=latin1),
        wrong("text-mojibake", description=["商品の説明が化けています �", "発送は\ufffd\ufffd日です。ご了承ください。", latin1("商品の説明です。"),
                                            "â\x80\x9cセール品â\x80\x9d です。"]),
        wrong("text-mojibake text-halfwidth-katakana", name=GARBLED),
        wrong("text-halfwidth-katakana", name=affix("ﾃﾞﾆﾑ ")),
        wrong("text-control-characters", name=lambda v, n: v + "\x07\x0b\x1b\x00"[n % 4] + "A"),
        wrong("text-control-characters", description=affix("色\x03", "")),
        wrong("text-invisible-characters", name=lambda v, n: v[:3] + "\u200b\ufeff\u202e\u2060"[n % 4] + v[3:]),
        wrong("text-html", description=lambda v, n: v + ["<br>", "&nbsp;", "<SPAN style='x'>", "&#12354;"][n % 4]),
        wrong("text-script", description=lambda v, n: v + ["<script>alert(1)</script>", "<img src=x onerror=alert(1)>",
                                                           "<a href='javascript:alert(1)'>", "<SCRIPT src=//x.example>"][n % 4]),
        wrong("text-edge-space", name=lambda v, n: [" " + v, v + " ", "　" + v, v + "　"][n % 4]),
        wrong("text-decomposed-kana", name=affix("か\u3099ま口ポーチ ")),
        wrong("text-machine-dependent", name=lambda v, n: v + ["①", "㈱", "㍉", "Ⅳ"][n % 4]),
        wrong("text-lost-characters", name=affix("?????? ")),
        wrong("text-placeholder", name=["テスト商品", "ダミー（削除予定）", "商品名を入力してください", "Lorem ipsum"]),
        wrong("text-name-length", name=["あ", "Ａ", "長い名前" * 31, "x" * 121]),
        wrong("text-description-length", description=["", "準備中", "説明。" * 667, "良い"]),
    ],
    "stock": [
        wrong("stock-negative", on_hand=[-1, -120], reserved=0, available=0),
        wrong("stock-number stock-negative", on_hand="12", reserved=0, available=0),
        wrong("stock-number", on_hand=[100001, 99999999], reserved=0, available=0),
        wrong("stock-number", on_hand=50, available=[3.5, 0.25]),
        wrong("stock-reserved-over-on-hand", on_hand=10, reserved=[11, 400], available=0),
        wrong("stock-available-over-on-hand", on_hand=10, reserved=0, available=[11, 1000]),
        wrong("stock-not-counted", counted_at=[-401 * DAY, -2000 * DAY]),
        wrong("stock-warehouse", warehouse=["TKY", "NYC1", "tky1", "東京"]),
        wrong("stock-location", location=["A-1-3", "a-12-03", "Ａ-12-03", "A-12-03 "]),
        wrong("stock-required", sku=[GONE, None]),
        wrong("stock-required", updated_at=[None, GONE]),
    ],
    "orders": [
        wrong("order-required", ship_to__postal_code=[GONE, None]),
        wrong("order-required", customer__name=[None, GONE]),
        wrong("order-required", lines=[GONE, None]),
        wrong("order-number-format", order_no=lambda v, n: [v.lower(), v[:-1], "#" + v, v + "-1"][n % 4]),
        wrong("order-status", status=["canceled", "Shipped", "発送済", ""]),
        wrong("order-stuck", status=["paid", "allocated", "picking"], ordered_at=-30 * DAY, updated_at=[-73 * HOUR, -20 * DAY],
              paid_at=GONE),
        wrong("order-unpaid", status="new", payment_method="bank_transfer", updated_at=-1 * DAY, paid_at=GONE,
              ordered_at=[-15 * DAY, -60 * DAY]),
        wrong("order-total total-mismatch", total=[-1, 5000001, "12000", 1980.5]),
        wrong("order-line-amounts total-mismatch", lines__0__quantity=[0, -1, 100, 1.5]),
        wrong("order-line-amounts total-mismatch", lines__0__price=[-990, "990", 0.5, -1]),
        wrong("order-line-sku", lines__0__sku=[GONE, None, "s001-00000001-wh-m", "S001-00000001-WH-M "]),
        wrong("order-postage total-mismatch", postage=[-1, 10001, "250", 250.5]),
        wrong("order-discount total-mismatch", discount=lambda v, n: 9999999 if n % 2 else -1),
        wrong("order-postal-code", ship_to__postal_code=["1500041", "150-041", "１５０-００４１", "150ー0041"]),
        wrong("order-prefecture", ship_to__prefecture=["東京", "東京都 ", "Tokyo", "京都"]),
        wrong("order-phone", customer__phone=["090-1234-56", "０９０-1234-5678", "1234-5678", "090 1234 5678"]),
        wrong("order-email", customer__email=["user@", "user@example", "user＠example.jp", "user..name@example.jp"]),
        wrong("order-paid-before-ordered", ordered_at=-20 * DAY, paid_at=[-21 * DAY, -200 * DAY], updated_at=-18 * DAY),
        wrong("order-future-dates", ordered_at=[HOUR, 365 * DAY], paid_at=GONE, status="cancelled"),
        wrong("order-payment-method", payment_method=["card", "CREDIT_CARD", "代引き", ""]),
        wrong("order-address-length", ship_to__address=affix("", "シャトレー・ドゥ・ラ・コンコルド北館" * 4)),
        wrong("order-text-mojibake", customer__name=lambda v, n: [latin1("ナカムラ"), "山\ufffd 健太", "繝翫き繝繝ｩ", latin1("ユミ")][n % 4]),
        wrong("order-text-mojibake", ship_to__address=["ã\x83\x93ル101", "栄1-2-3 繧ｳ繝ｼ繝"]),
        wrong("order-rare-characters", customer__name=["𩸽田　健太", "佐藤　結衣😀"]),
        wrong("duplicate-order-no", again={"updated_at": -HOUR}),
        wrong("unknown-shop", shop_id=["S051", "S999", "s001", "Ｓ００１"]),
        wrong("total-mismatch", total=lambda v, n: v + [250, -1, 10000, -250][n % 4]),
        wrong("order-customer-kana", customer__kana=["ｻﾄｳ ﾕｲ", "さとう　ゆい", "佐藤 結衣", "Sato Yui"]),
    ],
    "shipments": [
        wrong("shipment-number-format", shipment_no=["SH12345", "sh000000001"]),
        wrong("shipment-tracking-format", tracking_no=bad_tracking),
        wrong("shipment-tracking-missing", tracking_no=[GONE, None]),
        wrong("shipment-carrier", carrier=["ヤマト", "kuroneko", "Sagawa", ""]),
        wrong("shipment-status", status=["done", "transit", "配達完了", ""]),
        wrong("shipment-stuck", status=["picking", "packed"], updated_at=[-73 * HOUR, -12 * DAY], shipped_at=GONE, delivered_at=GONE),
        # catalogues, since an order of the sample may be younger than that
        wrong("shipment-lost", status="in_transit", shipped_at=[-241 * HOUR, -40 * DAY], updated_at=-HOUR, delivered_at=GONE,
              order_no=GONE),
        wrong("shipment-delivered-before-shipped", status="delivered", delivered_at=[-104 * DAY, -200 * DAY]),
        wrong("shipment-delivered-without-date", status="delivered", delivered_at=[GONE, None]),
        wrong("shipment-boxes", boxes=[0, -1, 31, 1.5]),
        wrong("shipment-weight", weight_g=[0, 30001, -200, "1200"]),
        wrong("orphan-shipment", order_no=lambda v, n: ["ZO0000000001", v.lower(), v + " ", fullwidth(v)][n % 4]),
        wrong("shipped-before-order", shipped_at=earlier(DAY + HOUR)),
        wrong("shipment-postal-code", postal_code=["1500041", "150-00411", "１５０-００４１", ""]),
    ],
    "members": [
        wrong("member-required", status=[GONE, None]),
        wrong("member-required", registered_at=[None, GONE]),
        wrong("member-email", status="active", email=["user.example.jp", "user@@example.jp", "us er@example.jp", ".user@example.jp"]),
        wrong("member-email-disposable", status="active", email=["a@mailinator.com", "b@YOPMAIL.com"]),
        wrong("member-email-typo", status="active", email=["a@gmial.com", "b@gmail.co", "c@yaho.co.jp", "d@i.softbank.ne.jp"]),
        wrong("member-phone", status="active", phone=["09012345", "03-12345-678901", "０３-1234-5678", "電話なし"]),
        wrong("member-postal-code", status="active", postal_code=["1000001", "100-001", "〒100-0001", "100‐0001"]),
        wrong("member-prefecture", status="active", prefecture=["大阪", "北海道県", "osaka", ""]),
        wrong("member-kana", status="active", kana=["さとう　ゆい", "ｻﾄｳ　ﾕｲ", "佐藤", "サトウ　　ユイ"]),
        wrong("member-birthday", status="active", birthday=["2099-01-01", "1900-02-28", "1990-02-30", "1990/02/03"]),
        wrong("member-points", points=[-1, 1000001, "300", 1.5]),
        wrong("member-rank", rank=["vip", "Gold", "ゴールド", ""]),
        wrong("member-status", status=["retired", "Active", "退会", ""]),
        wrong("member-login-before-registration", registered_at=-10 * DAY, last_login_at=[-11 * DAY, -300 * DAY]),
        wrong("member-suspended-with-points", status="suspended", points=[1, 29000]),
        wrong("member-withdrawn-data", status="withdrawn", email="left@example.jp", phone="03-1234-5678"),
    ],
}

DECOYS = {
    "shops": [
        right("shop-closed-without-date", "closed, with its date", status="closed", closed_at=-30 * DAY),
    ],
    "products": [
        right("jan-check-digit", "8 digits with a good check digit", jan="49123456"),
        right("jan-shape", "in-house code, allowed", jan=["IN-000123", "IN-999999"]),
        right("sku-format", "bundle, allowed", sku=["SET-000123", "SET-999999"]),
        right("jan-fullwidth-digits", "full-width digit in a name", name=affix("", " ２枚組")),
        right("text-mojibake", "accented Latin text", name="Âme Sœur Ça Été ãõ Tシャツ"),
        right("text-mojibake", "a word of its own: does not tangle", name=affix("縺れにくい糸 ")),
        right("text-machine-dependent", "weight of coffee beans, allowed", category="food", size="F", tax_rate=8,
              name="珈琲工房 ドリップコーヒー 1㎏"),
        right("text-placeholder", "the demo shop, allowed", shop_id="S050", name="テスト商品"),
        right("text-html", "a less-than sign is no tag", description="身長<170cmの方におすすめです。A & B もどうぞ。"),
        right("text-name-length", "exactly 120 characters", name="長" * 120),
        right("text-lost-characters", "two question marks are a style", name=affix("", " なぜ??")),
        right("price-range", "exactly the most", **dict(NO_SALE, price=3000000)),
        right("price-range", "not on sale yet, so no price is asked of it", **dict(NO_SALE, status="draft", price=0,
                                                                                  created_at=-90 * DAY, updated_at=-80 * DAY)),
        right("price-below-cost", "clearance of the outlet, allowed", **dict(NO_SALE, shop_id="S049", price=990, cost=2000)),
        right("price-placeholder", "watches do cost so much, allowed", **dict(NO_SALE, shop_id="S049", price=99999, cost=30000)),
        right("sale-over", "ended an hour inside the day of grace", **dict(SALE, sale_ends_at=-23 * HOUR)),
        right("sale-price-over-price", "no sale price at all", **dict(NO_SALE, sale_price=None)),
        right("tax-rate", "10.0 is 10", tax_rate=10.0, **SHIRT),
        right("product-images", "an empty list of pictures is no broken picture", images=[[]]),
        right("product-stale-draft", "a draft of this spring", status="draft", created_at=-170 * DAY, updated_at=-160 * DAY),
    ],
    "stock": [
        right("stock-negative", "none left is no defect", on_hand=0, reserved=0, available=0),
        right("stock-reserved-over-on-hand", "all of it is reserved", on_hand=7, reserved=7, available=0),
        right("stock-number", "12.0 is a whole number", on_hand=12.0, reserved=0, available=12.0),
    ],
    "orders": [
        right("order-stuck", "an hour inside the three days", status="allocated", ordered_at=-4 * DAY, updated_at=-71 * HOUR,
              paid_at=-80 * HOUR),
        right("order-stuck", "cancelled is an end", status="cancelled", ordered_at=-40 * DAY, updated_at=-30 * DAY, paid_at=GONE),
        right("order-unpaid", "a week old", status="new", ordered_at=-7 * DAY, updated_at=-7 * DAY, paid_at=GONE),
        right("order-payment-method", "business customers, allowed", payment_method="invoice"),
        right("order-rare-characters", "the printer has this one, allowed", customer__name="𠮷田　さくら"),
        right("order-line-sku", "bundle, allowed", lines__0__sku="SET-000777"),
        right("order-phone", "with the country's number", customer__phone=["+81-90-1234-5678", "0120-123-456"]),
        right("order-required", "an empty list of lines is another matter", lines=[[]], subtotal=0, discount=0, total=250),
        right("duplicate-order-no", "the first try was cancelled", again={"status": "cancelled"}),
        right("duplicate-order-no", "bought twice, under two numbers", again={"order_no": lambda v, _: "ZO9" + v[3:]}),
        right("unknown-shop", "the demo shop is a shop", shop_id="S050"),
        right("total-mismatch", "12000.0 is 12000", total=lambda v, _: float(v)),
    ],
    "shipments": [
        right("shipment-tracking-format", "our own driver, allowed", tracking_no="OWN-00000123"),
        right("shipment-lost", "an hour inside the ten days", status="in_transit", shipped_at=-239 * HOUR, updated_at=-HOUR,
              delivered_at=GONE, order_no=GONE),
        right("orphan-shipment", "catalogues are sent without an order", order_no=[GONE, None]),
        right("orphan-shipment", "ordered by phone, allowed", order_no="TEL-000123"),
        right("shipped-before-order", "the same moment, written in UTC", shipped_at=in_utc),
        right("shipped-before-order", "not sent yet", status="packed", updated_at=-HOUR, shipped_at=GONE, delivered_at=GONE),
        right("shipment-stuck", "packed yesterday", status="packed", updated_at=-DAY, shipped_at=GONE, delivered_at=GONE),
    ],
    "members": [
        right("member-email-typo", "a host that only looks alike", status="active", email="a@mygmail.com"),
        right("member-birthday", "100 years are not over", status="active", birthday="1926-06-01"),
        right("member-kana", "a single name", status="active", kana="サクラ"),
        right("member-suspended-with-points", "suspended, without points", status="suspended", points=0),
        right("member-withdrawn-data", "withdrawn, and empty", status="withdrawn",
              **{k: GONE for k in ("name", "kana", "email", "phone", "birthday", "postal_code", "prefecture")}),
    ],
}
