-- 0115 staff: the township or village to which three people have confined a user.
-- Why: who serves one township has no business with the records of another.
ALTER TABLE staff_user ADD COLUMN region TEXT NOT NULL DEFAULT ''; -- digits of GB/T 2260: 9 or 12; empty: the whole county
-- verify 0: SELECT count(*) FROM staff_user WHERE length(region) NOT IN (0, 9, 12);
