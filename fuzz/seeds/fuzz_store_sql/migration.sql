-- 0001 store: what is settled once for a whole store, by name.
-- Why: rooms keep a few facts of the store itself (which hash its chains use, whose office it is) that
-- belong to no table of theirs; a name begins with its room: 'eventlog.hash'.
CREATE TABLE store_setting (
    name TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (name)
);
-- verify 0: SELECT count(*) FROM store_setting;
