SELECT "a""b", 'it''s ?1' -- x
, ?12 /* ; */ FROM t WHERE CAST(?2 AS TEXT) = '';