-- 0169 registry: people, households and employers are found by where they ever lived or stood.
-- Why: what whoever is confined to a township is shown was looked for among all alerts of the county, one by one. Kind 9 of
-- what is looked up, the region as it was said; where somebody lives today is asked of their own rows.
INSERT INTO registry_lookup (kind, key, subject_id)
    SELECT DISTINCT 9, region, subject_id FROM registry_person WHERE region <> 0
    UNION SELECT DISTINCT 9, region, subject_id FROM registry_household WHERE region <> 0
    UNION SELECT DISTINCT 9, region, subject_id FROM registry_employer WHERE region <> 0;
-- verify 0: SELECT count(*) FROM registry_lookup WHERE kind = 9 AND key = 0;
