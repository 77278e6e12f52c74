-- 0068 revision: batches that change what was decided, who signed them, and their rows.
-- Why: a benefit's amount is the sum of its decisions that count; which count is looked up here by person.
CREATE TABLE revision_batch (
    batch_id BIGINT NOT NULL PRIMARY KEY,
    state TEXT NOT NULL,
    kind TEXT NOT NULL,
    benefit TEXT NOT NULL,
    purpose TEXT NOT NULL,
    law TEXT NOT NULL,
    from_month BIGINT NOT NULL,
    pay_month BIGINT NOT NULL,
    reverses BIGINT NOT NULL,
    reversed_by BIGINT NOT NULL,
    person_count BIGINT NOT NULL,
    level_fen BIGINT NOT NULL,
    old_fen BIGINT NOT NULL,
    new_fen BIGINT NOT NULL,
    more_fen BIGINT NOT NULL,
    less_fen BIGINT NOT NULL,
    set_aside_count BIGINT NOT NULL,
    entered_ms BIGINT NOT NULL,
    digest BYTEA NOT NULL,
    CHECK (more_fen >= 0 AND less_fen >= 0)
);
CREATE TABLE revision_mark (
    batch_id BIGINT NOT NULL,
    mark BIGINT NOT NULL,
    step TEXT NOT NULL,
    actor_id BIGINT NOT NULL,
    known_ms BIGINT NOT NULL,
    signature BYTEA NOT NULL,
    public_key BYTEA NOT NULL,
    PRIMARY KEY (batch_id, mark)
);
CREATE TABLE revision_rows (
    batch_id BIGINT NOT NULL,
    bucket BIGINT NOT NULL,
    sequence BIGINT NOT NULL, -- of the event that holds the rows
    row_count BIGINT NOT NULL,
    PRIMARY KEY (batch_id, bucket)
);
CREATE TABLE revision_row (
    bucket BIGINT NOT NULL,
    person_id BIGINT NOT NULL,
    batch_id BIGINT NOT NULL,
    place BIGINT NOT NULL,    -- of the row in its event
    is_set_aside BIGINT NOT NULL,
    PRIMARY KEY (bucket, person_id, batch_id, place)
);
-- verify 0: SELECT count(*) FROM revision_batch WHERE person_count <= 0;
