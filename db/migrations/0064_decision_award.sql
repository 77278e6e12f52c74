-- 0064 decision: an award is proposed by one person, reviewed by a second, approved by a third.
-- Why: what was determined is not yet owed; only what was approved comes into payment, and who said so is kept.
CREATE TABLE decision_award (
    bucket BIGINT NOT NULL,
    person_id BIGINT NOT NULL,
    decision_id BIGINT NOT NULL,
    month BIGINT NOT NULL,        -- of business, in which it was determined
    purpose TEXT NOT NULL,
    benefit TEXT NOT NULL,        -- what is paid for it
    act BIGINT NOT NULL,          -- 1 begins, 2 is paid once, 3 has another amount
    amount_fen BIGINT NOT NULL,
    before_fen BIGINT NOT NULL,   -- of a change
    from_month BIGINT NOT NULL,   -- first month paid
    due_month BIGINT NOT NULL,    -- since when it is due; earlier months are owed
    event_day BIGINT NOT NULL,    -- of what is paid once: the day it came of; 0: none
    state BIGINT NOT NULL,        -- 1 proposed, 2 reviewed, 3 approved, 4 returned
    maker_id BIGINT NOT NULL,
    reviewer_id BIGINT NOT NULL,
    decider_id BIGINT NOT NULL,   -- who approved or returned
    why TEXT NOT NULL,            -- of a return
    PRIMARY KEY (bucket, person_id, decision_id)
);
CREATE INDEX decision_award_by_state ON decision_award (state, month);
-- verify 0: SELECT count(*) FROM decision_award WHERE amount_fen <= 0 OR (state >= 2 AND reviewer_id = maker_id) OR (state = 3 AND decider_id IN (maker_id, reviewer_id));
