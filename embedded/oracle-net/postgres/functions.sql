-- Functions and operators that mean in Oracle what they do not in PostgreSQL, or do not exist there. This schema comes
-- before pg_catalog in the search path, so that the same name and types find Oracle's meaning first. An error that is
-- Oracle's own is raised with its text and found again by `ORA-nnnnn`.

CREATE VIEW dual AS SELECT 'X'::varchar(1) AS dummy;

CREATE FUNCTION oracle_error(number int, words text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'ORA-%: %', lpad(number::text, 5, '0'), words USING ERRCODE = 'ORA00'; END $$;

-- What the session set, NULL where it did not: the backend keeps these settings up to date.
CREATE FUNCTION setting(name text) RETURNS text LANGUAGE sql STABLE AS $$
  SELECT nullif(current_setting('oracle_net.' || lower(name), true), '') $$;

-- As Oracle shows a name: see postgresName in written-sql.ts.
CREATE FUNCTION shown_name(name text) RETURNS varchar LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE WHEN name = lower(name) THEN upper(name) WHEN name = upper(name) THEN lower(name) ELSE name END $$;

---- Session

CREATE FUNCTION session_user_name() RETURNS varchar LANGUAGE sql STABLE AS $$ SELECT oracle_net.setting('user') $$;
CREATE FUNCTION session_time_zone() RETURNS varchar LANGUAGE sql STABLE AS $$ SELECT oracle_net.setting('time_zone') $$;
CREATE FUNCTION db_time_zone() RETURNS varchar LANGUAGE sql STABLE AS $$ SELECT oracle_net.setting('db_time_zone') $$;

CREATE FUNCTION sys_context(namespace text, parameter text) RETURNS varchar LANGUAGE plpgsql STABLE AS $$
BEGIN
  IF upper(namespace) <> 'USERENV' THEN RETURN NULL; END IF;
  CASE upper(parameter)
    WHEN 'SESSION_USER', 'CURRENT_USER', 'AUTHENTICATED_IDENTITY' THEN RETURN oracle_net.setting('user');
    WHEN 'CURRENT_SCHEMA' THEN RETURN coalesce(oracle_net.setting('current_schema'), oracle_net.setting('user'));
    WHEN 'SERVICE_NAME', 'DB_NAME', 'MODULE', 'ACTION', 'CLIENT_IDENTIFIER', 'CLIENT_INFO', 'HOST' THEN RETURN oracle_net.setting(parameter);
    WHEN 'INSTANCE_NAME', 'DB_UNIQUE_NAME' THEN RETURN oracle_net.setting('db_name');
    WHEN 'CON_NAME' THEN RETURN oracle_net.setting('db_name');
    WHEN 'SID', 'SESSIONID' THEN RETURN oracle_net.setting('sid');
    WHEN 'INSTANCE' THEN RETURN '1';
    WHEN 'ISDBA' THEN RETURN 'FALSE';
    WHEN 'DATABASE_ROLE' THEN RETURN 'PRIMARY';
    WHEN 'LANGUAGE' THEN RETURN 'AMERICAN_AMERICA.AL32UTF8';
    WHEN 'NETWORK_PROTOCOL' THEN RETURN 'tcp';
    ELSE PERFORM oracle_net.oracle_error(2003, 'invalid USERENV parameter');
  END CASE;
END $$;

---- Time

-- '+09:00' → a name that PostgreSQL does not take the wrong way round; regions are called the same.
CREATE FUNCTION zone_name(zone text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE WHEN zone ~ '^[+-]?\d{1,2}:\d{2}$'
    THEN '<' || trim(zone) || '>' || CASE WHEN zone LIKE '-%' THEN '+' ELSE '-' END || ltrim(zone, '+-')
    ELSE zone END $$;

CREATE FUNCTION sysdate() RETURNS oracle_types.odate LANGUAGE sql STABLE AS $$
  SELECT date_trunc('second', statement_timestamp() AT TIME ZONE oracle_net.zone_name(oracle_net.db_time_zone())) $$;
CREATE FUNCTION current_date_time() RETURNS oracle_types.odate LANGUAGE sql STABLE AS $$
  SELECT date_trunc('second', statement_timestamp()::timestamp) $$;

CREATE FUNCTION from_tz(at timestamp, zone text) RETURNS timestamptz LANGUAGE sql IMMUTABLE AS $$
  SELECT at AT TIME ZONE oracle_net.zone_name(zone) $$;

-- Reads a text element by element; see timeElements in time-format.ts. Gives year, month, day, hour, minute, second,
-- microsecond, and the zone's name or NULL.
-- In here / is PostgreSQL's, whole numbers divided by whole numbers.
CREATE FUNCTION read_time(input text, elements text[], OUT parts int[], OUT zone text) LANGUAGE plpgsql STABLE SET search_path = pg_catalog AS $$
DECLARE
  rest text := input;
  element text;
  position int := 0;
  found text;
  months text[] := ARRAY['JAN','FEB','MAR','APR','MAY','JUN','JUL','AUG','SEP','OCT','NOV','DEC'];
  afternoon boolean;
  is_bare boolean := false; -- punctuation of the format is not in the text: '20261125' for YYYY-MM-DD
  today date := statement_timestamp()::date;
BEGIN
  IF input IS NULL THEN RETURN; END IF;
  parts := ARRAY[extract(year FROM today)::int, extract(month FROM today)::int, 1, 0, 0, 0, 0];
  rest := ltrim(rest);
  FOREACH element IN ARRAY elements LOOP
    position := position + 1;
    IF rest = '' THEN -- the time of day may be left out, from any place on
      EXIT WHEN NOT elements[position:] && ARRAY['YYYY', 'RRRR', 'RR', 'YY', 'MM', 'MON', 'MONTH', 'DD'];
      PERFORM oracle_net.oracle_error(1840, 'input value not long enough for date format');
    END IF;
    found := substring(rest FROM CASE
      WHEN element = '-' THEN '^[[:punct:][:space:]]*'
      WHEN element LIKE '=%' THEN '^' || regexp_replace(substr(element, 2), '([^[:alnum:]])', '\\\1', 'g')
      WHEN element IN ('MON', 'MONTH') THEN '^[[:alpha:]]{3,}'
      WHEN element = 'AM' THEN '(?i)^[ap]\.?m\.?'
      WHEN element IN ('YYYY', 'RRRR') THEN '^\d{1,4}'
      WHEN element = 'FF' THEN '^\d{1,9}'
      WHEN element = 'SSSSS' THEN '^\d{1,5}'
      WHEN element = 'TZH' THEN '^[+-]?\d{1,2}'
      WHEN element = 'TZR' THEN '^(?:[+-]\d{1,2}:\d{2}|[[:alpha:]_/]+)'
      ELSE '^\d{1,2}' END);
    IF found IS NULL THEN
      IF element LIKE '=%' OR is_bare THEN PERFORM oracle_net.oracle_error(1861, 'literal does not match format string');
      ELSIF element IN ('MON', 'MONTH') THEN PERFORM oracle_net.oracle_error(1843, 'not a valid month');
      ELSIF element = 'AM' THEN PERFORM oracle_net.oracle_error(1855, 'AM/A.M. or PM/P.M. required');
      ELSIF element = 'TZR' THEN PERFORM oracle_net.oracle_error(1882, 'timezone region not found');
      ELSE PERFORM oracle_net.oracle_error(1858, 'a non-numeric character was found where a numeric was expected'); END IF;
    END IF;
    is_bare := element = '-' AND found = '' AND rest <> '';
    rest := substr(rest, length(found) + 1);
    CASE element
      WHEN 'YYYY' THEN parts[1] := found;
      WHEN 'RRRR', 'RR' THEN parts[1] := CASE WHEN length(found) > 2 THEN found::int WHEN found::int < 50 THEN 2000 + found::int ELSE 1900 + found::int END;
      WHEN 'YY' THEN parts[1] := extract(year FROM today)::int / 100 * 100 + found::int;
      WHEN 'MM' THEN parts[2] := found;
      WHEN 'MON', 'MONTH' THEN
        parts[2] := array_position(months, upper(left(found, 3)));
        IF parts[2] IS NULL THEN PERFORM oracle_net.oracle_error(1843, 'not a valid month'); END IF;
      WHEN 'DD' THEN parts[3] := found;
      WHEN 'HH24' THEN parts[4] := found;
      WHEN 'HH12' THEN
        IF found::int NOT BETWEEN 1 AND 12 THEN PERFORM oracle_net.oracle_error(1849, 'hour must be between 1 and 12'); END IF;
        parts[4] := found::int % 12;
      WHEN 'AM' THEN afternoon := found ~* '^p';
      WHEN 'MI' THEN parts[5] := found;
      WHEN 'SS' THEN parts[6] := found;
      WHEN 'SSSSS' THEN parts[4:6] := ARRAY[found::int / 3600, found::int / 60 % 60, found::int % 60];
      WHEN 'FF' THEN parts[7] := left(rpad(found, 6, '0'), 6);
      WHEN 'TZH' THEN zone := CASE WHEN found ~ '^[+-]' THEN found ELSE '+' || found END;
      WHEN 'TZM' THEN zone := coalesce(zone, '+00') || ':' || lpad(found, 2, '0');
      WHEN 'TZR' THEN zone := found;
      ELSE NULL;
    END CASE;
  END LOOP;
  IF btrim(rest) <> '' THEN PERFORM oracle_net.oracle_error(1830, 'date format picture ends before converting entire input string'); END IF;
  IF zone ~ '^[+-]\d+$' THEN zone := zone || ':00'; END IF;
  IF afternoon THEN parts[4] := parts[4] + 12; END IF;
  PERFORM oracle_net.check_time(parts);
END $$;

CREATE FUNCTION check_time(parts int[]) RETURNS void LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
  IF parts[1] = 0 THEN PERFORM oracle_net.oracle_error(1841, '(full) year must be between -4713 and +9999, and not be 0'); END IF;
  IF parts[2] NOT BETWEEN 1 AND 12 THEN PERFORM oracle_net.oracle_error(1843, 'not a valid month'); END IF;
  IF parts[3] NOT BETWEEN 1 AND 31 THEN PERFORM oracle_net.oracle_error(1847, 'day of month must be between 1 and last day of month'); END IF;
  IF parts[3] > extract(day FROM make_date(parts[1], parts[2], 1) + interval '1 month' - interval '1 day') THEN
    PERFORM oracle_net.oracle_error(1839, 'date not valid for month specified');
  END IF;
  IF parts[4] > 23 THEN PERFORM oracle_net.oracle_error(1850, 'hour must be between 0 and 23'); END IF;
  IF parts[5] > 59 THEN PERFORM oracle_net.oracle_error(1851, 'minutes must be between 0 and 59'); END IF;
  IF parts[6] > 59 THEN PERFORM oracle_net.oracle_error(1852, 'seconds must be between 0 and 59'); END IF;
END $$;

CREATE FUNCTION to_timestamp(input text, elements text[]) RETURNS timestamp LANGUAGE sql STABLE AS $$
  SELECT make_timestamp(parts[1], parts[2], parts[3], parts[4], parts[5], parts[6] + parts[7] / 1000000::float8) FROM oracle_net.read_time(input, elements) $$;

CREATE FUNCTION to_date(input text, elements text[]) RETURNS oracle_types.odate LANGUAGE plpgsql STABLE AS $$
BEGIN
  IF 'FF' = ANY (elements) OR 'TZH' = ANY (elements) OR 'TZR' = ANY (elements) THEN PERFORM oracle_net.oracle_error(1821, 'date format not recognized'); END IF;
  RETURN oracle_net.to_timestamp(input, elements);
END $$;

CREATE FUNCTION to_timestamp_tz(input text, elements text[]) RETURNS timestamptz LANGUAGE sql STABLE AS $$
  SELECT make_timestamptz(parts[1], parts[2], parts[3], parts[4], parts[5], parts[6] + parts[7] / 1000000::float8, coalesce(oracle_net.zone_name(zone), current_setting('TimeZone')))
  FROM oracle_net.read_time(input, elements) $$;

-- Text where a time is wanted is read with the session's NLS formats, which the backend keeps as elements.
CREATE FUNCTION nls_date(input text) RETURNS oracle_types.odate LANGUAGE sql STABLE AS $$
  SELECT oracle_net.to_date(input, oracle_net.setting('nls_date_elements')::text[]) $$;
CREATE FUNCTION nls_timestamp(input text) RETURNS timestamp LANGUAGE sql STABLE AS $$
  SELECT oracle_net.to_timestamp(input, oracle_net.setting('nls_timestamp_elements')::text[]) $$;
CREATE FUNCTION nls_timestamp_tz(input text) RETURNS timestamptz LANGUAGE sql STABLE AS $$
  SELECT oracle_net.to_timestamp_tz(input, oracle_net.setting('nls_timestamp_tz_elements')::text[]) $$;
-- A parameter of PostgreSQL does not say whether its timestamp is a DATE or a TIMESTAMP: either format will do.
CREATE FUNCTION nls_time(input text) RETURNS timestamp LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN oracle_net.nls_date(input);
EXCEPTION WHEN SQLSTATE 'ORA00' THEN
  BEGIN
    RETURN oracle_net.nls_timestamp(input);
  EXCEPTION WHEN SQLSTATE 'ORA00' THEN
    RETURN oracle_net.nls_date(input);
  END;
END $$;

CREATE FUNCTION trunc(at timestamp, unit text DEFAULT 'DD') RETURNS oracle_types.odate LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
  CASE upper(unit)
    WHEN 'DD', 'DDD', 'J' THEN RETURN date_trunc('day', at);
    WHEN 'MM', 'MON', 'MONTH', 'RM' THEN RETURN date_trunc('month', at);
    WHEN 'YYYY', 'YEAR', 'YY', 'Y', 'SYYYY' THEN RETURN date_trunc('year', at);
    WHEN 'Q' THEN RETURN date_trunc('quarter', at);
    WHEN 'IW' THEN RETURN date_trunc('week', at);
    WHEN 'HH', 'HH24', 'HH12' THEN RETURN date_trunc('hour', at);
    WHEN 'MI' THEN RETURN date_trunc('minute', at);
    ELSE PERFORM oracle_net.oracle_error(1898, 'too many precision specifiers');
  END CASE;
END $$;
CREATE FUNCTION trunc(at timestamptz, unit text DEFAULT 'DD') RETURNS oracle_types.odate LANGUAGE sql STABLE AS $$ SELECT oracle_net.trunc(at::timestamp, unit) $$;
CREATE FUNCTION trunc(at date, unit text DEFAULT 'DD') RETURNS oracle_types.odate LANGUAGE sql IMMUTABLE AS $$ SELECT oracle_net.trunc(at::timestamp, unit) $$;

CREATE FUNCTION last_day(at timestamp) RETURNS oracle_types.odate LANGUAGE sql IMMUTABLE AS $$
  SELECT date_trunc('month', at) + interval '1 month' - interval '1 day' + at::time $$;
-- The last day of a month stays the last day.
CREATE FUNCTION add_months(at timestamp, months numeric) RETURNS oracle_types.odate LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE WHEN at = oracle_net.last_day(at) THEN oracle_net.last_day(at + make_interval(months => trunc(months)::int)) ELSE at + make_interval(months => trunc(months)::int) END $$;
CREATE FUNCTION months_between(later timestamp, earlier timestamp) RETURNS numeric LANGUAGE sql IMMUTABLE AS $$
  SELECT (extract(year FROM later) - extract(year FROM earlier)) * 12 + extract(month FROM later) - extract(month FROM earlier)
    + CASE WHEN extract(day FROM later) = extract(day FROM earlier) OR (later::date = oracle_net.last_day(later)::date AND earlier::date = oracle_net.last_day(earlier)::date) THEN 0
      ELSE (extract(day FROM later) - extract(day FROM earlier) + (extract(epoch FROM later::time) - extract(epoch FROM earlier::time)) / 86400) / 31 END $$;

---- Numbers

-- .5 and not 0.50
CREATE FUNCTION to_char(number numeric) RETURNS varchar LANGUAGE sql IMMUTABLE AS $$
  SELECT regexp_replace(trim_scale(number)::text, '^(-?)0\.', '\1.') $$;
CREATE FUNCTION to_char(value text) RETURNS varchar LANGUAGE sql IMMUTABLE AS $$ SELECT value $$;
CREATE FUNCTION to_char(at date) RETURNS varchar LANGUAGE sql STABLE AS $$ SELECT to_char(at, oracle_net.setting('nls_date_to_char')) $$;
CREATE FUNCTION to_char(at timestamp) RETURNS varchar LANGUAGE sql STABLE AS $$
  SELECT to_char(at, oracle_net.setting(CASE WHEN date_trunc('second', at) = at THEN 'nls_date_to_char' ELSE 'nls_timestamp_to_char' END)) $$;
CREATE FUNCTION to_char(at timestamptz) RETURNS varchar LANGUAGE sql STABLE AS $$ SELECT to_char(at, oracle_net.setting('nls_timestamp_tz_to_char')) $$;

CREATE FUNCTION to_number(value text) RETURNS numeric LANGUAGE sql IMMUTABLE AS $$ SELECT value::numeric $$;
CREATE FUNCTION to_number(value numeric) RETURNS numeric LANGUAGE sql IMMUTABLE AS $$ SELECT value $$;

---- Text; an empty one is NULL

CREATE FUNCTION substr(value text, start numeric, length numeric DEFAULT NULL) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE WHEN start < 0 AND -start > char_length(value) OR length < 1 THEN NULL
    ELSE nullif(pg_catalog.substr(value, first, coalesce(trunc(length)::int, char_length(value))), '') END
  FROM (SELECT CASE WHEN start < 0 THEN char_length(value) + 1 + trunc(start)::int WHEN trunc(start) = 0 THEN 1 ELSE trunc(start)::int END AS first) AS place $$;
CREATE FUNCTION substr(value text, start int) RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT oracle_net.substr(value, start::numeric, NULL) $$;
CREATE FUNCTION substr(value text, start int, length int) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE WHEN length IS NOT NULL THEN oracle_net.substr(value, start::numeric, length::numeric) END $$;

CREATE FUNCTION instr(value text, part text, start int DEFAULT 1, occurrence int DEFAULT 1) RETURNS int LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
  place int := start - 1;
  next int;
BEGIN
  IF value IS NULL OR part IS NULL THEN RETURN NULL; END IF;
  IF start < 1 THEN RAISE feature_not_supported USING MESSAGE = 'ORA-03001: unimplemented feature: INSTR from the end'; END IF;
  FOR turn IN 1..occurrence LOOP
    next := strpos(pg_catalog.substr(value, place + 1), part);
    IF next = 0 THEN RETURN 0; END IF;
    place := place + next;
  END LOOP;
  RETURN place;
END $$;

CREATE FUNCTION replace(value text, part text, new text DEFAULT NULL) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE WHEN part IS NULL THEN value ELSE pg_catalog.replace(value, part, coalesce(new, '')) END $$;
CREATE FUNCTION lengthb(value text) RETURNS int LANGUAGE sql IMMUTABLE AS $$ SELECT octet_length(value) $$;
CREATE FUNCTION rawtohex(value bytea) RETURNS varchar LANGUAGE sql IMMUTABLE AS $$ SELECT upper(encode(value, 'hex')) $$;
CREATE FUNCTION hextoraw(value text) RETURNS bytea LANGUAGE sql IMMUTABLE AS $$ SELECT decode(value, 'hex') $$;
CREATE FUNCTION sys_guid() RETURNS bytea LANGUAGE sql VOLATILE AS $$ SELECT decode(pg_catalog.replace(gen_random_uuid()::text, '-', ''), 'hex') $$;

---- Operators

CREATE FUNCTION join_text(a text, b text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE WHEN a IS NULL THEN b WHEN b IS NULL THEN a ELSE a OPERATOR(pg_catalog.||) b END $$;
CREATE OPERATOR || (LEFTARG = text, RIGHTARG = text, FUNCTION = join_text);

-- What is joined to a text is written as TO_CHAR writes it; a quotient of whole numbers has its fraction; a date takes days.
DO $$
DECLARE
  a text;
  b text;
BEGIN
  FOREACH a IN ARRAY ARRAY['smallint', 'integer', 'bigint', 'numeric', 'date', 'timestamp', 'timestamptz'] LOOP
    EXECUTE format('CREATE FUNCTION join_text(a %s, b text) RETURNS text LANGUAGE sql STABLE AS ''SELECT oracle_net.join_text(oracle_net.to_char(a), b)''', a);
    EXECUTE format('CREATE FUNCTION join_text(a text, b %s) RETURNS text LANGUAGE sql STABLE AS ''SELECT oracle_net.join_text(a, oracle_net.to_char(b))''', a);
    EXECUTE format('CREATE OPERATOR || (LEFTARG = %s, RIGHTARG = text, FUNCTION = join_text)', a);
    EXECUTE format('CREATE OPERATOR || (LEFTARG = text, RIGHTARG = %s, FUNCTION = join_text)', a);
  END LOOP;
  FOREACH a IN ARRAY ARRAY['smallint', 'integer', 'bigint'] LOOP
    FOREACH b IN ARRAY ARRAY['smallint', 'integer', 'bigint'] LOOP
      EXECUTE format('CREATE FUNCTION quotient(a %s, b %s) RETURNS numeric LANGUAGE sql IMMUTABLE AS ''SELECT a::numeric / b::numeric''', a, b);
      EXECUTE format('CREATE OPERATOR / (LEFTARG = %s, RIGHTARG = %s, FUNCTION = quotient)', a, b);
    END LOOP;
  END LOOP;
  FOREACH a IN ARRAY ARRAY['date', 'timestamp', 'timestamptz'] LOOP
    FOREACH b IN ARRAY ARRAY['smallint', 'integer', 'bigint', 'numeric'] LOOP
      EXECUTE format('CREATE FUNCTION plus_days(a %s, b %s) RETURNS oracle_types.odate LANGUAGE sql STABLE AS ''SELECT a::timestamp + make_interval(secs => (b * 86400)::float8)''', a, b);
      EXECUTE format('CREATE FUNCTION minus_days(a %s, b %s) RETURNS oracle_types.odate LANGUAGE sql STABLE AS ''SELECT a::timestamp - make_interval(secs => (b * 86400)::float8)''', a, b);
      EXECUTE format('CREATE OPERATOR + (LEFTARG = %s, RIGHTARG = %s, FUNCTION = plus_days)', a, b);
      EXECUTE format('CREATE OPERATOR - (LEFTARG = %s, RIGHTARG = %s, FUNCTION = minus_days)', a, b);
    END LOOP;
  END LOOP;
END $$;

-- The days between a time and a date; between two timestamps it would be an INTERVAL, which is not done here.
CREATE FUNCTION days_between(a timestamp, b date) RETURNS numeric LANGUAGE sql IMMUTABLE AS $$ SELECT extract(epoch FROM a - b::timestamp) / 86400 $$;
CREATE FUNCTION days_between(a date, b timestamp) RETURNS numeric LANGUAGE sql IMMUTABLE AS $$ SELECT extract(epoch FROM a::timestamp - b) / 86400 $$;
CREATE OPERATOR - (LEFTARG = timestamp, RIGHTARG = date, FUNCTION = days_between);
CREATE OPERATOR - (LEFTARG = date, RIGHTARG = timestamp, FUNCTION = days_between);
