-- 0113 cases: those of a state in the order of the day they are due.
-- Why: a counter's list asks for the first fifty of what is in hand; it must not read all that is in hand to sort it.
CREATE INDEX cases_case_due ON cases_case (state, due_day, case_id);
-- verify 0: SELECT count(*) FROM cases_case WHERE state = 0;
