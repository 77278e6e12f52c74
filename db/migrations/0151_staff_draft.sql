-- 0151 staff: a form a user has begun to fill in, so that it is there at another desk.
-- Why: a clerk is called away and goes on at another window. A convenience and no evidence: it decides nothing, is no event
-- of the log, and is gone when the form is done or nobody came back to it. What was typed is sealed: under the key of whom
-- it is about, which forgetting them destroys, and where it is about nobody yet under the office's.
CREATE TABLE staff_draft (
    user_id BIGINT NOT NULL,
    form TEXT NOT NULL,          -- the operation whose form it is
    about TEXT NOT NULL,         -- what tells it from others of the form: a case type, the number of an alert; or empty
    subject_id BIGINT NOT NULL,  -- whom it is about; 0: nobody of the registry
    kept_ms BIGINT NOT NULL,
    sealed BYTEA NOT NULL,
    PRIMARY KEY (user_id, form, about, subject_id)
);
CREATE INDEX staff_draft_kept ON staff_draft (kept_ms);
CREATE INDEX staff_draft_subject ON staff_draft (subject_id);
-- verify 0: SELECT count(*) FROM staff_draft;
