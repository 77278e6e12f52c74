-- 0150 cases: which cases somebody asked for as another's agent.
-- Why: an agent who is a person of the registry sees the cases they asked for, wherever they log in; without an index each
-- of them reads every case of the office.
CREATE INDEX cases_case_agent ON cases_case (agent);
-- verify 0: SELECT count(*) FROM cases_case WHERE agent <> '' AND agent = CAST(subject_id AS TEXT);
