-- 0135 gauge: figures that others handed in, and what indicators came to, by place and month.
-- Why: a goal is told by its path; what a place had reached in a month is kept as it was computed then.
-- Inputs of each value stand as segments of the event log.
CREATE TABLE gauge_figure (
    figure TEXT NOT NULL,
    region BIGINT NOT NULL,      -- twelve digits; 0: a place without digits
    month BIGINT NOT NULL,
    value TEXT NOT NULL,         -- as it was said
    source TEXT NOT NULL,        -- who publishes it, where
    known_ms BIGINT NOT NULL,
    actor_id BIGINT NOT NULL,
    PRIMARY KEY (figure, region, month)
);
CREATE TABLE gauge_value (
    indicator TEXT NOT NULL,     -- as packs name it: 包.名
    region BIGINT NOT NULL,
    month BIGINT NOT NULL,
    purpose TEXT NOT NULL,
    is_known BIGINT NOT NULL,
    value BIGINT NOT NULL,       -- by the indicator's type; 0 where it is not known
    facts BIGINT NOT NULL,       -- a hash of all it was computed from
    sequence BIGINT NOT NULL,    -- the event of the office that holds its inputs, and the row in it
    record_row BIGINT NOT NULL,
    PRIMARY KEY (indicator, region, month)
);
CREATE INDEX gauge_value_month ON gauge_value (month, purpose);
-- verify 0: SELECT count(*) FROM gauge_value WHERE is_known = 0 AND value <> 0;
