-- 0099 registry: names by their parts: a name from each of its characters on, simplified, and its pinyin whole and by
-- initials; and for which employer a user of the office's desk for employers acts.
-- Why: a counter has a part of a name, or hears how it sounds. One row a part and name, not a person: a county has far
-- fewer names than people. Names stand in clear in registry_name already; numbers are in no part. Made from names
-- alone: a store of before gets its parts from the next who looks, of which the row of the empty part tells.
CREATE TABLE registry_search (
    key TEXT NOT NULL, name TEXT NOT NULL,
    PRIMARY KEY (key, name)
);
INSERT INTO registry_search (key, name) SELECT '', '1' WHERE NOT EXISTS (SELECT 1 FROM registry_name);
-- A user who sees one employer's affairs and no other's: its id, said by three people; 0: none.
ALTER TABLE staff_user ADD COLUMN employer BIGINT NOT NULL DEFAULT 0;
-- verify 0: SELECT count(*) FROM registry_search WHERE key <> '';
-- verify 0: SELECT count(*) FROM staff_user WHERE employer <> 0;
