-- 0126 roll: what one person has said of a line, until another agrees.
-- Why: whom a line is about decides who is looked for and who is told dead; nobody decides it alone.
CREATE TABLE roll_proposed (
    receipt_id BIGINT NOT NULL,
    line BIGINT NOT NULL,
    state BIGINT NOT NULL,
    subject_id BIGINT NOT NULL,
    known_ms BIGINT NOT NULL,
    actor_id BIGINT NOT NULL,
    why TEXT NOT NULL,
    PRIMARY KEY (receipt_id, line)
);
-- verify 0: SELECT count(*) FROM roll_proposed WHERE actor_id = 0;
