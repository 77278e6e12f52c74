-- 0155 cases: which cases go first, and why.
-- Why: the very old, the disabled and those who cannot leave their bed are served before others (green channel); the to-do
-- list of whoever's turn it is has them in front.
ALTER TABLE cases_case ADD COLUMN priority TEXT NOT NULL DEFAULT '';
-- verify 0: SELECT count(*) FROM cases_case WHERE priority IS NULL;
