-- Types of Oracle that PostgreSQL has no like of. Columns are made with them, so they are made once and never dropped.
CREATE SCHEMA IF NOT EXISTS oracle_types;
DO $$
DECLARE
  wanted text[] := ARRAY['odate timestamp(0)', 'clob text', 'nclob text', 'nvarchar2 varchar', 'blob bytea'];
  pair text;
BEGIN
  FOREACH pair IN ARRAY wanted LOOP
    IF to_regtype('oracle_types.' || split_part(pair, ' ', 1)) IS NULL THEN
      EXECUTE format('CREATE DOMAIN oracle_types.%s AS %s', split_part(pair, ' ', 1), split_part(pair, ' ', 2));
    END IF;
  END LOOP;
END $$;
