-- 0125 roll: rolls that departments hand in, each with its receipt, and what became of lines later.
-- Why: a line nobody counts is lost; each is linked, absent here, to be reviewed or rejected, and the four come to all.
-- The lines themselves stand as segments of the event log; what they say is sealed.
CREATE TABLE roll_receipt (
    receipt_id BIGINT NOT NULL PRIMARY KEY,
    roll TEXT NOT NULL,
    month BIGINT NOT NULL,        -- the month it is of, since 1900-01
    sequence BIGINT NOT NULL,     -- of the event of the office that holds the lines
    file TEXT NOT NULL,           -- the name it came by
    digest TEXT NOT NULL,         -- of the file's bytes, SM3
    contract TEXT NOT NULL,       -- digest of the contract it was read by
    known_ms BIGINT NOT NULL,
    actor_id BIGINT NOT NULL,
    line_count BIGINT NOT NULL,
    mended BIGINT NOT NULL,       -- lines of which something was put right
    before_id BIGINT NOT NULL,    -- the receipt of the month before it was held against; 0: none
    added BIGINT NOT NULL,
    removed BIGINT NOT NULL,
    changed BIGINT NOT NULL
);
CREATE INDEX roll_receipt_month ON roll_receipt (roll, month, receipt_id);
CREATE TABLE roll_count (
    receipt_id BIGINT NOT NULL,
    state BIGINT NOT NULL,
    line_count BIGINT NOT NULL,   -- as received
    PRIMARY KEY (receipt_id, state)
);
CREATE TABLE roll_settled (
    receipt_id BIGINT NOT NULL,
    line BIGINT NOT NULL,
    state BIGINT NOT NULL,        -- what the line is now
    subject_id BIGINT NOT NULL,   -- whom it is about; 0: nobody
    known_ms BIGINT NOT NULL,
    actor_id BIGINT NOT NULL,
    why TEXT NOT NULL,
    PRIMARY KEY (receipt_id, line)
);
-- verify 0: SELECT count(*) FROM roll_receipt r WHERE line_count <> (SELECT COALESCE(SUM(c.line_count), 0) FROM roll_count c WHERE c.receipt_id = r.receipt_id);
