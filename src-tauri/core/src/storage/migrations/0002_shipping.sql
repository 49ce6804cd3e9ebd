-- Shipping templates with their versions, what products add to them, and what couriers really charged.

-- `charge`: what buyers pay. `cost`: what a courier charges the seller, in the same shape.
CREATE TABLE shipping_templates (
    id          INTEGER PRIMARY KEY,
    kind        TEXT NOT NULL CHECK (kind = 'charge' OR kind = 'cost'),
    name        TEXT NOT NULL CHECK (name <> ''),
    -- Of a cost table: the courier as orders name it.
    courier     TEXT NOT NULL DEFAULT '',
    -- The template of products that are bound to none.
    is_default  INTEGER NOT NULL DEFAULT 0 CHECK (is_default IN (0, 1)),
    archived_at INTEGER
) STRICT;

-- A template as it is from a day on. `valid_from` is empty for the one since ever.
CREATE TABLE shipping_versions (
    id          INTEGER PRIMARY KEY,
    template_id INTEGER NOT NULL REFERENCES shipping_templates ON DELETE CASCADE,
    valid_from  TEXT NOT NULL,
    -- The exchange format.
    body        TEXT NOT NULL CHECK (json_valid(body)),
    UNIQUE (template_id, valid_from)
) STRICT;

ALTER TABLE products ADD COLUMN template_id INTEGER REFERENCES shipping_templates ON DELETE SET NULL;
-- A flat fee instead of a template, in minor units of the order's currency.
ALTER TABLE products ADD COLUMN own_fee INTEGER CHECK (own_fee >= 0);
ALTER TABLE products ADD COLUMN always_free INTEGER NOT NULL DEFAULT 0 CHECK (always_free IN (0, 1));
ALTER TABLE products ADD COLUMN excluded_from_free INTEGER NOT NULL DEFAULT 0 CHECK (excluded_from_free IN (0, 1));

-- A courier's bill, line by line as it came.
CREATE TABLE courier_bills (
    id        INTEGER PRIMARY KEY,
    file_name TEXT NOT NULL,
    courier   TEXT NOT NULL DEFAULT '',
    currency  TEXT NOT NULL CHECK (length(currency) = 3),
    added_at  INTEGER NOT NULL
) STRICT;

CREATE TABLE courier_charges (
    id           INTEGER PRIMARY KEY,
    bill_id      INTEGER NOT NULL REFERENCES courier_bills ON DELETE CASCADE,
    -- Row in the bill's file, header = 1.
    row          INTEGER NOT NULL,
    tracking     TEXT NOT NULL,
    weight_grams INTEGER CHECK (weight_grams >= 0),
    cost         INTEGER NOT NULL,
    order_id     INTEGER REFERENCES orders ON DELETE SET NULL
) STRICT;
CREATE INDEX courier_charges_by_bill ON courier_charges (bill_id);
CREATE INDEX courier_charges_by_order ON courier_charges (order_id) WHERE order_id IS NOT NULL;
CREATE INDEX courier_charges_by_tracking ON courier_charges (tracking);
