-- 0110 staff: views a user keeps: the filters of a list under a name, so that they follow the user to another desk.
-- Why: a clerk works at whichever window is free. A convenience and no evidence: only its user makes, reads and drops
-- it, it decides nothing, and it is no event of the log. `says` is filters as they were typed, never a row of a list.
CREATE TABLE staff_view (
    user_id BIGINT NOT NULL, place TEXT NOT NULL, name TEXT NOT NULL, says TEXT NOT NULL,
    PRIMARY KEY (user_id, place, name)
);
-- verify 0: SELECT count(*) FROM staff_view;
