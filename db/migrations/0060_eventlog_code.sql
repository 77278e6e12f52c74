-- 0060 eventlog: each event carries a code that only the holder of the office's master key can make.
-- Why: a chain of plain hashes can be written anew as a whole by whoever writes the database; the code cannot
-- (docs/decisions/0010). Null: an event of an older program, until the log is adopted.
ALTER TABLE eventlog_event ADD COLUMN code BYTEA;
-- verify 0: SELECT count(*) FROM eventlog_event WHERE code IS NOT NULL;
