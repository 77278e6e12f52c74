-- 0091 registry: who has a benefit or an attribute of one name, in order of people.
-- Why: every step of a month asks for the few of a bucket who draw, who have died, to whom something was told;
-- without an index each question reads all that was ever told of the bucket. The spans stand in the index too:
-- without them SQLite, which keeps no statistics here, reads the table.
CREATE INDEX registry_benefit_holder ON registry_benefit
    (bucket, benefit, subject_id, from_month, until_month, known_from_ms, known_until_ms);
CREATE INDEX registry_attribute_holder ON registry_attribute
    (bucket, name, subject_id, from_day, until_day, known_from_ms, known_until_ms);
-- verify 0: SELECT count(*) FROM registry_attribute WHERE until_day <= from_day;
