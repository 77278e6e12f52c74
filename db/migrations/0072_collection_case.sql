-- 0072 collection: proposals of what changes dues, from entered to done.
-- Why: relief, deferral, instalments and write-offs take three people; what waits for the next must be found.
CREATE TABLE collection_case (
    case_id BIGINT NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    state BIGINT NOT NULL,
    payer_kind BIGINT NOT NULL,
    payer_id BIGINT NOT NULL,
    month BIGINT NOT NULL,
    total_fen BIGINT NOT NULL,
    body TEXT NOT NULL,
    why TEXT NOT NULL,
    entered_by BIGINT NOT NULL,
    entered_ms BIGINT NOT NULL,
    reviewed_by BIGINT NOT NULL,
    reviewed_ms BIGINT NOT NULL,
    ended_by BIGINT NOT NULL,
    ended_ms BIGINT NOT NULL,
    CHECK (state BETWEEN 1 AND 5)
);
CREATE INDEX collection_case_payer ON collection_case (payer_kind, payer_id);
-- verify 0: SELECT count(*) FROM collection_case WHERE state = 3 AND reviewed_by = 0;
