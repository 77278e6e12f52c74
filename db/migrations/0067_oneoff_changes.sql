-- 0067 oneoff: what a batch changes beside its items, and what was paid back by hand.
-- Why: that a benefit is paid again, and that an overpayment is given up, need the same approval as money;
-- what a debtor brings is followed receipt by receipt.
CREATE TABLE oneoff_change (
    batch_id BIGINT NOT NULL,
    bucket BIGINT NOT NULL,
    subject_id BIGINT NOT NULL,
    change_id BIGINT NOT NULL, -- 2^20 times the event's sequence in the bucket, plus the row in it
    benefit TEXT NOT NULL,
    state BIGINT NOT NULL,
    from_month BIGINT NOT NULL,
    until_month BIGINT NOT NULL,
    reason TEXT NOT NULL,
    PRIMARY KEY (batch_id, bucket, subject_id, change_id)
);
CREATE TABLE oneoff_closing (
    batch_id BIGINT NOT NULL,
    bucket BIGINT NOT NULL,
    subject_id BIGINT NOT NULL,
    item_id BIGINT NOT NULL,
    closed_as BIGINT NOT NULL,
    reason TEXT NOT NULL,
    PRIMARY KEY (batch_id, bucket, subject_id, item_id)
);
CREATE TABLE oneoff_receipt (
    bucket BIGINT NOT NULL,
    subject_id BIGINT NOT NULL,
    item_id BIGINT NOT NULL,
    receipt_id BIGINT NOT NULL, -- the event's sequence in the bucket
    day BIGINT NOT NULL,
    fen BIGINT NOT NULL,
    reference TEXT NOT NULL,
    actor_id BIGINT NOT NULL,
    PRIMARY KEY (bucket, subject_id, item_id, receipt_id)
);
-- verify 0: SELECT count(*) FROM oneoff_receipt WHERE fen <= 0;
