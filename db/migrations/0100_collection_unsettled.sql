-- 0100 collection: one index of dues that are open or not told yet, in the place of two.
-- Why: each due is written into every index when it is billed and taken out again when it is paid; of a month of a
-- million people that was a fifth of the bills and a third of the receipts.
DROP INDEX collection_due_open;
DROP INDEX collection_due_untold;
CREATE INDEX collection_due_unsettled ON collection_due (month, purpose, bucket, due_day)
    WHERE told = 0 OR received_fen < due_fen;
-- verify 0: SELECT count(*) FROM collection_due WHERE received_fen > due_fen;
