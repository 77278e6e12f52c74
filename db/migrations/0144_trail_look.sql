-- 0144 trail: who looked at whose record.
-- Why: reading is no event (it changes nothing, and a chain would make every reader a writer), yet whoever reads what
-- concerns people is to be told afterwards. The id ascends with time (milliseconds since 1970, times 4096), so that a
-- day is a range of ids and a page goes on from the last id seen.
CREATE TABLE trail_look (
    id BIGINT NOT NULL, known_ms BIGINT NOT NULL,
    actor_id BIGINT NOT NULL,
    subject_id BIGINT NOT NULL, -- person, household or employer; 0: a list
    row_count BIGINT NOT NULL, -- of the longest list of the answer
    operation TEXT NOT NULL,
    PRIMARY KEY (id)
);
CREATE INDEX trail_look_subject ON trail_look (subject_id, id) WHERE subject_id <> 0;
CREATE INDEX trail_look_actor ON trail_look (actor_id, id);
CREATE INDEX trail_look_operation ON trail_look (operation, id);
-- verify 0: SELECT count(*) FROM trail_look;
