-- ============================================================================
-- A database user for Tank with no more rights than it needs.
-- Tank 전용 최소 권한 사용자를 만듭니다.

-- Run it as a DBA in SQL*Plus or SQLcl, connected to the pluggable database that
-- holds the tables:  sqlplus system@//db.example:1521/crm @grants.sql
-- It may be run again: what is there already stays, rights and limits are set anew.
-- Nothing is taken away by it; that is done by revoke.sql.
-- 테이블이 있는 PDB에 DBA로 접속해 SQL*Plus 또는 SQLcl에서 실행합니다. 여러 번 실행해도
-- 됩니다(이미 있는 것은 그대로 두고 권한과 제한을 다시 설정). 회수는 revoke.sql로 합니다.

-- Oracle 12.1.0.2 or newer; for older ones set TANK_READ to SELECT.
-- Oracle 12.1.0.2 이상. 그 이전 버전은 TANK_READ를 SELECT로 바꾸세요.
-- ============================================================================
WHENEVER SQLERROR EXIT FAILURE ROLLBACK
SET DEFINE ON
SET VERIFY OFF
SET FEEDBACK OFF
SET ECHO OFF
SET LINESIZE 160
SET PAGESIZE 200
SET SERVEROUTPUT ON

-- ==== 1. What is yours to decide · 환경에 맞게 고칠 값 ====

DEFINE TANK_USER           = TANK
DEFINE TANK_PROFILE        = TANK_PROFILE

-- What Target and Mapping Queries read: tables or, better, views that show only the
-- columns a mail needs. A list with commas; where it gets long, run the script again with
-- the others. READ allows no SELECT … FOR UPDATE.
-- 대상·매핑 쿼리가 조회할 테이블 또는 뷰(쉼표로 구분, 길면 나누어 여러 번 실행). 메일에 필요한 컬럼만
-- 보이는 뷰를 권합니다. READ로는 SELECT … FOR UPDATE를 할 수 없습니다.
DEFINE TANK_READ           = READ
DEFINE TANK_READS          = "CRM.V_TANK_DUE, CRM.V_TANK_CUSTOMER"

-- Where the Update Query writes, and the columns that it sets. NONE where it calls a procedure.
-- An UPDATE with a WHERE needs SELECT on the table too (SQL92_SECURITY, TRUE by default since 12.2).
-- An INSERT or MERGE as Update Query needs INSERT on that table, which this script does not give: GRANT INSERT ON it.
-- 업데이트 쿼리가 쓰는 테이블과 컬럼. 프로시저를 호출하면 NONE. WHERE가 있는 UPDATE에는 SELECT도 필요합니다.
-- 업데이트 쿼리가 INSERT나 MERGE이면 그 테이블의 INSERT 권한도 필요하며, 이 스크립트는 주지 않으므로 따로 GRANT하세요.
DEFINE TANK_UPDATES        = CRM.CUSTOMER
DEFINE TANK_UPDATE_COLUMNS = "SENT_AT, SEND_STATUS, MAIL_ID"

-- A procedure or package in place of that (or NONE): it runs with the rights of its owner, so that Tank needs none
-- on the table. An administrator of Tank has to allow PL/SQL on the connection.
-- 업데이트를 대신하는 프로시저나 패키지(없으면 NONE). 소유자 권한으로 실행되므로 테이블 권한이 필요 없습니다.
DEFINE TANK_EXECUTES       = NONE

-- A role that gets the object rights (it is created), or NONE: the user gets them directly. Rights of a role count
-- in queries and in anonymous blocks, not within views and procedures that the user itself would own.
-- 객체 권한을 줄 롤(만듭니다). NONE이면 사용자에게 직접 부여합니다. 롤의 권한은 쿼리와 익명 블록에서는 유효하지만,
-- 그 사용자가 소유한 뷰나 프로시저 안에서는 유효하지 않습니다.
DEFINE TANK_ROLE           = NONE

-- Sessions: the pool ceiling of the connection (DB_POOL_MAX, 4 by default), the replicas of dbio, and two for a
-- Target Query and a test. Where several runs start at the same time, add one for each of them.
-- 세션 수: 연결의 풀 크기(DB_POOL_MAX, 기본 4) x dbio 수 + 2. 동시에 시작하는 실행이 더 있으면 그만큼 늘리세요.
DEFINE TANK_POOL_MAX       = 4
DEFINE TANK_REPLICAS       = 1
DEFINE TANK_FURTHER        = 2

-- CPU of one call in hundredths of a second (60000 is ten minutes), or UNLIMITED. 호출 하나의 CPU 한도(1/100초)
DEFINE TANK_CPU_PER_CALL   = UNLIMITED

-- Days. In the grace time Tank warns (ORA-28002) in its health, in Connect Test and with each run. 비밀번호 유효 기간과 유예 기간(일)
DEFINE TANK_LIFE_DAYS      = 180
DEFINE TANK_GRACE_DAYS     = 14
-- 0, or days in which the old password still works after a change: 19.12 and newer, not above the grace time.
-- 비밀번호를 바꾼 뒤 이전 비밀번호도 허용할 기간(일). 19.12 이상에서만, 유예 기간 이하. 쓰지 않으면 0
DEFINE TANK_ROLLOVER_DAYS  = 0

-- ==== 2. The password, unseen · 비밀번호(화면에 표시하지 않음) ====

ACCEPT TANK_PASSWORD CHAR PROMPT 'Password for a new user &TANK_USER (an existing one keeps its own): ' HIDE

-- ==== 3. Profile, user, rights · 프로파일, 사용자, 권한 ====

DECLARE
  grantee VARCHAR2(128) := CASE WHEN UPPER('&TANK_ROLE') = 'NONE' THEN '&TANK_USER' ELSE '&TANK_ROLE' END;
  users   PLS_INTEGER;

  -- The error that says "it is there already" is no error here. 이미 있다는 오류는 무시합니다.
  PROCEDURE apply(statement VARCHAR2, shown VARCHAR2 DEFAULT NULL, there_already PLS_INTEGER DEFAULT NULL) IS
  BEGIN
    EXECUTE IMMEDIATE statement;
    DBMS_OUTPUT.PUT_LINE('  done      ' || NVL(shown, statement));
  EXCEPTION
    WHEN OTHERS THEN
      IF there_already IS NULL OR SQLCODE <> there_already THEN
        DBMS_OUTPUT.PUT_LINE('  REFUSED   ' || NVL(shown, statement));
        RAISE;
      END IF;
      DBMS_OUTPUT.PUT_LINE('  is there  ' || NVL(shown, statement));
  END apply;

  FUNCTION is_given(list VARCHAR2) RETURN BOOLEAN IS
  BEGIN
    RETURN list IS NOT NULL AND UPPER(TRIM(list)) <> 'NONE';
  END is_given;

  PROCEDURE grant_each(privilege VARCHAR2, list VARCHAR2) IS
  BEGIN
    IF NOT is_given(list) THEN RETURN; END IF;
    FOR item IN (SELECT TRIM(REGEXP_SUBSTR(list, '[^,]+', 1, LEVEL)) AS name FROM DUAL CONNECT BY LEVEL <= REGEXP_COUNT(list, ',') + 1) LOOP
      apply('GRANT ' || privilege || ' ON ' || item.name || ' TO ' || grantee);
    END LOOP;
  END grant_each;

  -- Versions before 12 have no containers, and do not know the parameter. 12 이전 버전에는 컨테이너가 없습니다.
  FUNCTION is_root RETURN BOOLEAN IS
    unknown_parameter EXCEPTION;
    PRAGMA EXCEPTION_INIT(unknown_parameter, -2003);
  BEGIN
    RETURN SYS_CONTEXT('USERENV', 'CON_NAME') = 'CDB$ROOT';
  EXCEPTION
    WHEN unknown_parameter THEN RETURN FALSE;
  END is_root;
BEGIN
  IF is_root THEN
    RAISE_APPLICATION_ERROR(-20001, 'This is the root of a container database: connect to the pluggable database that holds the tables.');
  END IF;

  apply('CREATE PROFILE &TANK_PROFILE LIMIT SESSIONS_PER_USER DEFAULT', there_already => -2379);
  apply('ALTER PROFILE &TANK_PROFILE LIMIT SESSIONS_PER_USER ' || (&TANK_POOL_MAX * &TANK_REPLICAS + &TANK_FURTHER)
    || ' CPU_PER_CALL &TANK_CPU_PER_CALL IDLE_TIME 30 CONNECT_TIME UNLIMITED FAILED_LOGIN_ATTEMPTS 10 PASSWORD_LOCK_TIME 1'
    || ' PASSWORD_LIFE_TIME &TANK_LIFE_DAYS PASSWORD_GRACE_TIME &TANK_GRACE_DAYS');
  IF &TANK_ROLLOVER_DAYS > 0 THEN
    apply('ALTER PROFILE &TANK_PROFILE LIMIT PASSWORD_ROLLOVER_TIME &TANK_ROLLOVER_DAYS');
  END IF;

  -- No QUOTA: it can keep nothing in the database. QUOTA를 주지 않으므로 데이터를 저장할 수 없습니다.
  SELECT COUNT(*) INTO users FROM dba_users WHERE username = UPPER('&TANK_USER');
  IF users = 0 THEN
    apply('CREATE USER &TANK_USER IDENTIFIED BY "' || q'~&TANK_PASSWORD~' || '" PROFILE &TANK_PROFILE', 'CREATE USER &TANK_USER');
  END IF;
  apply('ALTER USER &TANK_USER PROFILE &TANK_PROFILE');
  apply('GRANT CREATE SESSION TO &TANK_USER');

  IF is_given('&TANK_ROLE') THEN
    apply('CREATE ROLE &TANK_ROLE', there_already => -1921);
    apply('GRANT &TANK_ROLE TO &TANK_USER');
  END IF;
  grant_each('&TANK_READ', '&TANK_READS');
  grant_each('EXECUTE', '&TANK_EXECUTES');
  IF is_given('&TANK_UPDATES') THEN
    apply('GRANT SELECT, UPDATE (&TANK_UPDATE_COLUMNS) ON &TANK_UPDATES TO ' || grantee);
  END IF;
END;
/
UNDEFINE TANK_PASSWORD

-- ==== 4. What the user may do now · 부여 결과 확인 ====

COLUMN grantee FORMAT A24
COLUMN what FORMAT A96
COLUMN limit FORMAT A24
COLUMN resource_name FORMAT A32
COLUMN account_status FORMAT A24
COLUMN profile FORMAT A24

PROMPT
PROMPT -- Expected: CREATE SESSION, the rights of section 1, and nothing else.
SELECT grantee, privilege AS what FROM dba_sys_privs WHERE grantee IN (UPPER('&TANK_USER'), UPPER('&TANK_ROLE'))
UNION ALL
SELECT grantee, 'role ' || granted_role FROM dba_role_privs WHERE grantee IN (UPPER('&TANK_USER'), UPPER('&TANK_ROLE'))
UNION ALL
SELECT grantee, privilege || ' ON ' || owner || '.' || table_name FROM dba_tab_privs WHERE grantee IN (UPPER('&TANK_USER'), UPPER('&TANK_ROLE'))
UNION ALL
SELECT grantee, privilege || ' (' || column_name || ') ON ' || owner || '.' || table_name FROM dba_col_privs WHERE grantee IN (UPPER('&TANK_USER'), UPPER('&TANK_ROLE'))
UNION ALL
SELECT username, 'QUOTA on ' || tablespace_name FROM dba_ts_quotas WHERE username = UPPER('&TANK_USER') AND max_bytes <> 0
UNION ALL
SELECT owner, 'owns ' || COUNT(*) || ' ' || object_type FROM dba_objects WHERE owner = UPPER('&TANK_USER') GROUP BY owner, object_type
ORDER BY 1, 2;

PROMPT
PROMPT -- PASSWORD_VERSIONS must have 11G or 12C.
SELECT username AS grantee, account_status, expiry_date, profile, password_versions FROM dba_users WHERE username = UPPER('&TANK_USER');

PROMPT
PROMPT -- Limits of resources count where RESOURCE_LIMIT is TRUE (it is by default since 12.2); those of passwords always.
SELECT resource_name, limit FROM dba_profiles WHERE profile = UPPER('&TANK_PROFILE') AND limit NOT IN ('DEFAULT', 'UNLIMITED') ORDER BY resource_type, resource_name;
SELECT name AS resource_name, value AS limit FROM v$parameter WHERE name IN ('resource_limit', 'sql92_security') ORDER BY name;

-- ==== 5. If you use the Resource Manager · Resource Manager를 쓰는 경우 ====
-- Map the user to a consumer group of yours, and let it switch there. 사용자를 기존 소비자 그룹에 연결합니다.

-- BEGIN
--   DBMS_RESOURCE_MANAGER.CREATE_PENDING_AREA();
--   DBMS_RESOURCE_MANAGER.SET_CONSUMER_GROUP_MAPPING(DBMS_RESOURCE_MANAGER.ORACLE_USER, 'TANK', 'YOUR_GROUP');
--   DBMS_RESOURCE_MANAGER.SUBMIT_PENDING_AREA();
--   DBMS_RESOURCE_MANAGER_PRIVS.GRANT_SWITCH_CONSUMER_GROUP('TANK', 'YOUR_GROUP', FALSE);
-- END;

PROMPT
PROMPT -- Done. Now let the engineer of Tank run: npm run oracle:selfcheck -- --connect ... --user &TANK_USER --update-table &TANK_UPDATES
