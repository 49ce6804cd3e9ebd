-- Reviews: what buyers wrote, as it was and as it is; what followed; the scores a platform gives a shop.

CREATE TABLE reviews (
    id                INTEGER PRIMARY KEY,
    -- What makes two records the same review: the platform's own number, else order and product, else buyer,
    -- product and day.
    match_key         TEXT NOT NULL UNIQUE CHECK (match_key <> ''),
    shop_id           INTEGER REFERENCES shops ON DELETE SET NULL,
    customer_id       INTEGER REFERENCES customers ON DELETE SET NULL,
    order_id          INTEGER REFERENCES orders ON DELETE SET NULL,
    product_id        INTEGER REFERENCES products ON DELETE SET NULL,
    -- As the record has them; they outlive the order.
    order_number      TEXT NOT NULL DEFAULT '',
    buyer             TEXT NOT NULL DEFAULT '',
    product           TEXT NOT NULL DEFAULT '',
    rating            TEXT NOT NULL CHECK (rating IN ('positive', 'neutral', 'negative')),
    stars             INTEGER CHECK (stars BETWEEN 1 AND 5),
    text              TEXT NOT NULL DEFAULT '',
    -- What the buyer added later.
    appended          TEXT NOT NULL DEFAULT '',
    appended_at       INTEGER,
    -- How many pictures it has on the platform.
    pictures          INTEGER NOT NULL DEFAULT 0 CHECK (pictures >= 0),
    -- The seller's public reply.
    reply             TEXT NOT NULL DEFAULT '',
    replied_at        INTEGER,
    reviewed_at       INTEGER NOT NULL,
    recorded_at       INTEGER NOT NULL,
    -- What last needed an answer: the review, a later addition, a change for the worse. Lists go by it.
    fresh_at          INTEGER NOT NULL,
    -- When it was seen to be deleted on the platform.
    gone_at           INTEGER,
    -- What was at fault; nothing is proposed to the buyer before it is set.
    cause             TEXT,
    cause_note        TEXT NOT NULL DEFAULT '',
    -- The buyer does not want to be spoken to about it.
    refused_at        INTEGER,
    outcome           TEXT CHECK (outcome IN ('changed', 'kept', 'deleted', 'no_answer')),
    closed_at         INTEGER,
    -- The case in which a fault is made good.
    complaint_id      INTEGER REFERENCES complaints ON DELETE SET NULL,
    -- The buyer asked to leave the platform's chat: ticked by hand.
    off_platform      INTEGER NOT NULL DEFAULT 0 CHECK (off_platform IN (0, 1)),
    off_platform_note TEXT NOT NULL DEFAULT '',
    CHECK ((outcome IS NULL) = (closed_at IS NULL))
) STRICT;
CREATE INDEX reviews_by_time ON reviews (reviewed_at);
CREATE INDEX reviews_by_fresh ON reviews (fresh_at, id);
CREATE INDEX reviews_open ON reviews (fresh_at, id) WHERE closed_at IS NULL AND gone_at IS NULL AND rating <> 'positive';
CREATE INDEX reviews_to_answer ON reviews (fresh_at, id) WHERE closed_at IS NULL AND gone_at IS NULL AND rating = 'positive' AND reply = '';
CREATE INDEX reviews_by_closed ON reviews (closed_at) WHERE closed_at IS NOT NULL;
CREATE INDEX reviews_by_customer ON reviews (customer_id, reviewed_at);
CREATE INDEX reviews_by_order ON reviews (order_id) WHERE order_id IS NOT NULL;
CREATE INDEX reviews_by_product ON reviews (product_id) WHERE product_id IS NOT NULL;
CREATE INDEX reviews_by_complaint ON reviews (complaint_id) WHERE complaint_id IS NOT NULL;
CREATE INDEX reviews_by_shop ON reviews (shop_id) WHERE shop_id IS NOT NULL;

-- How a review was before it changed.
CREATE TABLE review_versions (
    id        INTEGER PRIMARY KEY,
    review_id INTEGER NOT NULL REFERENCES reviews ON DELETE CASCADE,
    -- When it was found to have changed.
    seen_at   INTEGER NOT NULL,
    rating    TEXT NOT NULL CHECK (rating IN ('positive', 'neutral', 'negative')),
    stars     INTEGER CHECK (stars BETWEEN 1 AND 5),
    text      TEXT NOT NULL,
    appended  TEXT NOT NULL,
    pictures  INTEGER NOT NULL,
    reply     TEXT NOT NULL,
    gone      INTEGER NOT NULL CHECK (gone IN (0, 1))
) STRICT;
CREATE INDEX review_versions_by_review ON review_versions (review_id, id);

-- A platform's three scores of a shop, in hundredths, as the seller read them on a day.
CREATE TABLE shop_scores (
    id          INTEGER PRIMARY KEY,
    -- The shop in the seller's words; empty where there is one.
    shop        TEXT NOT NULL DEFAULT '',
    day         TEXT NOT NULL,
    description INTEGER CHECK (description BETWEEN 0 AND 10000),
    service     INTEGER CHECK (service BETWEEN 0 AND 10000),
    logistics   INTEGER CHECK (logistics BETWEEN 0 AND 10000),
    UNIQUE (shop, day)
) STRICT;

-- What happened in the shop on a day (a new courier, a sale), to read the scores by.
CREATE TABLE shop_notes (
    id   INTEGER PRIMARY KEY,
    day  TEXT NOT NULL,
    text TEXT NOT NULL CHECK (text <> '')
) STRICT;
CREATE INDEX shop_notes_by_day ON shop_notes (day);

ALTER TABLE contacts ADD COLUMN review_id INTEGER REFERENCES reviews ON DELETE SET NULL;
CREATE INDEX contacts_by_review ON contacts (review_id) WHERE review_id IS NOT NULL;

-- Breaks easily on its way.
ALTER TABLE products ADD COLUMN fragile INTEGER NOT NULL DEFAULT 0 CHECK (fragile IN (0, 1));

-- A file belongs to a case or to a review.
CREATE TABLE attachments_of_both (
    id            INTEGER PRIMARY KEY,
    complaint_id  INTEGER REFERENCES complaints ON DELETE CASCADE,
    file          TEXT NOT NULL,
    original_name TEXT NOT NULL,
    kind          TEXT NOT NULL CHECK (kind IN ('picture', 'recording', 'document')),
    bytes         INTEGER NOT NULL CHECK (bytes >= 0),
    sha256        TEXT NOT NULL,
    added_at      INTEGER NOT NULL,
    review_id     INTEGER REFERENCES reviews ON DELETE CASCADE,
    CHECK ((complaint_id IS NULL) <> (review_id IS NULL))
) STRICT;
INSERT INTO attachments_of_both SELECT *, NULL FROM attachments;
DROP TABLE attachments;
ALTER TABLE attachments_of_both RENAME TO attachments;
CREATE INDEX attachments_by_complaint ON attachments (complaint_id) WHERE complaint_id IS NOT NULL;
CREATE INDEX attachments_by_review ON attachments (review_id) WHERE review_id IS NOT NULL;
