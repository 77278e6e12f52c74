-- 0118 archive: papers the office has issued, each with its number, and files that were handed in with a case.
-- Why: whoever is shown a paper must be able to ask whether the office issued it and what it said; what was handed in must
-- be found again years later. Both stand sealed in the log; here is what they are found by.
CREATE TABLE archive_paper (
    number BIGINT NOT NULL PRIMARY KEY, -- from 1, for the whole office
    kind TEXT NOT NULL,                 -- as the table of papers names it
    about TEXT NOT NULL,                -- what it was asked of: person=1024 ...
    subject_kind BIGINT NOT NULL,       -- of the caller; 0: nobody
    subject_id BIGINT NOT NULL,
    case_id BIGINT NOT NULL,            -- 0: of no case
    whom TEXT NOT NULL,                 -- masked
    day BIGINT NOT NULL,
    law TEXT NOT NULL,                  -- digest of the packs
    digest TEXT NOT NULL,               -- SM3 of what the paper says
    known_ms BIGINT NOT NULL,
    actor_id BIGINT NOT NULL,
    sequence BIGINT NOT NULL            -- of the event in the office's chain
);
CREATE INDEX archive_paper_subject ON archive_paper (subject_kind, subject_id);
CREATE INDEX archive_paper_about ON archive_paper (kind, about);
CREATE TABLE archive_file (
    file_id BIGINT NOT NULL PRIMARY KEY, -- from 1, for the whole office
    case_id BIGINT NOT NULL,
    paper TEXT NOT NULL,                 -- as the case type names it
    name TEXT NOT NULL,                  -- what it was called when it was handed in
    media TEXT NOT NULL,                 -- application/pdf ...
    size_bytes BIGINT NOT NULL,
    digest TEXT NOT NULL,                -- SM3 of what was handed in
    day BIGINT NOT NULL,
    known_ms BIGINT NOT NULL,
    actor_id BIGINT NOT NULL,
    sequence BIGINT NOT NULL
);
CREATE INDEX archive_file_case ON archive_file (case_id, paper);
-- verify 0: SELECT count(*) FROM archive_paper WHERE number < 1;
-- verify 0: SELECT count(*) FROM archive_file WHERE size_bytes < 1;
