-- 0119 cases: how whoever asked rates what was done, once a case is over.
-- Why: the office is held to a share of good ratings; a rating is said once, and by nobody who worked on the case.
CREATE TABLE cases_rating (
    case_id BIGINT NOT NULL PRIMARY KEY,
    score BIGINT NOT NULL, -- 1 to 5
    day BIGINT NOT NULL,
    note TEXT NOT NULL
);
-- verify 0: SELECT count(*) FROM cases_rating WHERE score < 1 OR score > 5;
