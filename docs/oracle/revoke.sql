-- ============================================================================
-- Takes back what grants.sql gave. Stop Tank first, or its runs will pause.
-- grants.sql로 부여한 것을 회수합니다. 먼저 Tank를 중지하세요.

-- LOCK   locks the account and takes all its object rights; it can be given back by grants.sql and ALTER USER … ACCOUNT UNLOCK.
-- DROP   drops user, role and profile as well. The user owns nothing, so no data is lost; a user that does is not dropped.
-- LOCK은 계정을 잠그고 객체 권한을 회수합니다. DROP은 사용자, 롤, 프로파일까지 삭제합니다(객체를 소유한 사용자는 삭제되지 않음).
-- ============================================================================
WHENEVER SQLERROR EXIT FAILURE ROLLBACK
SET DEFINE ON
SET VERIFY OFF
SET FEEDBACK OFF
SET ECHO OFF
SET LINESIZE 160
SET PAGESIZE 200
SET SERVEROUTPUT ON

DEFINE TANK_USER    = TANK
DEFINE TANK_ROLE    = NONE
DEFINE TANK_PROFILE = TANK_PROFILE
DEFINE TANK_END     = LOCK

DECLARE
  -- What is not there need not be taken away. 없는 것은 건너뜁니다.
  PROCEDURE apply(statement VARCHAR2, is_gone PLS_INTEGER DEFAULT NULL) IS
  BEGIN
    EXECUTE IMMEDIATE statement;
    DBMS_OUTPUT.PUT_LINE('  done      ' || statement);
  EXCEPTION
    WHEN OTHERS THEN
      IF is_gone IS NULL OR SQLCODE <> is_gone THEN
        DBMS_OUTPUT.PUT_LINE('  REFUSED   ' || statement);
        RAISE;
      END IF;
      DBMS_OUTPUT.PUT_LINE('  is gone   ' || statement);
  END apply;
BEGIN
  apply('ALTER USER &TANK_USER ACCOUNT LOCK', -1918);
  FOR held IN (SELECT DISTINCT grantee, owner, table_name FROM (
      SELECT grantee, owner, table_name FROM dba_tab_privs UNION ALL SELECT grantee, owner, table_name FROM dba_col_privs)
    WHERE grantee IN (UPPER('&TANK_USER'), UPPER('&TANK_ROLE'))) LOOP
    apply('REVOKE ALL ON "' || held.owner || '"."' || held.table_name || '" FROM ' || held.grantee);
  END LOOP;

  IF UPPER('&TANK_END') = 'DROP' THEN
    apply('DROP USER &TANK_USER', -1918);
    IF UPPER('&TANK_ROLE') <> 'NONE' THEN
      apply('DROP ROLE &TANK_ROLE', -1919);
    END IF;
    apply('DROP PROFILE &TANK_PROFILE', -2380);
  END IF;
END;
/

PROMPT
PROMPT -- What is left of it, and sessions that are still open (end them with ALTER SYSTEM KILL SESSION 'sid,serial#' IMMEDIATE).
COLUMN username FORMAT A24
COLUMN account_status FORMAT A24
COLUMN module FORMAT A16
COLUMN action FORMAT A24
SELECT username, account_status, profile FROM dba_users WHERE username = UPPER('&TANK_USER');
SELECT sid, serial#, username, status, module, action, logon_time FROM v$session WHERE username = UPPER('&TANK_USER');
