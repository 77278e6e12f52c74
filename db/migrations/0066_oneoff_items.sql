-- 0066 oneoff: what somebody is to get, or to give back, once.
-- Why: arrears, refunds and overpayments must be approved by others, taken into runs and followed until
-- nothing remains; the lines of an item stand as segments of the event log.
CREATE TABLE oneoff_batch (
    batch_id BIGINT NOT NULL PRIMARY KEY, -- sequence of its event in the office's chain
    purpose TEXT NOT NULL,
    state BIGINT NOT NULL,
    known_ms BIGINT NOT NULL
);
CREATE TABLE oneoff_mark (
    batch_id BIGINT NOT NULL,
    mark BIGINT NOT NULL,
    step BIGINT NOT NULL,
    actor_id BIGINT NOT NULL,
    known_ms BIGINT NOT NULL,
    PRIMARY KEY (batch_id, mark)
);
CREATE TABLE oneoff_rows (
    batch_id BIGINT NOT NULL,
    bucket BIGINT NOT NULL,
    sequence BIGINT NOT NULL,
    item_count BIGINT NOT NULL,
    pay_fen BIGINT NOT NULL,
    recover_fen BIGINT NOT NULL,
    PRIMARY KEY (batch_id, bucket, sequence)
);
CREATE TABLE oneoff_item (
    bucket BIGINT NOT NULL,
    subject_id BIGINT NOT NULL,
    item_id BIGINT NOT NULL, -- 2^20 times the event's sequence in the bucket, plus the row in it
    batch_id BIGINT NOT NULL,
    kind BIGINT NOT NULL,
    payee_id BIGINT NOT NULL,
    fund TEXT NOT NULL,
    benefit TEXT NOT NULL,
    reason TEXT NOT NULL,
    decision_id BIGINT NOT NULL,
    way BIGINT NOT NULL,
    limit_fen BIGINT NOT NULL,
    from_month BIGINT NOT NULL,
    until_month BIGINT NOT NULL,
    amount_fen BIGINT NOT NULL,
    settled_fen BIGINT NOT NULL,
    closed_fen BIGINT NOT NULL,
    closed_as BIGINT NOT NULL,
    run_id BIGINT NOT NULL,
    run_fen BIGINT NOT NULL,
    CHECK (amount_fen > 0 AND settled_fen >= 0 AND closed_fen >= 0 AND run_fen >= 0
           AND settled_fen + closed_fen + run_fen <= amount_fen),
    PRIMARY KEY (bucket, subject_id, item_id)
);
CREATE INDEX oneoff_item_open ON oneoff_item (bucket, subject_id, item_id)
    WHERE settled_fen + closed_fen < amount_fen;
CREATE INDEX oneoff_item_batch ON oneoff_item (batch_id, bucket, subject_id, item_id);
CREATE TABLE oneoff_taking (
    run_id BIGINT NOT NULL,
    bucket BIGINT NOT NULL,
    subject_id BIGINT NOT NULL,
    item_id BIGINT NOT NULL,
    fen BIGINT NOT NULL,
    is_settled BIGINT NOT NULL,
    PRIMARY KEY (run_id, bucket, subject_id, item_id)
);
-- verify 0: SELECT count(*) FROM oneoff_item WHERE settled_fen + closed_fen + run_fen > amount_fen;
