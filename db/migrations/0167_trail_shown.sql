-- 0167 trail: whom a list showed, and who read at the machine.
-- Why: whoever is found by a search is looked at as one whose record is opened, and is to be told. One read stays one row;
-- whom it showed stands beside it, in order of the person. A read at the machine asks for no login: it is the operating
-- system that says who it was.
ALTER TABLE trail_look ADD COLUMN machine TEXT NOT NULL DEFAULT ''; -- user of the operating system; '': over a door
CREATE INDEX trail_look_machine ON trail_look (machine, id) WHERE machine <> '';
CREATE TABLE trail_shown (
    subject_id BIGINT NOT NULL,
    look_id BIGINT NOT NULL, -- of trail_look
    PRIMARY KEY (subject_id, look_id)
);
-- verify 0: SELECT count(*) FROM trail_shown;
