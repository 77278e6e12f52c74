-- 0053 decision: which decisions were made about whom.
-- Why: records and amounts stand as segments of the event log; here is where to find a person's.
CREATE TABLE decision_made (
    bucket BIGINT NOT NULL,
    person_id BIGINT NOT NULL,
    decision_id BIGINT NOT NULL, -- 2^20 times the event's sequence in the bucket, plus the row in it
    purpose TEXT NOT NULL,
    for_month BIGINT NOT NULL,
    PRIMARY KEY (bucket, person_id, decision_id)
);
-- verify 0: SELECT count(*) FROM decision_made WHERE decision_id < 1048576;
