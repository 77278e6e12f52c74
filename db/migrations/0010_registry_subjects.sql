-- 0010 registry: people, households, employers and what is so about them.
-- Why: one table a kind of fact, all alike: a span of the world, a span of knowledge, and the event that
-- said it. Rows are projections of events (docs/decisions/0006) and are written by one function; a row is
-- never changed but for the instant it ceased to be believed.
CREATE TABLE registry_word (
    id BIGINT NOT NULL,
    word TEXT NOT NULL,
    PRIMARY KEY (id)
);
CREATE UNIQUE INDEX registry_word_word ON registry_word (word);
CREATE TABLE registry_person (
    bucket BIGINT NOT NULL, subject_id BIGINT NOT NULL, sequence BIGINT NOT NULL, item BIGINT NOT NULL,
    from_day BIGINT NOT NULL, until_day BIGINT NOT NULL,
    known_from_ms BIGINT NOT NULL, known_until_ms BIGINT NOT NULL,
    name TEXT NOT NULL,
    number_sealed BYTEA NOT NULL, number_key BIGINT NOT NULL,
    phone_sealed BYTEA NOT NULL, phone_key BIGINT NOT NULL,
    sex BIGINT NOT NULL, birth_day BIGINT NOT NULL, region BIGINT NOT NULL,
    hukou_region BIGINT NOT NULL, hukou_kind BIGINT NOT NULL, merged_into BIGINT NOT NULL,
    PRIMARY KEY (bucket, subject_id, sequence, item)
);
CREATE TABLE registry_household (
    bucket BIGINT NOT NULL, subject_id BIGINT NOT NULL, sequence BIGINT NOT NULL, item BIGINT NOT NULL,
    from_day BIGINT NOT NULL, until_day BIGINT NOT NULL,
    known_from_ms BIGINT NOT NULL, known_until_ms BIGINT NOT NULL,
    region BIGINT NOT NULL, kind BIGINT NOT NULL, address TEXT NOT NULL,
    PRIMARY KEY (bucket, subject_id, sequence, item)
);
CREATE TABLE registry_employer (
    bucket BIGINT NOT NULL, subject_id BIGINT NOT NULL, sequence BIGINT NOT NULL, item BIGINT NOT NULL,
    from_day BIGINT NOT NULL, until_day BIGINT NOT NULL,
    known_from_ms BIGINT NOT NULL, known_until_ms BIGINT NOT NULL,
    name TEXT NOT NULL, code TEXT NOT NULL, region BIGINT NOT NULL,
    kind BIGINT NOT NULL, industry BIGINT NOT NULL, size BIGINT NOT NULL,
    PRIMARY KEY (bucket, subject_id, sequence, item)
);
CREATE TABLE registry_member (
    bucket BIGINT NOT NULL, subject_id BIGINT NOT NULL, sequence BIGINT NOT NULL, item BIGINT NOT NULL,
    from_day BIGINT NOT NULL, until_day BIGINT NOT NULL,
    known_from_ms BIGINT NOT NULL, known_until_ms BIGINT NOT NULL,
    household_id BIGINT NOT NULL, relation BIGINT NOT NULL,
    PRIMARY KEY (bucket, subject_id, sequence, item)
);
CREATE TABLE registry_enrolment (
    bucket BIGINT NOT NULL, subject_id BIGINT NOT NULL, sequence BIGINT NOT NULL, item BIGINT NOT NULL,
    from_day BIGINT NOT NULL, until_day BIGINT NOT NULL,
    known_from_ms BIGINT NOT NULL, known_until_ms BIGINT NOT NULL,
    scheme BIGINT NOT NULL, employer_id BIGINT NOT NULL, standing BIGINT NOT NULL,
    region BIGINT NOT NULL, base_fen BIGINT NOT NULL, tier BIGINT NOT NULL,
    PRIMARY KEY (bucket, subject_id, sequence, item)
);
CREATE TABLE registry_benefit (
    bucket BIGINT NOT NULL, subject_id BIGINT NOT NULL, sequence BIGINT NOT NULL, item BIGINT NOT NULL,
    from_month BIGINT NOT NULL, until_month BIGINT NOT NULL,
    known_from_ms BIGINT NOT NULL, known_until_ms BIGINT NOT NULL,
    benefit BIGINT NOT NULL, state BIGINT NOT NULL, amount_fen BIGINT NOT NULL,
    region BIGINT NOT NULL, reason BIGINT NOT NULL, decision_id BIGINT NOT NULL,
    PRIMARY KEY (bucket, subject_id, sequence, item)
);
CREATE TABLE registry_account (
    bucket BIGINT NOT NULL, subject_id BIGINT NOT NULL, sequence BIGINT NOT NULL, item BIGINT NOT NULL,
    from_day BIGINT NOT NULL, until_day BIGINT NOT NULL,
    known_from_ms BIGINT NOT NULL, known_until_ms BIGINT NOT NULL,
    purpose BIGINT NOT NULL, bank BIGINT NOT NULL,
    number_sealed BYTEA NOT NULL, number_key BIGINT NOT NULL, holder TEXT NOT NULL,
    PRIMARY KEY (bucket, subject_id, sequence, item)
);
CREATE TABLE registry_attribute (
    bucket BIGINT NOT NULL, subject_id BIGINT NOT NULL, sequence BIGINT NOT NULL, item BIGINT NOT NULL,
    from_day BIGINT NOT NULL, until_day BIGINT NOT NULL,
    known_from_ms BIGINT NOT NULL, known_until_ms BIGINT NOT NULL,
    name BIGINT NOT NULL, value BIGINT NOT NULL, note TEXT NOT NULL,
    PRIMARY KEY (bucket, subject_id, sequence, item)
);
CREATE TABLE registry_review (
    bucket BIGINT NOT NULL, subject_id BIGINT NOT NULL, sequence BIGINT NOT NULL, item BIGINT NOT NULL,
    from_day BIGINT NOT NULL, until_day BIGINT NOT NULL,
    known_from_ms BIGINT NOT NULL, known_until_ms BIGINT NOT NULL,
    reason BIGINT NOT NULL, other_id BIGINT NOT NULL,
    PRIMARY KEY (bucket, subject_id, sequence, item)
);
-- Spells as they were said, one by one: a spell of kind 0 clears its months. Those said in bulk stay in
-- the segments of their events, listed here with the people they are about.
CREATE TABLE registry_spell (
    bucket BIGINT NOT NULL, subject_id BIGINT NOT NULL, sequence BIGINT NOT NULL, item BIGINT NOT NULL,
    from_month BIGINT NOT NULL, until_month BIGINT NOT NULL,
    known_from_ms BIGINT NOT NULL, known_until_ms BIGINT NOT NULL,
    scheme BIGINT NOT NULL, employer_id BIGINT NOT NULL, kind BIGINT NOT NULL,
    region BIGINT NOT NULL, base_fen BIGINT NOT NULL,
    PRIMARY KEY (bucket, subject_id, sequence, item)
);
CREATE TABLE registry_spell_segment (
    bucket BIGINT NOT NULL, sequence BIGINT NOT NULL, part BIGINT NOT NULL,
    known_ms BIGINT NOT NULL, first_id BIGINT NOT NULL, last_id BIGINT NOT NULL,
    row_count BIGINT NOT NULL,
    PRIMARY KEY (bucket, sequence, part)
);
-- What subjects are found by: a keyed hash of a number, an employer, a household. Everything ever said.
CREATE TABLE registry_lookup (
    kind BIGINT NOT NULL, key BIGINT NOT NULL, subject_id BIGINT NOT NULL,
    PRIMARY KEY (kind, key, subject_id)
);
CREATE TABLE registry_name (
    name TEXT NOT NULL, subject_id BIGINT NOT NULL,
    PRIMARY KEY (name, subject_id)
);
-- A subject's own part of its key. In no event, so that destroying it is final; empty: destroyed.
CREATE TABLE registry_key (
    bucket BIGINT NOT NULL, subject_id BIGINT NOT NULL, salt BYTEA NOT NULL,
    PRIMARY KEY (bucket, subject_id)
);
-- verify 0: SELECT count(*) FROM registry_person WHERE until_day <= from_day;
