-- The views of Oracle's dictionary that a client asks for who wants to know where it is and what it may do. They tell the
-- truth about the PostgreSQL behind: its tables, and the privileges of the role that the session works as.

CREATE VIEW "v$version" AS
  SELECT setting('banner')::varchar(80) AS banner, concat(setting('banner'), E'\nVersion ', setting('version'))::varchar(160) AS banner_full, 0 AS con_id;
CREATE VIEW product_component_version AS
  SELECT split_part(setting('banner'), ' Release', 1)::varchar(80) AS product, setting('version')::varchar(80) AS version, setting('version')::varchar(80) AS version_full, 'Production'::varchar(80) AS status;
CREATE VIEW "v$instance" AS
  SELECT 1 AS instance_number, setting('db_name')::varchar(16) AS instance_name, setting('host')::varchar(64) AS host_name, setting('version')::varchar(17) AS version, 'OPEN'::varchar(12) AS status;

CREATE VIEW nls_database_parameters AS
  SELECT parameter::varchar(128), value::varchar(64) FROM (VALUES
    ('NLS_LANGUAGE', 'AMERICAN'), ('NLS_TERRITORY', 'AMERICA'), ('NLS_CHARACTERSET', 'AL32UTF8'), ('NLS_NCHAR_CHARACTERSET', 'AL16UTF16'), ('NLS_LENGTH_SEMANTICS', 'CHAR'),
    ('NLS_SORT', 'BINARY'), ('NLS_COMP', 'BINARY'), ('NLS_DATE_FORMAT', 'DD-MON-RR'), ('NLS_RDBMS_VERSION', setting('version'))) AS row (parameter, value);
CREATE VIEW nls_session_parameters AS
  SELECT parameter::varchar(128), value::varchar(64) FROM (VALUES
    ('NLS_LANGUAGE', 'AMERICAN'), ('NLS_TERRITORY', 'AMERICA'), ('NLS_SORT', 'BINARY'), ('NLS_COMP', 'BINARY'), ('NLS_CALENDAR', 'GREGORIAN'), ('NLS_LENGTH_SEMANTICS', 'CHAR'),
    ('NLS_NUMERIC_CHARACTERS', '.,'), ('NLS_DATE_FORMAT', setting('nls_date_format')), ('NLS_TIMESTAMP_FORMAT', setting('nls_timestamp_format')),
    ('NLS_TIMESTAMP_TZ_FORMAT', setting('nls_timestamp_tz_format'))) AS row (parameter, value);

CREATE VIEW "v$session" AS
  SELECT setting('sid')::numeric AS sid, setting('serial')::numeric AS "serial#", pg_backend_pid() AS audsid, setting('user')::varchar(128) AS username, 'ACTIVE'::varchar(8) AS status, 'USER'::varchar(10) AS type,
    setting('host')::varchar(64) AS machine, setting('program')::varchar(84) AS program, setting('module')::varchar(64) AS module, setting('action')::varchar(64) AS action,
    setting('client_identifier')::varchar(64) AS client_identifier, setting('client_info')::varchar(64) AS client_info, setting('service_name')::varchar(64) AS service_name,
    setting('logon_time')::timestamp(0) AS logon_time;
CREATE VIEW "v$session_connect_info" AS
  SELECT setting('sid')::numeric AS sid, 'TCP/IP NT Protocol Adapter'::varchar(4000) AS network_service_banner;
CREATE VIEW user_users AS
  SELECT setting('user')::varchar(128) AS username, 107::numeric AS user_id, setting('account_status')::varchar(32) AS account_status, NULL::timestamp(0) AS lock_date,
    setting('expiry_date')::timestamp(0) AS expiry_date, 'USERS'::varchar(30) AS default_tablespace, '2026-01-01'::timestamp(0) AS created;

CREATE VIEW user_resource_limits AS SELECT 'SESSIONS_PER_USER'::varchar(32) AS resource_name, 'UNLIMITED'::varchar(40) AS limit;
CREATE VIEW user_password_limits AS SELECT 'FAILED_LOGIN_ATTEMPTS'::varchar(32) AS resource_name, 'UNLIMITED'::varchar(40) AS limit;

---- Privileges

CREATE VIEW session_privs AS
  SELECT privilege::varchar(40) FROM (VALUES
    ('CREATE SESSION', true), ('CREATE TABLE', has_schema_privilege('public', 'CREATE')), ('SELECT ANY TABLE', pg_has_role('pg_read_all_data', 'USAGE')),
    ('INSERT ANY TABLE', pg_has_role('pg_write_all_data', 'USAGE')), ('UPDATE ANY TABLE', pg_has_role('pg_write_all_data', 'USAGE')),
    ('DELETE ANY TABLE', pg_has_role('pg_write_all_data', 'USAGE'))) AS known (privilege, is_held) WHERE is_held;
CREATE VIEW user_sys_privs AS
  SELECT setting('user')::varchar(128) AS username, privilege, 'NO'::varchar(3) AS admin_option FROM session_privs;
CREATE VIEW session_roles AS
  SELECT shown_name(rolname)::varchar(128) AS role FROM pg_roles
  WHERE pg_has_role(oid, 'MEMBER') AND rolname <> current_user AND NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user)
  UNION ALL SELECT 'DBA' FROM pg_roles WHERE rolname = current_user AND rolsuper;
CREATE VIEW user_role_privs AS
  SELECT setting('user')::varchar(128) AS username, role AS granted_role, 'NO'::varchar(3) AS admin_option, 'YES'::varchar(3) AS default_role FROM session_roles;

CREATE VIEW known_tables AS
  SELECT relation.oid, relation.relname, relation.relkind, relation.relacl, relation.relowner,
    CASE WHEN nspname = 'public' THEN setting('owner') ELSE shown_name(nspname) END::varchar(128) AS owner, shown_name(relname)::varchar(128) AS table_name
  FROM pg_class AS relation JOIN pg_namespace AS namespace ON namespace.oid = relnamespace
  WHERE relkind IN ('r', 'p', 'v', 'm') AND nspname NOT LIKE 'pg\_%' AND nspname NOT IN ('information_schema', 'oracle_net', 'oracle_types');
-- On a whole table, or on one of its columns.
CREATE VIEW granted AS
  SELECT known_tables.owner, table_name, column_name, acl.grantee, acl.grantor, acl.privilege_type AS privilege, CASE WHEN acl.is_grantable THEN 'YES' ELSE 'NO' END AS grantable
  FROM known_tables
  JOIN (SELECT oid AS relation, NULL::varchar(128) AS column_name, relacl AS rights FROM pg_class
    UNION ALL SELECT attrelid, shown_name(attname), attacl FROM pg_attribute WHERE attacl IS NOT NULL) AS of_relation ON relation = known_tables.oid
  CROSS JOIN aclexplode(rights) AS acl
  WHERE acl.grantee <> relowner AND acl.privilege_type IN ('SELECT', 'INSERT', 'UPDATE', 'DELETE', 'REFERENCES');
CREATE VIEW granted_to_user AS
  SELECT CASE WHEN grantee = 0 THEN 'PUBLIC' ELSE setting('user') END::varchar(128) AS grantee, owner, table_name, column_name, shown_name(pg_get_userbyid(grantor))::varchar(128) AS grantor,
    privilege::varchar(40), grantable::varchar(3) FROM granted
  WHERE grantee = 0 OR grantee = (SELECT oid FROM pg_roles WHERE rolname = current_user);
CREATE VIEW user_tab_privs AS SELECT grantee, owner, table_name, grantor, privilege, grantable FROM granted_to_user WHERE column_name IS NULL;
CREATE VIEW user_col_privs AS SELECT grantee, owner, table_name, column_name, grantor, privilege, grantable FROM granted_to_user WHERE column_name IS NOT NULL;
CREATE VIEW role_tab_privs AS
  SELECT shown_name(pg_get_userbyid(grantee))::varchar(128) AS role, owner, table_name, column_name, privilege::varchar(40), grantable::varchar(3) FROM granted
  WHERE grantee <> 0 AND grantee <> (SELECT oid FROM pg_roles WHERE rolname = current_user) AND pg_has_role(grantee, 'USAGE');

---- Tables

CREATE VIEW all_tables AS
  SELECT owner, table_name, 'USERS'::varchar(30) AS tablespace_name, NULL::numeric AS num_rows FROM known_tables
  WHERE relkind IN ('r', 'p') AND has_table_privilege(oid, 'SELECT, INSERT, UPDATE, DELETE');
CREATE VIEW user_tables AS
  SELECT table_name, tablespace_name, num_rows FROM all_tables WHERE owner = setting('user');
CREATE VIEW user_objects AS
  SELECT table_name AS object_name, CASE WHEN relkind IN ('r', 'p') THEN 'TABLE' ELSE 'VIEW' END::varchar(23) AS object_type, 'VALID'::varchar(7) AS status FROM known_tables
  WHERE owner = setting('user') AND pg_has_role(relowner, 'USAGE');

-- See columns.ts, which says the same of results.
CREATE FUNCTION data_type(type oid, modifier int) RETURNS varchar LANGUAGE sql STABLE AS $$
  SELECT CASE
    WHEN typnamespace = 'oracle_types'::regnamespace AND typname <> 'odate' THEN upper(typname)
    WHEN typname = 'odate' THEN 'DATE'
    WHEN typname IN ('int2', 'int4', 'int8', 'numeric') THEN 'NUMBER'
    WHEN typname = 'bool' THEN CASE WHEN oracle_net.setting('version') LIKE '23.%' THEN 'BOOLEAN' ELSE 'NUMBER' END
    WHEN typname = 'float4' THEN 'BINARY_FLOAT' WHEN typname = 'float8' THEN 'BINARY_DOUBLE'
    WHEN typname = 'date' OR (typname = 'timestamp' AND modifier = 0) THEN 'DATE'
    WHEN typname = 'timestamp' THEN 'TIMESTAMP(' || CASE WHEN modifier < 0 THEN 6 ELSE modifier END || ')'
    WHEN typname = 'timestamptz' THEN 'TIMESTAMP(' || CASE WHEN modifier < 0 THEN 6 ELSE modifier END || ') WITH TIME ZONE'
    WHEN typname = 'bytea' THEN 'RAW' WHEN typname = 'bpchar' THEN 'CHAR' ELSE 'VARCHAR2' END::varchar(128)
  FROM pg_type WHERE oid = type $$;
CREATE FUNCTION data_length(type oid, modifier int) RETURNS int LANGUAGE sql STABLE AS $$
  SELECT CASE WHEN typname IN ('varchar', 'bpchar') AND modifier >= 0 THEN modifier - 4 WHEN typname = 'uuid' THEN 36 WHEN typname IN ('varchar', 'text', 'nvarchar2', 'bytea') THEN 4000 ELSE 22 END
  FROM pg_type WHERE oid = type $$;
CREATE VIEW all_tab_columns AS
  SELECT owner, table_name, shown_name(attname)::varchar(128) AS column_name, data_type(atttypid, atttypmod) AS data_type, data_length(atttypid, atttypmod)::numeric AS data_length,
    CASE WHEN typname = 'numeric' AND atttypmod >= 0 THEN (atttypmod - 4) >> 16 WHEN typname = 'int8' THEN 19 WHEN typname = 'int4' THEN 10 WHEN typname = 'int2' THEN 5 END AS data_precision,
    CASE WHEN typname = 'numeric' AND atttypmod >= 0 THEN (atttypmod - 4) & 2047 WHEN typname LIKE 'int_' THEN 0 END AS data_scale,
    CASE WHEN attnotnull THEN 'N' ELSE 'Y' END::varchar(1) AS nullable, attnum AS column_id, data_length(atttypid, atttypmod)::numeric AS char_length
  FROM known_tables JOIN pg_attribute ON attrelid = known_tables.oid JOIN pg_type ON pg_type.oid = atttypid
  WHERE attnum > 0 AND NOT attisdropped AND has_table_privilege(known_tables.oid, 'SELECT, INSERT, UPDATE, DELETE');
CREATE VIEW user_tab_columns AS
  SELECT table_name, column_name, data_type, data_length, data_precision, data_scale, nullable, column_id, char_length FROM all_tab_columns WHERE owner = setting('user');

-- Whoever may use the database may ask.
GRANT USAGE ON SCHEMA oracle_net, oracle_types TO PUBLIC;
GRANT SELECT ON ALL TABLES IN SCHEMA oracle_net TO PUBLIC;
