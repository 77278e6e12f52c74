-- 0136 docket: rows of the standing books that packs declare (台账): tasks, seats, visits, consultations, risks.
-- Why: what offices keep in spreadsheets has no dates, no author and no sum that can be trusted.
CREATE TABLE docket_row (
    docket TEXT NOT NULL,
    row_id BIGINT NOT NULL,      -- from 1 in each docket
    row_key TEXT NOT NULL,       -- the cells that name it
    cells TEXT NOT NULL,         -- canonical JSON, a member a column
    is_struck BIGINT NOT NULL,   -- taken off, with its reason in the log
    known_ms BIGINT NOT NULL,
    actor_id BIGINT NOT NULL,
    PRIMARY KEY (docket, row_id)
);
CREATE INDEX docket_row_key ON docket_row (docket, row_key);
-- verify 0: SELECT count(*) FROM docket_row WHERE row_id < 1;
