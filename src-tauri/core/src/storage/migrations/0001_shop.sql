-- One shop file. Money: integer minor units beside a currency. Times: integer UTC seconds.
-- Dates without a time: text YYYY-MM-DD. Enums: text with a CHECK.

CREATE TABLE meta (
    key   TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Grows by one with every change, so that a plan knows whether the shop moved under it.
INSERT INTO meta (key, value) VALUES ('revision', '0');

CREATE TABLE settings (
    key   TEXT PRIMARY KEY,
    value TEXT NOT NULL CHECK (json_valid(value))
) STRICT, WITHOUT ROWID;

CREATE TABLE shops (
    id          INTEGER PRIMARY KEY,
    platform    TEXT NOT NULL,
    name        TEXT NOT NULL,
    -- 0: no file has named this shop yet; the first that does gives it its name.
    named       INTEGER NOT NULL CHECK (named IN (0, 1)),
    currency    TEXT NOT NULL CHECK (length(currency) = 3),
    time_zone   TEXT NOT NULL,
    created_run INTEGER,
    UNIQUE (platform, name)
) STRICT;

CREATE TABLE products (
    id           INTEGER PRIMARY KEY,
    -- What makes two items the same product: the seller's own code, else the title and variant.
    match_key    TEXT NOT NULL UNIQUE,
    code         TEXT NOT NULL DEFAULT '',
    title        TEXT NOT NULL,
    variant      TEXT NOT NULL DEFAULT '',
    weight_grams INTEGER CHECK (weight_grams >= 0),
    volume_cm3   INTEGER CHECK (volume_cm3 >= 0),
    cost         INTEGER,
    cost_currency TEXT CHECK (length(cost_currency) = 3),
    created_run  INTEGER,
    edited_at    INTEGER
) STRICT;

CREATE TABLE customers (
    id             INTEGER PRIMARY KEY,
    name           TEXT NOT NULL DEFAULT '',
    address_as     TEXT NOT NULL DEFAULT '',
    sort_name      TEXT NOT NULL DEFAULT '',
    gender         TEXT CHECK (gender IN ('female', 'male', 'other')),
    birth_calendar TEXT CHECK (birth_calendar IN ('solar', 'lunar')),
    birth_year     INTEGER CHECK (birth_year BETWEEN 1850 AND 2200),
    birth_month    INTEGER CHECK (birth_month BETWEEN 1 AND 12),
    birth_leap     INTEGER NOT NULL DEFAULT 0 CHECK (birth_leap IN (0, 1)),
    birth_day      INTEGER CHECK (birth_day BETWEEN 1 AND 31),
    wechat         TEXT NOT NULL DEFAULT '',
    qq             TEXT NOT NULL DEFAULT '',
    temperament    TEXT NOT NULL DEFAULT '',
    likes          TEXT NOT NULL DEFAULT '',
    notes          TEXT NOT NULL DEFAULT '',
    created_at     INTEGER NOT NULL,
    created_run    INTEGER,
    edited_at      INTEGER,
    -- Figures: sums over this customer's orders, in the currency of most of them. Derived; `check` compares.
    order_count    INTEGER NOT NULL DEFAULT 0,
    currency       TEXT CHECK (length(currency) = 3),
    paid           INTEGER NOT NULL DEFAULT 0,
    refunded       INTEGER NOT NULL DEFAULT 0,
    first_order_at INTEGER,
    last_order_at  INTEGER,
    -- Of the newest order, for the list and its filter.
    province       TEXT NOT NULL DEFAULT '',
    city           TEXT NOT NULL DEFAULT '',
    CHECK ((birth_month IS NULL) = (birth_day IS NULL) AND (birth_month IS NULL) = (birth_calendar IS NULL))
) STRICT;
CREATE INDEX customers_by_name ON customers (sort_name, id);
CREATE INDEX customers_by_last_order ON customers (last_order_at, id);
CREATE INDEX customers_by_order_count ON customers (order_count, id);
CREATE INDEX customers_by_paid ON customers (paid, id);

CREATE TABLE identities (
    id          INTEGER PRIMARY KEY,
    customer_id INTEGER NOT NULL REFERENCES customers ON DELETE CASCADE,
    platform    TEXT NOT NULL,
    buyer_id    TEXT NOT NULL,
    created_run INTEGER,
    UNIQUE (platform, buyer_id)
) STRICT;
CREATE INDEX identities_by_customer ON identities (customer_id);

CREATE TABLE phones (
    id          INTEGER PRIMARY KEY,
    customer_id INTEGER NOT NULL REFERENCES customers ON DELETE CASCADE,
    number      TEXT NOT NULL,
    created_run INTEGER,
    UNIQUE (customer_id, number)
) STRICT;
CREATE INDEX phones_by_number ON phones (number);

CREATE TABLE emails (
    id          INTEGER PRIMARY KEY,
    customer_id INTEGER NOT NULL REFERENCES customers ON DELETE CASCADE,
    address     TEXT NOT NULL,
    created_run INTEGER,
    UNIQUE (customer_id, address)
) STRICT;
CREATE INDEX emails_by_address ON emails (address);

CREATE TABLE addresses (
    id          INTEGER PRIMARY KEY,
    customer_id INTEGER NOT NULL REFERENCES customers ON DELETE CASCADE,
    recipient   TEXT NOT NULL DEFAULT '',
    phone       TEXT NOT NULL DEFAULT '',
    province    TEXT NOT NULL DEFAULT '',
    city        TEXT NOT NULL DEFAULT '',
    district    TEXT NOT NULL DEFAULT '',
    detail      TEXT NOT NULL DEFAULT '',
    zip         TEXT NOT NULL DEFAULT '',
    country     TEXT NOT NULL DEFAULT '',
    created_run INTEGER
) STRICT;
CREATE INDEX addresses_by_customer ON addresses (customer_id);

CREATE TABLE tags (
    id          INTEGER PRIMARY KEY,
    name        TEXT NOT NULL UNIQUE CHECK (name <> ''),
    created_run INTEGER
) STRICT;

CREATE TABLE customer_tags (
    customer_id INTEGER NOT NULL REFERENCES customers ON DELETE CASCADE,
    tag_id      INTEGER NOT NULL REFERENCES tags ON DELETE CASCADE,
    PRIMARY KEY (customer_id, tag_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX customer_tags_by_tag ON customer_tags (tag_id);

-- Fields the seller defines.
CREATE TABLE custom_fields (
    id       INTEGER PRIMARY KEY,
    name     TEXT NOT NULL UNIQUE CHECK (name <> ''),
    position INTEGER NOT NULL
) STRICT;

CREATE TABLE custom_values (
    customer_id INTEGER NOT NULL REFERENCES customers ON DELETE CASCADE,
    field_id    INTEGER NOT NULL REFERENCES custom_fields ON DELETE CASCADE,
    value       TEXT NOT NULL,
    PRIMARY KEY (customer_id, field_id)
) STRICT, WITHOUT ROWID;

-- Everything a customer can be found by, ready for prefix search: suffixes of names, pinyin and initials,
-- buyer ids, phone numbers and their last four digits, WeChat, QQ. Derived; can be rebuilt. No foreign key:
-- checking it for millions of keys costs more than writing them.
CREATE TABLE customer_keys (
    key         TEXT NOT NULL,
    customer_id INTEGER NOT NULL,
    PRIMARY KEY (key, customer_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE import_runs (
    id             INTEGER PRIMARY KEY,
    file_name      TEXT NOT NULL,
    platform       TEXT NOT NULL,
    encoding       TEXT NOT NULL,
    applied_at     INTEGER NOT NULL,
    undone_at      INTEGER,
    -- How the file was read (encoding, sheet, mapping, choices), so that it can be read again the same way.
    reading        TEXT NOT NULL CHECK (json_valid(reading)),
    -- The numbers that were shown, as the result of the import.
    report         TEXT NOT NULL CHECK (json_valid(report)),
    content_sha256 TEXT NOT NULL,
    content_bytes  INTEGER NOT NULL
) STRICT;

-- The original file, compressed, in pieces of at most one MiB before compression.
CREATE TABLE import_content (
    run_id INTEGER NOT NULL REFERENCES import_runs ON DELETE CASCADE,
    piece  INTEGER NOT NULL,
    zstd   BLOB NOT NULL,
    PRIMARY KEY (run_id, piece)
) STRICT, WITHOUT ROWID;

CREATE TABLE import_rejects (
    run_id INTEGER NOT NULL REFERENCES import_runs ON DELETE CASCADE,
    row    INTEGER NOT NULL,
    column TEXT,
    value  TEXT,
    code   TEXT NOT NULL,
    PRIMARY KEY (run_id, row)
) STRICT, WITHOUT ROWID;

-- What an order was before a run changed it, with its items, as JSON.
CREATE TABLE import_before (
    run_id   INTEGER NOT NULL REFERENCES import_runs ON DELETE CASCADE,
    order_id INTEGER NOT NULL,
    image    TEXT NOT NULL CHECK (json_valid(image)),
    PRIMARY KEY (run_id, order_id)
) STRICT, WITHOUT ROWID;

-- A buyer who may be a known customer; the seller decides.
CREATE TABLE match_reviews (
    id          INTEGER PRIMARY KEY,
    run_id      INTEGER REFERENCES import_runs ON DELETE SET NULL,
    candidate   INTEGER REFERENCES customers ON DELETE CASCADE,
    reason      TEXT NOT NULL CHECK (reason IN ('same_phone_other_name', 'same_email')),
    platform    TEXT NOT NULL,
    buyer_id    TEXT NOT NULL DEFAULT '',
    name        TEXT NOT NULL DEFAULT '',
    phone       TEXT NOT NULL DEFAULT '',
    email       TEXT NOT NULL DEFAULT '',
    decision    TEXT CHECK (decision IN ('linked', 'apart')),
    customer_id INTEGER REFERENCES customers ON DELETE SET NULL,
    decided_at  INTEGER
) STRICT;
CREATE INDEX match_reviews_open ON match_reviews (decision, id);

CREATE TABLE orders (
    id           INTEGER PRIMARY KEY,
    shop_id      INTEGER NOT NULL REFERENCES shops,
    number       TEXT NOT NULL,
    -- The last eight characters of the number, reversed, so that an end of it is found by prefix.
    number_tail  TEXT NOT NULL,
    customer_id  INTEGER REFERENCES customers ON DELETE SET NULL,
    review_id    INTEGER REFERENCES match_reviews ON DELETE SET NULL,
    status       TEXT NOT NULL CHECK (
        -- Written out: for IN with more than two words SQLite builds a table of them at every insert.
        status = 'unpaid' OR status = 'paid' OR status = 'shipped' OR status = 'completed' OR status = 'closed' OR status = 'unknown'
    ),
    status_text  TEXT NOT NULL DEFAULT '',
    currency     TEXT NOT NULL CHECK (length(currency) = 3),
    goods        INTEGER,
    shipping_fee INTEGER,
    discount     INTEGER,
    -- What the buyer really paid, before refunds; NULL where no file has said yet.
    paid         INTEGER,
    refunded     INTEGER NOT NULL DEFAULT 0,
    placed_at    INTEGER,
    paid_at      INTEGER,
    shipped_at   INTEGER,
    completed_at INTEGER,
    recipient    TEXT NOT NULL DEFAULT '',
    phone        TEXT NOT NULL DEFAULT '',
    province     TEXT NOT NULL DEFAULT '',
    city         TEXT NOT NULL DEFAULT '',
    district     TEXT NOT NULL DEFAULT '',
    address      TEXT NOT NULL DEFAULT '',
    zip          TEXT NOT NULL DEFAULT '',
    country      TEXT NOT NULL DEFAULT '',
    courier      TEXT NOT NULL DEFAULT '',
    tracking     TEXT NOT NULL DEFAULT '',
    buyer_message TEXT NOT NULL DEFAULT '',
    seller_note  TEXT NOT NULL DEFAULT '',
    -- Names of the columns the seller edited by hand, which no import overwrites; comma separated.
    hand_edited  TEXT NOT NULL DEFAULT '',
    created_run  INTEGER,
    -- Where the order's own row and its item rows came from last, and a hash of what they said.
    order_print  INTEGER,
    order_run    INTEGER,
    order_rows   TEXT NOT NULL DEFAULT '',
    items_print  INTEGER,
    items_run    INTEGER,
    items_rows   TEXT NOT NULL DEFAULT ''
) STRICT;
-- An index of its own and not a constraint of the table, so that a large import can build it at its end.
CREATE UNIQUE INDEX orders_by_number ON orders (shop_id, number);
CREATE INDEX orders_by_customer ON orders (customer_id, placed_at, currency, paid, refunded);
CREATE INDEX orders_by_placed ON orders (placed_at, id);
CREATE INDEX orders_by_tail ON orders (number_tail);
CREATE INDEX orders_by_review ON orders (review_id) WHERE review_id IS NOT NULL;

CREATE TABLE items (
    id         INTEGER PRIMARY KEY,
    order_id   INTEGER NOT NULL REFERENCES orders ON DELETE CASCADE,
    product_id INTEGER REFERENCES products ON DELETE SET NULL,
    title      TEXT NOT NULL,
    code       TEXT NOT NULL DEFAULT '',
    variant    TEXT NOT NULL DEFAULT '',
    -- NULL where the file does not say.
    quantity   INTEGER,
    unit_price INTEGER,
    refunded   INTEGER
) STRICT;
CREATE INDEX items_by_order ON items (order_id);

CREATE TABLE mappings (
    id          INTEGER PRIMARY KEY,
    -- The header's normalised names, joined, by which the same file is known again.
    header_key  TEXT NOT NULL UNIQUE,
    name        TEXT NOT NULL,
    mapping     TEXT NOT NULL CHECK (json_valid(mapping)),
    saved_at    INTEGER NOT NULL
) STRICT;

CREATE TABLE export_log (
    id         INTEGER PRIMARY KEY,
    at         INTEGER NOT NULL,
    file_name  TEXT NOT NULL,
    kind       TEXT NOT NULL,
    rows       INTEGER NOT NULL,
    columns    TEXT NOT NULL CHECK (json_valid(columns)),
    masked     INTEGER NOT NULL CHECK (masked IN (0, 1)),
    format     TEXT NOT NULL
) STRICT;

-- One entry per change: what it was, and what takes it back.
CREATE TABLE undo_log (
    id        INTEGER PRIMARY KEY,
    at        INTEGER NOT NULL,
    op        TEXT NOT NULL,
    subject   TEXT NOT NULL DEFAULT '',
    -- A changeset of SQLite's session extension; NULL for an import, which has a run instead.
    changeset BLOB,
    run_id    INTEGER,
    undone    INTEGER NOT NULL DEFAULT 0 CHECK (undone IN (0, 1))
) STRICT;
