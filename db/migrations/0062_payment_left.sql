-- 0062 payment: lines that a run left out, to be paid by a later one.
-- Why: who has no account, or one the bank refused, must be found again when it is mended, and be paid
-- once; the amounts stand as segments of the event log. `taken_by` is the run that pays it, 0 while none does.
CREATE TABLE payment_left (
    run_id BIGINT NOT NULL,
    version BIGINT NOT NULL,
    bucket BIGINT NOT NULL,
    number BIGINT NOT NULL,
    person_id BIGINT NOT NULL,
    reason BIGINT NOT NULL,
    for_month BIGINT NOT NULL,
    fen BIGINT NOT NULL,
    known_ms BIGINT NOT NULL,
    sequence BIGINT NOT NULL,
    taken_by BIGINT NOT NULL,
    PRIMARY KEY (run_id, version, bucket, number)
);
CREATE INDEX payment_left_open ON payment_left (bucket, taken_by, run_id, number);
-- verify 0: SELECT count(*) FROM payment_left WHERE fen <= 0;
