-- 0143 eventlog: what somebody did, and what was done on a day, without reading the whole log.
-- Why: an auditor asks by user and by day over a million events. Both ascend with the log, so that an append touches
-- their last page; events of the system (actor 0: the making of a sample county) stand in the second alone.
CREATE INDEX eventlog_event_actor ON eventlog_event (actor_id, known_ms, bucket, sequence) WHERE actor_id <> 0;
CREATE INDEX eventlog_event_known ON eventlog_event (known_ms, bucket, sequence);
-- verify 0: SELECT count(*) FROM eventlog_event WHERE known_ms < 0;
