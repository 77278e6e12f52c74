-- 0002 eventlog: the one log of events, a hash chain a bucket and one for the office.
-- Why: tables of all other rooms are projections of this one (docs/decisions/0006); its rows are never
-- updated or deleted. What is long stands last, so that reading the short columns touches few pages.
CREATE TABLE eventlog_chain (
    id BIGINT NOT NULL,
    hash TEXT NOT NULL, -- sm3 or sha256, for all chains of the store
    PRIMARY KEY (id)
);
CREATE TABLE eventlog_event (
    bucket BIGINT NOT NULL, -- 0 to 63 by subject, 64 the office
    sequence BIGINT NOT NULL, -- from 1 in each bucket, without a gap
    known_ms BIGINT NOT NULL,
    subject_id BIGINT NOT NULL,
    actor_id BIGINT NOT NULL,
    kind TEXT NOT NULL,
    key TEXT, -- idempotency key
    segment_count BIGINT NOT NULL,
    hash BYTEA NOT NULL,
    why TEXT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (bucket, sequence)
);
CREATE UNIQUE INDEX eventlog_event_key ON eventlog_event (bucket, key) WHERE key IS NOT NULL;
CREATE INDEX eventlog_event_subject ON eventlog_event (bucket, subject_id, sequence) WHERE subject_id <> 0;
-- No primary key but a unique index: SQLite would keep the rows in the key's order, and then reads a
-- whole row, with its megabytes, wherever it compares a key on the way to another.
CREATE TABLE eventlog_segment (
    bucket BIGINT NOT NULL,
    sequence BIGINT NOT NULL, -- of the event that owns it
    name TEXT NOT NULL,
    row_count BIGINT NOT NULL,
    digest BYTEA NOT NULL,
    bytes BYTEA NOT NULL
);
CREATE UNIQUE INDEX eventlog_segment_name ON eventlog_segment (bucket, sequence, name);
-- verify 0: SELECT count(*) FROM eventlog_event WHERE sequence < 1;
