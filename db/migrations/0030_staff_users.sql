-- 0030 staff: the office's users, their keys, and the changes of rights that wait for three people.
-- Why: who may act, and who acted, must be told from the log alone (docs/decisions/0007); these are
-- projections of the office's chain.
CREATE TABLE staff_duty_file (
    file BIGINT NOT NULL, -- of room duty, 0 to 3
    csv TEXT NOT NULL,
    PRIMARY KEY (file)
);
CREATE TABLE staff_user (
    id BIGINT NOT NULL,
    login TEXT NOT NULL,
    name TEXT NOT NULL,
    state BIGINT NOT NULL, -- staff_state
    roles TEXT NOT NULL, -- codes of the duty table
    password TEXT NOT NULL, -- scrypt of the one-time password, until the user has a key
    locked_key BYTEA NOT NULL, -- the signing key under the user's password; empty: none
    PRIMARY KEY (id)
);
CREATE UNIQUE INDEX staff_user_login ON staff_user (login);
CREATE TABLE staff_key (
    user_id BIGINT NOT NULL,
    from_sequence BIGINT NOT NULL, -- of the office's chain
    until_sequence BIGINT NOT NULL, -- 0: in force
    from_ms BIGINT NOT NULL,
    until_ms BIGINT NOT NULL,
    public_key BYTEA NOT NULL,
    signature BYTEA NOT NULL, -- by the key before it; empty: the first, or after a reset
    PRIMARY KEY (user_id, from_sequence)
);
CREATE INDEX staff_key_public ON staff_key (public_key);
CREATE TABLE staff_change (
    id BIGINT NOT NULL,
    state BIGINT NOT NULL, -- 0: open, 1: done
    terms TEXT NOT NULL, -- what is to change, canonical JSON
    PRIMARY KEY (id)
);
CREATE TABLE staff_mark (
    change_id BIGINT NOT NULL,
    place BIGINT NOT NULL, -- from 0, in the order of signing
    duty TEXT NOT NULL,
    actor_id BIGINT NOT NULL,
    sequence BIGINT NOT NULL,
    known_ms BIGINT NOT NULL,
    signature BYTEA NOT NULL, -- over the change, its terms, the duty and the signature before
    PRIMARY KEY (change_id, place)
);
-- verify 0: SELECT count(*) FROM staff_user;
