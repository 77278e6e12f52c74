-- 0114 staff: a user's second factor, sealed under a key of the master key.
-- Why: a password that was seen over a shoulder opens nothing by itself. The event says when it began and the reset that
-- ended it; a row taken out of here is told by the log.
CREATE TABLE staff_factor (
    user_id BIGINT NOT NULL PRIMARY KEY,
    sealed BYTEA NOT NULL,  -- in force; empty: none is
    offered BYTEA NOT NULL  -- shown to the user, and not yet proved by a code; empty: none is
);
-- verify 0: SELECT count(*) FROM staff_factor WHERE user_id = 0;
