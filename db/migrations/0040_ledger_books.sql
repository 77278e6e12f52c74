-- 0040 ledger: vouchers and their lines, balances, months, and the register of individual accounts.
-- Why: a fund keeps books of its own (财会〔2017〕28号), so everything of the books begins with the fund;
-- what belongs to persons begins with their bucket. Vouchers and batches are projections of events and
-- are never changed; balances are sums of them, kept so that a statement need not add up all lines.
CREATE TABLE ledger_voucher (
    fund BIGINT NOT NULL,
    month BIGINT NOT NULL,
    number BIGINT NOT NULL,
    day BIGINT NOT NULL,
    kind TEXT NOT NULL,
    reference TEXT NOT NULL,
    key TEXT NOT NULL,
    reverses_month BIGINT,
    reverses_number BIGINT,
    known_ms BIGINT NOT NULL,
    actor_id BIGINT NOT NULL,
    sequence BIGINT NOT NULL, -- of its event in the chain of the office
    PRIMARY KEY (fund, month, number)
);
CREATE UNIQUE INDEX ledger_voucher_key ON ledger_voucher (fund, key);
CREATE UNIQUE INDEX ledger_voucher_reversed_once ON ledger_voucher (fund, reverses_month, reverses_number);

CREATE TABLE ledger_line (
    fund BIGINT NOT NULL,
    month BIGINT NOT NULL,
    number BIGINT NOT NULL,
    line BIGINT NOT NULL,
    account BIGINT NOT NULL,
    side BIGINT NOT NULL, -- 0 debit, 1 credit
    amount_fen BIGINT NOT NULL,
    PRIMARY KEY (fund, month, number, line)
);

-- Turnovers of a month; carried_fen (debits less credits) is what opening and closing moved.
CREATE TABLE ledger_balance (
    fund BIGINT NOT NULL,
    account BIGINT NOT NULL,
    month BIGINT NOT NULL,
    debit_fen BIGINT NOT NULL,
    credit_fen BIGINT NOT NULL,
    carried_fen BIGINT NOT NULL,
    PRIMARY KEY (fund, account, month)
);

CREATE TABLE ledger_month (
    fund BIGINT NOT NULL,
    month BIGINT NOT NULL,
    is_closed BIGINT NOT NULL,
    PRIMARY KEY (fund, month)
);

-- Postings to individual accounts: a row a batch; the postings are the segment of its event.
CREATE TABLE ledger_batch (
    bucket BIGINT NOT NULL,
    sequence BIGINT NOT NULL, -- of its event in the chain of the bucket
    fund BIGINT NOT NULL,
    key TEXT NOT NULL,
    person_min BIGINT NOT NULL,
    person_max BIGINT NOT NULL,
    posting_count BIGINT NOT NULL,
    amount_fen BIGINT NOT NULL,
    check_word BIGINT NOT NULL, -- of the segment's bytes, to know the same batch again
    known_ms BIGINT NOT NULL,
    PRIMARY KEY (bucket, sequence)
);
CREATE UNIQUE INDEX ledger_batch_key ON ledger_batch (bucket, fund, key);

-- Balances of up to 1,024 persons from from_person on: their numbers, then their balances.
CREATE TABLE ledger_register (
    bucket BIGINT NOT NULL,
    fund BIGINT NOT NULL,
    from_person BIGINT NOT NULL,
    person_count BIGINT NOT NULL,
    balance_fen BIGINT NOT NULL,
    persons BYTEA NOT NULL,
    PRIMARY KEY (bucket, fund, from_person)
);

CREATE TABLE ledger_control (
    bucket BIGINT NOT NULL,
    fund BIGINT NOT NULL,
    kind BIGINT NOT NULL,
    posting_count BIGINT NOT NULL,
    amount_fen BIGINT NOT NULL,
    PRIMARY KEY (bucket, fund, kind)
);
-- verify 0: SELECT count(*) FROM ledger_voucher;
