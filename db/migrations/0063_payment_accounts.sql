-- 0063 payment: changes of bank accounts that wait for their three people.
-- Why: where money goes is changed by three people, and nothing is changed before the third. The account
-- numbers are sealed under the key of their person and are in no other table before.
CREATE TABLE payment_account_change (
    change_id BIGINT NOT NULL PRIMARY KEY,
    state BIGINT NOT NULL,
    row_count BIGINT NOT NULL,
    known_ms BIGINT NOT NULL,
    settled_ms BIGINT NOT NULL, -- when it was confirmed or refused, 0 while it waits
    digest BYTEA NOT NULL,
    why TEXT NOT NULL
);
CREATE INDEX payment_account_change_settled ON payment_account_change (state, settled_ms);
CREATE TABLE payment_account_row (
    change_id BIGINT NOT NULL,
    number BIGINT NOT NULL,
    person_id BIGINT NOT NULL,
    bank BIGINT NOT NULL,
    account_key BIGINT NOT NULL,
    sealed BYTEA NOT NULL,
    holder TEXT NOT NULL,
    PRIMARY KEY (change_id, number)
);
CREATE INDEX payment_account_row_person ON payment_account_row (person_id, change_id);
CREATE TABLE payment_account_mark (
    change_id BIGINT NOT NULL,
    mark BIGINT NOT NULL,
    step BIGINT NOT NULL,
    actor_id BIGINT NOT NULL,
    known_ms BIGINT NOT NULL,
    signature BYTEA NOT NULL,
    public_key BYTEA NOT NULL,
    PRIMARY KEY (change_id, mark)
);
-- verify 0: SELECT count(*) FROM payment_account_change WHERE state NOT IN (1, 2, 3, 4);
