-- 0160 survey: rounds of the household survey (入户调查), who visits which household, and what was said there.
-- Why: answers are taken without network by several people, and come in any order, twice or late; none may be lost.
CREATE TABLE survey_round (
    round_id BIGINT NOT NULL PRIMARY KEY, -- from 1
    name TEXT NOT NULL,
    from_day BIGINT NOT NULL,
    until_day BIGINT NOT NULL,
    form TEXT NOT NULL,          -- the questions as they were when the round began, canonical JSON
    known_ms BIGINT NOT NULL,
    actor_id BIGINT NOT NULL
);
CREATE UNIQUE INDEX survey_round_name ON survey_round (name);
CREATE TABLE survey_visit (
    round_id BIGINT NOT NULL,
    household_id BIGINT NOT NULL,
    region BIGINT NOT NULL,      -- where it stood when it was given out
    surveyor_id BIGINT NOT NULL, -- the user who visits
    known_ms BIGINT NOT NULL,
    actor_id BIGINT NOT NULL,
    PRIMARY KEY (round_id, household_id)
);
CREATE TABLE survey_saying (
    round_id BIGINT NOT NULL,
    saying_id TEXT NOT NULL,     -- drawn by whoever said it: the same again is the same
    household_id BIGINT NOT NULL,
    subject TEXT NOT NULL,       -- h: the household; p17: a person; n and 32 hex digits: somebody not registered
    question TEXT NOT NULL,
    replaces TEXT NOT NULL,      -- the sayings it was said in view of, by id
    value TEXT NOT NULL,         -- sealed, in hex; of an open question as it is
    content BIGINT NOT NULL,     -- a keyed hash of all it says
    phone_ms BIGINT NOT NULL,    -- as the telephone's clock had it: told, never gone by
    known_ms BIGINT NOT NULL,
    actor_id BIGINT NOT NULL,
    PRIMARY KEY (round_id, saying_id)
);
CREATE INDEX survey_saying_cell ON survey_saying (round_id, household_id, subject, question);
CREATE INDEX survey_saying_question ON survey_saying (round_id, question);
CREATE TABLE survey_choice (
    round_id BIGINT NOT NULL,
    household_id BIGINT NOT NULL,
    subject TEXT NOT NULL,
    question TEXT NOT NULL,
    value TEXT NOT NULL,         -- sealed, in hex: what the registry is to say
    in_view TEXT NOT NULL,       -- the sayings that stood when it was proposed, by id
    known_ms BIGINT NOT NULL,
    actor_id BIGINT NOT NULL,    -- who proposed; another confirms
    PRIMARY KEY (round_id, household_id, subject, question)
);
-- verify 0: SELECT count(*) FROM survey_visit v LEFT JOIN survey_round r ON r.round_id = v.round_id WHERE r.round_id IS NULL;
-- verify 0: SELECT count(*) FROM survey_saying s LEFT JOIN survey_round r ON r.round_id = s.round_id WHERE r.round_id IS NULL;
