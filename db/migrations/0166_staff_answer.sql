-- 0166 staff: what a user was answered under the key of a request, for a day.
-- Why: whose line breaks before the answer came asks again, and the step must not be done twice, also when the server was
-- stopped or killed in between. The row is written in the transaction of the step itself, so that there is never the one
-- without the other. It is no event: the step has its own. The answer may tell of people: it is sealed under the office's
-- key; of what was asked a keyed digest is kept, which nobody can guess arguments by.
CREATE TABLE staff_answer (
    user_id BIGINT NOT NULL,
    operation TEXT NOT NULL,
    request_key TEXT NOT NULL,
    kept_ms BIGINT NOT NULL,
    asked BYTEA NOT NULL,   -- digest of the arguments
    sealed BYTEA NOT NULL,  -- the answer
    PRIMARY KEY (user_id, operation, request_key)
);
CREATE INDEX staff_answer_kept ON staff_answer (kept_ms);
-- verify 0: SELECT count(*) FROM staff_answer;
