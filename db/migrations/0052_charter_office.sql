-- 0052 charter: the office's settings over time, and the laws it ever decided by.
-- Why: a decision is asked about years later; by then the packs on the disk are others.
CREATE TABLE charter_setting (
    name TEXT NOT NULL,
    sequence BIGINT NOT NULL, -- of the event in the office's chain
    known_ms BIGINT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (name, sequence)
);
CREATE TABLE charter_law (
    digest TEXT NOT NULL,
    sequence BIGINT NOT NULL,
    known_ms BIGINT NOT NULL,
    size_bytes BIGINT NOT NULL,
    PRIMARY KEY (digest)
);
-- verify 0: SELECT count(*) FROM charter_law WHERE size_bytes < 0;
