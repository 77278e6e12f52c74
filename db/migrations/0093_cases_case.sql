-- 0093 cases: what people asked the office to do, step by step, with papers, clock and objections.
-- Why: whoever asks must be answered within a time, by people who keep apart what must be apart; a case that is only in
-- somebody's drawer is neither. What a case type asks for stands in packs, what was done stands here and in the log.
CREATE TABLE cases_case (
    case_id BIGINT NOT NULL PRIMARY KEY,
    bucket BIGINT NOT NULL,
    type TEXT NOT NULL,           -- name of the case type, as the packs say it
    law TEXT NOT NULL,            -- digest of the packs it was opened by
    subject_kind BIGINT NOT NULL, -- of the caller
    subject_id BIGINT NOT NULL,
    region BIGINT NOT NULL,
    channel TEXT NOT NULL,        -- window, web, self-service, visit ...
    agent TEXT NOT NULL,          -- who asked for the subject, where it was another
    said TEXT NOT NULL,           -- what tells it from another of the same type and subject
    parent_id BIGINT NOT NULL,    -- the bundle it is part of; 0: none
    state BIGINT NOT NULL,
    step TEXT NOT NULL,           -- where it stands, or ended
    duty TEXT NOT NULL,           -- whose turn it is; empty: nobody's
    opened_day BIGINT NOT NULL,
    entered_day BIGINT NOT NULL,  -- when it came to its step
    due_day BIGINT NOT NULL,      -- by when the step is to be done; 0: no day is set
    notice_day BIGINT NOT NULL,   -- the last day of a public notice; 0: none
    asked_day BIGINT NOT NULL,    -- since when it waits for the applicant; 0: it does not
    closed_day BIGINT NOT NULL    -- 0: in hand
);
CREATE INDEX cases_case_subject ON cases_case (subject_id, type);
CREATE INDEX cases_case_turn ON cases_case (state, duty, due_day);
CREATE INDEX cases_case_parent ON cases_case (parent_id);
CREATE TABLE cases_value (
    case_id BIGINT NOT NULL,
    field TEXT NOT NULL,
    value TEXT NOT NULL,
    source BIGINT NOT NULL,       -- said by the applicant, taken from the registry, computed
    PRIMARY KEY (case_id, field)
);
CREATE TABLE cases_paper (
    case_id BIGINT NOT NULL,
    paper TEXT NOT NULL,
    state BIGINT NOT NULL,        -- brought, promised, lacking, held, broken
    day BIGINT NOT NULL,
    due_day BIGINT NOT NULL,      -- of one that is lacking; 0: none
    digest TEXT NOT NULL,         -- of the file, where there is one
    note TEXT NOT NULL,
    PRIMARY KEY (case_id, paper)
);
CREATE TABLE cases_objection (
    case_id BIGINT NOT NULL,
    number BIGINT NOT NULL,       -- from 1
    day BIGINT NOT NULL,
    who TEXT NOT NULL,
    says TEXT NOT NULL,
    answered_day BIGINT NOT NULL, -- 0: not yet
    answer TEXT NOT NULL,
    PRIMARY KEY (case_id, number)
);
CREATE TABLE cases_mark (
    case_id BIGINT NOT NULL,
    mark BIGINT NOT NULL,         -- from 1
    what BIGINT NOT NULL,
    day BIGINT NOT NULL,
    known_ms BIGINT NOT NULL,
    actor_id BIGINT NOT NULL,
    step TEXT NOT NULL,           -- where the case stood
    reached TEXT NOT NULL,        -- where it stands then, or what was done
    duty TEXT NOT NULL,           -- by which it was done
    note TEXT NOT NULL,
    PRIMARY KEY (case_id, mark)
);
-- verify 0: SELECT count(*) FROM cases_mark WHERE mark < 1;
-- verify 0: SELECT count(*) FROM cases_case WHERE parent_id = case_id;
