-- 0170 oneoff: a repayment that was entered and never came is taken back, and the debt stands again.
-- Why: whoever enters what comes in could end a debt by money that never came; the books could be put right, the debt could not.
CREATE TABLE oneoff_undoing (
    bucket BIGINT NOT NULL,
    subject_id BIGINT NOT NULL,
    item_id BIGINT NOT NULL,
    receipt_id BIGINT NOT NULL,
    batch_id BIGINT NOT NULL,
    fen BIGINT NOT NULL,
    from_day BIGINT NOT NULL, -- the days of the bank's lines it was held against
    on_day BIGINT NOT NULL,
    lines TEXT NOT NULL, -- digest of that file
    reason TEXT NOT NULL,
    done_id BIGINT NOT NULL, -- the event that carried it out; 0: none has
    at_fen BIGINT NOT NULL, -- what was settled before it then
    PRIMARY KEY (bucket, subject_id, item_id, receipt_id, batch_id)
);
CREATE INDEX oneoff_undoing_batch ON oneoff_undoing (batch_id, bucket, subject_id, item_id, receipt_id);
-- verify 0: SELECT count(*) FROM oneoff_undoing WHERE fen <= 0 OR at_fen < 0;
