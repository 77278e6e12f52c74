-- 0168 alert: found by what they do.
-- Why: whoever drafts, shows, signs or sends a payment run asks for the alerts that hold payments. They are few; without an
-- index all alerts there ever were are read for them.
CREATE INDEX alert_alert_action ON alert_alert (action, state);
-- verify 0: SELECT count(*) FROM alert_alert WHERE action < 0;
