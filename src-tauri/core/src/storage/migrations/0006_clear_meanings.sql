-- Which orders a run found as they were already: from the first id to the last, without gaps. Where an earlier run is taken
-- back, these stay.
CREATE TABLE import_seen (
    run_id   INTEGER NOT NULL REFERENCES import_runs ON DELETE CASCADE,
    first_id INTEGER NOT NULL,
    last_id  INTEGER NOT NULL,
    PRIMARY KEY (run_id, first_id)
) STRICT, WITHOUT ROWID;

-- An account may come with a number that somebody else of its name has; until that is answered it is nobody's twice.
CREATE TABLE match_reviews_with_accounts (
    id          INTEGER PRIMARY KEY,
    run_id      INTEGER REFERENCES import_runs ON DELETE SET NULL,
    candidate   INTEGER REFERENCES customers ON DELETE CASCADE,
    reason      TEXT NOT NULL CHECK (reason IN ('same_phone_other_name', 'same_email', 'same_phone_and_name')),
    platform    TEXT NOT NULL,
    buyer_id    TEXT NOT NULL DEFAULT '',
    name        TEXT NOT NULL DEFAULT '',
    phone       TEXT NOT NULL DEFAULT '',
    email       TEXT NOT NULL DEFAULT '',
    decision    TEXT CHECK (decision IN ('linked', 'apart')),
    customer_id INTEGER REFERENCES customers ON DELETE SET NULL,
    decided_at  INTEGER,
    -- Whose the account is already.
    account_of  INTEGER REFERENCES customers ON DELETE SET NULL
) STRICT;
INSERT INTO match_reviews_with_accounts
    SELECT id, run_id, candidate, reason, platform, buyer_id, name, phone, email, decision, customer_id, decided_at, NULL FROM match_reviews;
DROP TABLE match_reviews;
ALTER TABLE match_reviews_with_accounts RENAME TO match_reviews;
CREATE INDEX match_reviews_open ON match_reviews (decision, id);

-- A free condition for everywhere else no longer reaches the regions that the fees list apart as dearer. What is stored was
-- meant for everywhere, and says so from now on; one without any condition was always free: from one piece on.
UPDATE shipping_versions SET body = json_set(body, '$.methods', json((
    SELECT json_group_array(json_set(m.value, '$.free', json((
        SELECT json_group_array(json_set(
            CASE WHEN json_array_length(f.value, '$.all') = 0
                THEN json_set(f.value, '$.all', json('[{"pieces_at_least":1}]')) ELSE f.value END,
            '$.regions', json((
                SELECT json_group_array(CASE r.value WHEN 'default' THEN 'everywhere' ELSE r.value END) FROM json_each(f.value, '$.regions') r
            ))
        ))
        FROM json_each(m.value, '$.free') f
    ))))
    FROM json_each(body, '$.methods') m
)));

-- What was given belongs to a round of the case: after it is reopened, what was given before answers nothing.
ALTER TABLE remedies ADD COLUMN round INTEGER NOT NULL DEFAULT 0;
UPDATE remedies SET round = (
    SELECT count(*) FROM complaint_events e WHERE e.complaint_id = remedies.complaint_id AND e.kind = 'reopen' AND e.at <= remedies.promised_at
);
-- How the buyer is asked whether it is put right, and the thanks for having said it.
ALTER TABLE complaints ADD COLUMN asked TEXT CHECK (asked IN ('at_once', 'later'));
ALTER TABLE complaints ADD COLUMN asked_channel TEXT;
ALTER TABLE complaints ADD COLUMN thanks TEXT NOT NULL DEFAULT '';

-- Why a contact was made although something held it back; and that its refusal was none, as the seller said.
ALTER TABLE contacts ADD COLUMN anyway TEXT NOT NULL DEFAULT '';
ALTER TABLE contacts ADD COLUMN no_refusal INTEGER NOT NULL DEFAULT 0;
UPDATE contacts SET no_refusal = 1
    WHERE outcome = 'refused' AND review_id IN (SELECT id FROM reviews WHERE refused_at IS NULL);
