-- 0051 collection: what each payer owes, what came in, and what stands to its credit.
-- Why: lines of persons and receipts stand as segments of the event log; dues are looked up by payer.
CREATE TABLE collection_issue (
    issue_id BIGINT NOT NULL PRIMARY KEY,
    purpose TEXT NOT NULL,
    month BIGINT NOT NULL,
    due_day BIGINT NOT NULL,
    government_id BIGINT NOT NULL,
    payer_kind BIGINT NOT NULL,
    keys TEXT NOT NULL,
    line_count BIGINT NOT NULL,
    payer_count BIGINT NOT NULL,
    total_fen BIGINT NOT NULL
);
CREATE UNIQUE INDEX collection_issue_once ON collection_issue (month, purpose);
CREATE TABLE collection_rows (
    issue_id BIGINT NOT NULL,
    bucket BIGINT NOT NULL,
    sequence BIGINT NOT NULL,
    line_count BIGINT NOT NULL,
    PRIMARY KEY (issue_id, bucket)
);
-- `told`: persons whose line is paid with this due have been told to the caller.
CREATE TABLE collection_due (
    bucket BIGINT NOT NULL,
    payer_kind BIGINT NOT NULL,
    payer_id BIGINT NOT NULL,
    month BIGINT NOT NULL,
    purpose TEXT NOT NULL,
    fund BIGINT NOT NULL,
    charge BIGINT NOT NULL,
    due_day BIGINT NOT NULL,
    due_fen BIGINT NOT NULL,
    received_fen BIGINT NOT NULL,
    told BIGINT NOT NULL,
    CHECK (due_fen >= 0 AND received_fen >= 0 AND received_fen <= due_fen),
    PRIMARY KEY (bucket, payer_kind, payer_id, month, purpose, fund, charge)
);
CREATE INDEX collection_due_open ON collection_due (due_day) WHERE received_fen < due_fen;
CREATE INDEX collection_due_untold ON collection_due (month, purpose, bucket) WHERE told = 0;
CREATE TABLE collection_total (
    month BIGINT NOT NULL,
    purpose TEXT NOT NULL,
    fund BIGINT NOT NULL,
    charge BIGINT NOT NULL,
    payer_count BIGINT NOT NULL,
    due_fen BIGINT NOT NULL,
    received_fen BIGINT NOT NULL,
    PRIMARY KEY (month, purpose, fund, charge)
);
CREATE TABLE collection_receipt (
    bucket BIGINT NOT NULL,
    payer_kind BIGINT NOT NULL,
    payer_id BIGINT NOT NULL,
    receipt BIGINT NOT NULL,
    day BIGINT NOT NULL,
    for_month BIGINT NOT NULL,
    amount_fen BIGINT NOT NULL,
    allocated_fen BIGINT NOT NULL,
    reference TEXT NOT NULL,
    known_ms BIGINT NOT NULL,
    PRIMARY KEY (bucket, payer_kind, payer_id, receipt)
);
CREATE TABLE collection_credit (
    bucket BIGINT NOT NULL,
    payer_kind BIGINT NOT NULL,
    payer_id BIGINT NOT NULL,
    credit_fen BIGINT NOT NULL,
    CHECK (credit_fen >= 0),
    PRIMARY KEY (bucket, payer_kind, payer_id)
);
CREATE TABLE collection_agreement (
    bucket BIGINT NOT NULL,
    payer_kind BIGINT NOT NULL,
    payer_id BIGINT NOT NULL,
    made_day BIGINT NOT NULL,
    received_before_fen BIGINT NOT NULL,
    instalments TEXT NOT NULL,
    PRIMARY KEY (bucket, payer_kind, payer_id)
);
-- verify 0: SELECT count(*) FROM collection_due WHERE received_fen > due_fen;
