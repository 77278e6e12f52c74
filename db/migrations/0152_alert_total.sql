-- 0152 alert: how many alerts there are of each watch and state, and the order in which they are listed.
-- Why: a list shows twenty and says how many there are; of a county of a million people some two hundred thousand rows were
-- read for it. Totals are rows written with the alerts they count, and are made anew and compared with them.
CREATE TABLE alert_total (
    watch TEXT NOT NULL, state BIGINT NOT NULL,
    alerts BIGINT NOT NULL,      -- more than 0
    risk_fen BIGINT NOT NULL,    -- of those of which an amount is known
    PRIMARY KEY (watch, state)
);
INSERT INTO alert_total (watch, state, alerts, risk_fen)
    SELECT watch, state, COUNT(*), CAST(SUM(CASE WHEN risk_fen > 0 THEN risk_fen ELSE 0 END) AS BIGINT) FROM alert_alert GROUP BY watch, state;
DROP INDEX alert_alert_state;
CREATE INDEX alert_alert_risk ON alert_alert (state, risk_fen DESC, severity DESC, alert_id);
CREATE INDEX alert_alert_watch ON alert_alert (watch, state, risk_fen DESC, severity DESC, alert_id);
CREATE INDEX alert_alert_user ON alert_alert (user_id, state);
CREATE INDEX alert_alert_region ON alert_alert (region, state);
-- verify 0: SELECT COUNT(*) FROM alert_total WHERE alerts < 1;
