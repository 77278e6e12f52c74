-- 0050 payment: runs, the chain of who did what, and lines that were not simply paid.
-- Why: the rows of a run stand as segments of the event log; here is what must be looked up by key.
CREATE TABLE payment_run (
    run_id BIGINT NOT NULL PRIMARY KEY,
    month BIGINT NOT NULL,
    kind TEXT NOT NULL,
    fund TEXT NOT NULL,
    payer_account TEXT NOT NULL,
    parts TEXT NOT NULL,
    state TEXT NOT NULL,
    version BIGINT NOT NULL,
    line_count BIGINT NOT NULL,
    total_fen BIGINT NOT NULL,
    lines_digest BYTEA NOT NULL,
    paid_count BIGINT NOT NULL,
    paid_fen BIGINT NOT NULL,
    refused_count BIGINT NOT NULL,
    refused_fen BIGINT NOT NULL,
    returned_count BIGINT NOT NULL,
    returned_fen BIGINT NOT NULL,
    key TEXT NOT NULL,
    CHECK (line_count > 0 AND total_fen > 0)
);
CREATE INDEX payment_run_by_month ON payment_run (month, run_id);
CREATE INDEX payment_run_by_key ON payment_run (key);
-- Which event holds the rows of a bucket, for each version of the lines.
CREATE TABLE payment_rows (
    run_id BIGINT NOT NULL,
    version BIGINT NOT NULL,
    bucket BIGINT NOT NULL,
    first_number BIGINT NOT NULL,
    line_count BIGINT NOT NULL,
    total_fen BIGINT NOT NULL,
    sequence BIGINT NOT NULL,
    digest BYTEA NOT NULL,
    PRIMARY KEY (run_id, version, bucket)
);
CREATE TABLE payment_mark (
    run_id BIGINT NOT NULL,
    mark BIGINT NOT NULL,
    step TEXT NOT NULL,
    version BIGINT NOT NULL,
    actor_id BIGINT NOT NULL,
    known_ms BIGINT NOT NULL,
    digest BYTEA NOT NULL,
    signature BYTEA NOT NULL,
    public_key BYTEA NOT NULL,
    key TEXT NOT NULL,
    PRIMARY KEY (run_id, mark)
);
CREATE TABLE payment_answer (
    run_id BIGINT NOT NULL,
    answer BIGINT NOT NULL,
    name TEXT NOT NULL,
    line_count BIGINT NOT NULL,
    total_fen BIGINT NOT NULL,
    digest BYTEA NOT NULL,
    PRIMARY KEY (run_id, answer)
);
CREATE TABLE payment_answer_rows (
    run_id BIGINT NOT NULL,
    answer BIGINT NOT NULL,
    bucket BIGINT NOT NULL,
    sequence BIGINT NOT NULL,
    PRIMARY KEY (run_id, answer, bucket)
);
-- Lines refused or returned; `reissued_by` is the run that pays them again, 0 while none does.
CREATE TABLE payment_exception (
    bucket BIGINT NOT NULL,
    person_id BIGINT NOT NULL,
    run_id BIGINT NOT NULL,
    number BIGINT NOT NULL,
    outcome BIGINT NOT NULL,
    reason TEXT NOT NULL,
    known_ms BIGINT NOT NULL,
    reissued_by BIGINT NOT NULL,
    PRIMARY KEY (bucket, person_id, run_id, number)
);
CREATE INDEX payment_exception_by_run ON payment_exception (run_id, number);
CREATE INDEX payment_exception_open ON payment_exception (reissued_by, run_id, number);
-- verify 0: SELECT count(*) FROM payment_exception WHERE outcome NOT IN (2, 3);
