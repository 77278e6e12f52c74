-- 0070 alert: alerts that were raised, what was done about each, and what money a hold kept back.
-- Why: an alert nobody keeps is forgotten; one that is kept says who has it, how it ended and why.
-- Evidence and inputs stand as segments of the event log.
CREATE TABLE alert_alert (
    alert_id BIGINT NOT NULL PRIMARY KEY,
    bucket BIGINT NOT NULL,
    subject_kind BIGINT NOT NULL, -- what the subject is: of the caller
    subject_id BIGINT NOT NULL,
    watch TEXT NOT NULL,          -- the watch's stable key
    cause BIGINT NOT NULL,        -- a hash that tells apart alerts of one watch and subject
    state BIGINT NOT NULL,
    severity BIGINT NOT NULL,
    action BIGINT NOT NULL,
    target TEXT NOT NULL,         -- what a hold stops
    region BIGINT NOT NULL,
    owner TEXT NOT NULL,          -- the section that answers for it
    user_id BIGINT NOT NULL,      -- whom it was given to; 0: nobody yet
    since_day BIGINT NOT NULL,    -- since when it is so
    opened_day BIGINT NOT NULL,   -- when it was seen first, or again
    seen_day BIGINT NOT NULL,     -- when its facts were last seen to be other than before
    due_day BIGINT NOT NULL,      -- by when it is to be dealt with; 0: no day is set
    risk_fen BIGINT NOT NULL,     -- -1: not known
    facts BIGINT NOT NULL,        -- a hash of all it says: another one is told as a change
    seen_sequence BIGINT NOT NULL, -- the event in the bucket that holds its facts, and the row in it
    seen_row BIGINT NOT NULL
);
CREATE INDEX alert_alert_subject ON alert_alert (bucket, subject_id, watch);
CREATE INDEX alert_alert_state ON alert_alert (state, risk_fen);
CREATE TABLE alert_step (
    alert_id BIGINT NOT NULL,
    step BIGINT NOT NULL,         -- from 1
    what BIGINT NOT NULL,
    day BIGINT NOT NULL,          -- of business; 0: none was said
    known_ms BIGINT NOT NULL,
    actor_id BIGINT NOT NULL,
    user_id BIGINT NOT NULL,      -- given to
    note TEXT NOT NULL,
    PRIMARY KEY (alert_id, step)
);
CREATE TABLE alert_held (
    alert_id BIGINT NOT NULL,
    person_id BIGINT NOT NULL,
    month BIGINT NOT NULL,
    benefit TEXT NOT NULL,
    fen BIGINT NOT NULL,
    released_ms BIGINT NOT NULL,  -- 0: still kept back
    PRIMARY KEY (person_id, month, benefit)
);
-- verify 0: SELECT count(*) FROM alert_step WHERE step < 1;
-- verify 0: SELECT count(*) FROM alert_held WHERE fen <= 0;
