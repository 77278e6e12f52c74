-- 0061 staff: a user is a person, told by the keyed hash of a citizen number; the number itself is sealed.
-- Why: two logins of one person are two signatures of one hand; duties are counted by persons (docs/decisions/0007).
ALTER TABLE staff_user ADD COLUMN person TEXT NOT NULL DEFAULT ''; -- hex; empty: not bound yet
ALTER TABLE staff_user ADD COLUMN number BYTEA; -- sealed
CREATE INDEX staff_user_person ON staff_user (person);
-- verify 0: SELECT count(*) FROM staff_user WHERE person <> '';
