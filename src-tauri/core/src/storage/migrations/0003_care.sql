-- What happens between the seller and a person: contacts, notes, complaints in five steps, promises, remedies,
-- and the small things a day's work needs: phrases, the work calendar, what was done of a day's list.

-- How a person wants to be spoken to. Quiet hours are minutes of the day on the seller's clock and may pass
-- midnight (from 1320 to 480).
CREATE TABLE contact_preferences (
    customer_id INTEGER PRIMARY KEY REFERENCES customers ON DELETE CASCADE,
    channel     TEXT NOT NULL DEFAULT '',
    quiet_from  INTEGER CHECK (quiet_from BETWEEN 0 AND 1439),
    quiet_to    INTEGER CHECK (quiet_to BETWEEN 0 AND 1439),
    no_contact  INTEGER NOT NULL DEFAULT 0 CHECK (no_contact IN (0, 1)),
    -- Why not, in the seller's words.
    reason      TEXT NOT NULL DEFAULT '',
    -- What not to do or say.
    avoid       TEXT NOT NULL DEFAULT '',
    CHECK ((quiet_from IS NULL) = (quiet_to IS NULL))
) STRICT;

-- A complaint. Its columns are what its events add up to; `check` compares.
CREATE TABLE complaints (
    id             INTEGER PRIMARY KEY,
    customer_id    INTEGER REFERENCES customers ON DELETE SET NULL,
    order_id       INTEGER REFERENCES orders ON DELETE SET NULL,
    product_id     INTEGER REFERENCES products ON DELETE SET NULL,
    -- As they were when the case came in: they outlive the order and the product.
    order_number   TEXT NOT NULL DEFAULT '',
    order_value    INTEGER,
    currency       TEXT CHECK (length(currency) = 3),
    product        TEXT NOT NULL DEFAULT '',
    courier        TEXT NOT NULL DEFAULT '',
    channel        TEXT NOT NULL,
    words          TEXT NOT NULL,
    received_at    INTEGER NOT NULL,
    created_at     INTEGER NOT NULL,
    stage          TEXT NOT NULL CHECK (stage IN ('soothe', 'respond', 'empathise', 'compensate', 'follow_up', 'closed')),
    stage_since    INTEGER NOT NULL,
    -- The clock of the stage: from when it runs; how many seconds, and how many of working time, had run
    -- before that; and when it is due. It stands still while `waiting_since` is set, and in a closed case.
    clock_from     INTEGER NOT NULL,
    clock_used     INTEGER NOT NULL DEFAULT 0,
    clock_worked   INTEGER NOT NULL DEFAULT 0,
    waiting_since  INTEGER,
    due_at         INTEGER,
    -- The forms of the steps.
    said           TEXT NOT NULL DEFAULT '',
    problem        TEXT NOT NULL DEFAULT '',
    agrees         INTEGER CHECK (agrees IN (0, 1)),
    next_update_at INTEGER,
    meaning        TEXT NOT NULL DEFAULT '',
    cause          TEXT,
    satisfied      INTEGER CHECK (satisfied IN (0, 1)),
    follow_note    TEXT NOT NULL DEFAULT '',
    outcome        TEXT,
    closed_at      INTEGER,
    reopened       INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX complaints_by_due ON complaints (due_at, id) WHERE due_at IS NOT NULL;
CREATE INDEX complaints_by_stage ON complaints (stage, id);
CREATE INDEX complaints_by_customer ON complaints (customer_id, received_at);
CREATE INDEX complaints_by_order ON complaints (order_id) WHERE order_id IS NOT NULL;
CREATE INDEX complaints_by_product ON complaints (product_id) WHERE product_id IS NOT NULL;
CREATE INDEX complaints_by_received ON complaints (received_at, id);

CREATE TABLE complaint_events (
    id           INTEGER PRIMARY KEY,
    complaint_id INTEGER NOT NULL REFERENCES complaints ON DELETE CASCADE,
    at           INTEGER NOT NULL,
    kind         TEXT NOT NULL,
    -- The stage in which it happened, and the one after it.
    stage        TEXT NOT NULL,
    stage_after  TEXT NOT NULL,
    text         TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX complaint_events_by_complaint ON complaint_events (complaint_id, id);

-- A file of a case. The file lies in `attachments` beside the shop under a name of our own.
CREATE TABLE attachments (
    id            INTEGER PRIMARY KEY,
    complaint_id  INTEGER NOT NULL REFERENCES complaints ON DELETE CASCADE,
    file          TEXT NOT NULL,
    -- As the seller knew it; only ever shown.
    original_name TEXT NOT NULL,
    kind          TEXT NOT NULL CHECK (kind IN ('picture', 'recording', 'document')),
    bytes         INTEGER NOT NULL CHECK (bytes >= 0),
    sha256        TEXT NOT NULL,
    added_at      INTEGER NOT NULL
) STRICT;
CREATE INDEX attachments_by_complaint ON attachments (complaint_id);

-- What was given for a fault.
CREATE TABLE remedies (
    id           INTEGER PRIMARY KEY,
    complaint_id INTEGER NOT NULL REFERENCES complaints ON DELETE CASCADE,
    kind         TEXT NOT NULL,
    -- The fault it answers.
    cause        TEXT NOT NULL,
    note         TEXT NOT NULL DEFAULT '',
    cost         INTEGER NOT NULL DEFAULT 0 CHECK (cost >= 0),
    currency     TEXT NOT NULL CHECK (length(currency) = 3),
    promised_at  INTEGER NOT NULL,
    due_at       INTEGER,
    delivered_at INTEGER,
    withdrawn_at INTEGER,
    CHECK (delivered_at IS NULL OR withdrawn_at IS NULL)
) STRICT;
CREATE INDEX remedies_by_complaint ON remedies (complaint_id);

CREATE TABLE contacts (
    id           INTEGER PRIMARY KEY,
    customer_id  INTEGER REFERENCES customers ON DELETE CASCADE,
    complaint_id INTEGER REFERENCES complaints ON DELETE CASCADE,
    order_id     INTEGER REFERENCES orders ON DELETE SET NULL,
    at           INTEGER NOT NULL,
    channel      TEXT NOT NULL,
    outgoing     INTEGER NOT NULL CHECK (outgoing IN (0, 1)),
    outcome      TEXT NOT NULL,
    text         TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX contacts_by_customer ON contacts (customer_id, at);
CREATE INDEX contacts_by_complaint ON contacts (complaint_id) WHERE complaint_id IS NOT NULL;
CREATE INDEX contacts_by_order ON contacts (order_id) WHERE order_id IS NOT NULL;

-- Dated notes about a person, beside the one text of the profile.
CREATE TABLE customer_notes (
    id          INTEGER PRIMARY KEY,
    customer_id INTEGER NOT NULL REFERENCES customers ON DELETE CASCADE,
    at          INTEGER NOT NULL,
    text        TEXT NOT NULL
) STRICT;
CREATE INDEX customer_notes_by_customer ON customer_notes (customer_id, at);

-- When a tag was put on or taken off.
CREATE TABLE tag_events (
    id          INTEGER PRIMARY KEY,
    customer_id INTEGER NOT NULL REFERENCES customers ON DELETE CASCADE,
    tag         TEXT NOT NULL,
    put_on      INTEGER NOT NULL CHECK (put_on IN (0, 1)),
    at          INTEGER NOT NULL
) STRICT;
CREATE INDEX tag_events_by_customer ON tag_events (customer_id, at);

-- What the seller said they would do.
CREATE TABLE promises (
    id           INTEGER PRIMARY KEY,
    customer_id  INTEGER REFERENCES customers ON DELETE CASCADE,
    complaint_id INTEGER REFERENCES complaints ON DELETE CASCADE,
    order_id     INTEGER REFERENCES orders ON DELETE SET NULL,
    contact_id   INTEGER REFERENCES contacts ON DELETE SET NULL,
    what         TEXT NOT NULL CHECK (what <> ''),
    made_at      INTEGER NOT NULL,
    due_at       INTEGER NOT NULL,
    kept_at      INTEGER,
    broken_at    INTEGER,
    note         TEXT NOT NULL DEFAULT '',
    CHECK (kept_at IS NULL OR broken_at IS NULL)
) STRICT;
CREATE INDEX promises_by_customer ON promises (customer_id, due_at);
CREATE INDEX promises_by_complaint ON promises (complaint_id) WHERE complaint_id IS NOT NULL;
CREATE INDEX promises_by_order ON promises (order_id) WHERE order_id IS NOT NULL;
CREATE INDEX promises_by_contact ON promises (contact_id) WHERE contact_id IS NOT NULL;
CREATE INDEX promises_open ON promises (due_at, id) WHERE kept_at IS NULL AND broken_at IS NULL;

-- What will be changed so that a cause does not come back.
CREATE TABLE fixes (
    id         INTEGER PRIMARY KEY,
    cause      TEXT NOT NULL,
    product_id INTEGER REFERENCES products ON DELETE SET NULL,
    -- The product's title as it was; empty: any product.
    product    TEXT NOT NULL DEFAULT '',
    -- Empty: any courier.
    courier    TEXT NOT NULL DEFAULT '',
    what       TEXT NOT NULL CHECK (what <> ''),
    due_on     TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    done_at    INTEGER
) STRICT;
CREATE INDEX fixes_by_product ON fixes (product_id) WHERE product_id IS NOT NULL;

-- Phrases of the seller's own, and what the seller changed of those that come with the program.
CREATE TABLE phrases (
    id        INTEGER PRIMARY KEY,
    -- Of one that comes with the program: its id; else NULL.
    starter   TEXT,
    language  TEXT NOT NULL CHECK (language IN ('zh-CN', 'en')),
    -- A scene's id, or the name of a category of the seller's own.
    scene     TEXT NOT NULL CHECK (scene <> ''),
    -- NULL: as the program has it.
    text      TEXT,
    favourite INTEGER NOT NULL DEFAULT 0 CHECK (favourite IN (0, 1)),
    hidden    INTEGER NOT NULL DEFAULT 0 CHECK (hidden IN (0, 1)),
    UNIQUE (language, starter),
    CHECK (starter IS NOT NULL OR text IS NOT NULL)
) STRICT;

-- When a phrase was used last: bookkeeping and not part of undo.
CREATE TABLE phrase_uses (
    key     TEXT PRIMARY KEY,
    used_at INTEGER NOT NULL,
    times   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Rules of the seller's own that clocks follow: working hours, standards. JSON.
CREATE TABLE rules (
    key   TEXT PRIMARY KEY,
    value TEXT NOT NULL CHECK (json_valid(value))
) STRICT, WITHOUT ROWID;

-- Days that the seller made free or working, whatever the public calendar says.
CREATE TABLE calendar_days (
    day  TEXT PRIMARY KEY,
    name TEXT NOT NULL DEFAULT '',
    off  INTEGER NOT NULL CHECK (off IN (0, 1))
) STRICT, WITHOUT ROWID;

-- What the seller did with a line of a day's list that keeps no state of its own.
CREATE TABLE task_marks (
    source TEXT NOT NULL,
    key    TEXT NOT NULL,
    -- done, skipped or snoozed.
    state  TEXT NOT NULL CHECK (state IN ('done', 'skipped', 'snoozed')),
    until  INTEGER,
    reason TEXT NOT NULL DEFAULT '',
    at     INTEGER NOT NULL,
    PRIMARY KEY (source, key),
    CHECK ((state = 'snoozed') = (until IS NOT NULL))
) STRICT, WITHOUT ROWID;
CREATE INDEX task_marks_by_time ON task_marks (at);
CREATE INDEX task_marks_snoozed ON task_marks (until) WHERE state = 'snoozed';

-- How many days nine of ten parcels of a courier take to a province, from the newest completed orders. Derived.
CREATE TABLE courier_days (
    courier     TEXT NOT NULL,
    -- Empty: all provinces together.
    province    TEXT NOT NULL,
    -- Seconds.
    ninetieth   INTEGER NOT NULL,
    parcels     INTEGER NOT NULL,
    PRIMARY KEY (courier, province)
) STRICT, WITHOUT ROWID;

-- Filters the seller kept under a name, by the page they belong to.
CREATE TABLE saved_views (
    id    INTEGER PRIMARY KEY,
    page  TEXT NOT NULL,
    name  TEXT NOT NULL CHECK (name <> ''),
    query TEXT NOT NULL CHECK (json_valid(query)),
    UNIQUE (page, name)
) STRICT;

-- After how many days in the order's end the seller asks how the goods are; NULL: the shop's own number.
ALTER TABLE products ADD COLUMN check_in_days INTEGER CHECK (check_in_days BETWEEN 1 AND 365);

CREATE INDEX customers_by_birthday ON customers (birth_calendar, birth_month, birth_day) WHERE birth_month IS NOT NULL;
CREATE INDEX orders_under_way ON orders (shipped_at, id) WHERE status = 'shipped';
CREATE INDEX orders_by_completed ON orders (completed_at, id) WHERE completed_at IS NOT NULL;
