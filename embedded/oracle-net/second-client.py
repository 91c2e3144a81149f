"""Holds the Oracle Net test server to the protocol with python-oracledb, which knows nothing of ours.

Usage: second-client.py <port>. Says each check as a sentence; ends with 1 when one of them failed.
"""

import datetime
import decimal
import sys
import threading
import time

import oracledb

DSN = "127.0.0.1:%s/orcl" % sys.argv[1]
LONG_TEXT = "가나다 abc " * 20000
failures = 0


def check(sentence):
    """Runs a check at once, and says how it went."""

    def run(body):
        global failures
        try:
            body()
            print("  ok    %s" % sentence)
        except Exception as error:  # whatever goes wrong is a failed check
            failures += 1
            print("  FAIL  %s: %s: %s" % (sentence, type(error).__name__, error))

    return run


def connect(**more):
    return oracledb.connect(**{"user": "tank", "password": "tank", "dsn": DSN, **more})


def equal(actual, expected):
    if actual != expected:
        raise AssertionError("%.300r is not %.300r" % (actual, expected))


def error_of(attempt):
    """The error of something that must fail, as `ORA-nnnnn` or `DPY-nnnn`."""
    try:
        attempt()
    except oracledb.Error as error:
        return error.args[0]
    raise AssertionError("this should have failed")


def rows_of(connection, sql, **binds):
    with connection.cursor() as cursor:
        return cursor.execute(sql, binds).fetchall()


@check("the right password opens a session, with either verifier")
def _():
    connect().close()
    connect(user="older", password="비밀 Pass#1").close()


@check("wrong passwords and locked accounts are refused with their numbers")
def _():
    equal(error_of(lambda: connect(password="wrong")).code, 1017)
    equal(error_of(lambda: connect(user="older", password="wrong")).code, 1017)
    equal(error_of(lambda: connect(user="locked", password="x")).code, 28000)


@check("unknown services and SIDs are refused by the listener")
def _():
    equal(error_of(lambda: connect(dsn=DSN.replace("orcl", "nope"))).full_code, "DPY-6001")
    sid = oracledb.makedsn("127.0.0.1", sys.argv[1], sid="NOPE")
    equal(error_of(lambda: connect(dsn=sid)).full_code, "DPY-6003")


@check("a password is changed in a session, and at the logon")
def _():
    with connect(user="changing", password="old") as connection:
        connection.changepassword("old", "newer")
    connect(user="changing", password="newer", newpassword="newest").close()
    equal(error_of(lambda: connect(user="changing", password="old")).code, 1017)
    connect(user="changing", password="newest").close()


main = connect()


@check("binds by name and by place come back, null as null")
def _():
    equal(rows_of(main, "select /* echo */ :a, :b, :c from dual", a="가", b=12.5, c=None), [("가", "12.5", None)])
    with main.cursor() as cursor:
        equal(cursor.execute("select /* echo */ :1, :2, :3 from dual", ["x", -7, "z"]).fetchall(), [("x", "-7", "z")])


@check("columns say name, type, size, precision and nullability")
def _():
    with main.cursor() as cursor:
        cursor.execute("select * from described")
        equal([column[0] for column in cursor.description], ["ID", "NAME", "AT"])
        equal([column[1] for column in cursor.description], [oracledb.DB_TYPE_NUMBER, oracledb.DB_TYPE_VARCHAR, oracledb.DB_TYPE_DATE])
        equal([column[4:] for column in cursor.description], [(10, 2, False), (None, None, True), (None, None, True)])


@check("numbers are exact")
def _():
    with main.cursor() as cursor:
        cursor.outputtypehandler = lambda cursor, name, kind, size, precision, scale: cursor.var(decimal.Decimal, arraysize=cursor.arraysize)
        texts = [str(row[0]) for row in cursor.execute("select * from numbers")]
    equal(texts, ["12345678901234567890", "-0.000001", "0", "-12.5", "99999999999999999999999999999999999999"])


@check("text, times, bytes, row ids and binary numbers keep their value")
def _():
    moment = datetime.datetime(2026, 11, 20, 23, 59, 58)
    zoned = datetime.datetime(2026, 1, 1, 8, 30, 0, 500000)
    equal(rows_of(main, "select * from everything"), [
        ("홍길동 😀", "국가", moment, moment.replace(microsecond=123456), zoned, b"\x00\xff", "AAAR3sAAEAAAACXAAA", 1.5, -0.25),
        (None, None, None, None, None, None, None, None, None),
    ])


@check("repeated values are repeated")
def _():
    with main.cursor() as cursor:
        cursor.arraysize = 3
        equal(cursor.execute("select * from repeated").fetchall(), [("same", i // 4, None) for i in range(20)])


@check("50,000 rows come in order")
def _():
    with main.cursor() as cursor:
        cursor.arraysize = 1000
        cursor.execute("select * from many")
        for index, row in enumerate(cursor):
            if row != (index, "이름 %d" % index):
                raise AssertionError(row)
        equal(index, 49999)


@check("large objects are read by locator, and as text and bytes")
def _():
    with main.cursor() as cursor:
        clob, blob, nothing = cursor.execute("select * from lobs").fetchone()
        equal((clob.size(), clob.read(2, 5), clob.read() == LONG_TEXT, blob.read(), nothing), (len(LONG_TEXT), LONG_TEXT[1:6], True, b"\x03" * 50000, None))
    with main.cursor() as cursor:
        cursor.outputtypehandler = lambda cursor, name, kind, size, precision, scale: cursor.var(
            oracledb.DB_TYPE_LONG_RAW if kind == oracledb.DB_TYPE_BLOB else oracledb.DB_TYPE_LONG, arraysize=cursor.arraysize)
        equal(cursor.execute("select * from lobs").fetchone(), (LONG_TEXT, b"\x03" * 50000, None))


@check("large objects and long text are bound")
def _():
    with main.cursor() as cursor:
        temporary = main.createlob(oracledb.DB_TYPE_CLOB)
        temporary.write(LONG_TEXT)
        for value in (temporary, LONG_TEXT, "x" * 4000, "가" * 10000):
            cursor.execute("update lengths set a = :1, b = :2", [value, "b"])
        equal(cursor.execute("select /* lengths */ * from lengths").fetchall(), [("%d,1" % length,) for length in (len(LONG_TEXT), len(LONG_TEXT), 4000, 10000)])


@check("a statement runs again with other binds, and several are open at once")
def _():
    equal([rows_of(main, "select /* echo */ :a, 1, 2 from dual", a=i)[0][0] for i in range(5)], ["0", "1", "2", "3", "4"])
    cursors = [main.cursor().execute("select * from many where %d = %d" % (i, i)) for i in range(5)]
    equal([cursor.fetchone()[0] for cursor in cursors for _ in range(2)], [0, 1] * 5)
    for cursor in cursors:
        cursor.close()


@check("20,000 rows of binds are executed and counted")
def _():
    with main.cursor() as cursor:
        cursor.executemany("update counted set a = :1 where b = :2", [["이름 %d" % i, i % 3] for i in range(20000)], arraydmlrowcounts=True)
        equal((cursor.rowcount, cursor.getarraydmlrowcounts()), (19999, [i % 3 for i in range(20000)]))


@check("rows that fail are told by number, row and message, few of them or many")
def _():
    for count in (3, 2000):
        with main.cursor() as cursor:
            cursor.executemany("update failing set a = :1", [[i] for i in range(count)], batcherrors=True)
            errors = cursor.getbatcherrors()
            equal([error.offset for error in errors], list(range(1, count, 2)))
            equal({error.code for error in errors}, {1})
            equal(errors[-1].message.startswith("ORA-00001: unique constraint"), True)


@check("a failed row ends an execution without batch errors")
def _():
    with main.cursor() as cursor:
        equal(error_of(lambda: cursor.executemany("update failing set a = :1", [[0], [2], [1], [4]])).code, 1)
    main.rollback()


@check("errors have number and place, and the connection is as good as before")
def _():
    for _ in range(3):
        error = error_of(lambda: rows_of(main, "select x from missing"))
        equal((error.code, error.offset), (942, 14))
        main.ping()


@check("parsing gives columns and executes nothing")
def _():
    with main.cursor() as cursor:
        cursor.parse("select * from described where id = :id")
        equal((cursor.bindnames(), [column[0] for column in cursor.description]), (["ID"], ["ID", "NAME", "AT"]))
        equal(error_of(lambda: cursor.parse("select * from missing")).code, 942)


@check("commit, rollback and autocommit do what they say")
def _():
    with connect() as connection, connection.cursor() as cursor:
        cursor.execute("update counted set a = :1 where b = :2", ["x", 1])
        connection.commit()
        cursor.execute("update counted set a = :1 where b = :2", ["x", 1])
        connection.rollback()
        connection.autocommit = True
        cursor.execute("update counted set a = :1 where b = :2", ["x", 1])
    equal(rows_of(main, "select * from transactions"), [(2, 2)])


@check("a read-only transaction refuses changes until its end")
def _():
    with main.cursor() as cursor:
        cursor.execute("set transaction read only")
        equal(error_of(lambda: cursor.execute("update counted set a = 1 where b = 1")).code, 1456)
    main.rollback()


@check("module, action, client identifier and schema arrive")
def _():
    with connect() as connection:
        connection.module, connection.action, connection.client_identifier, connection.clientinfo = "second", "검사", "client-2", "info"
        connection.current_schema = "HR"
        rows_of(connection, "select * from numbers")
    equal(rows_of(main, "select * from identity"), [("second", "검사", "client-2", "info", "HR")])


@check("a call time-out ends a call, and a cancel from elsewhere, too")
def _():
    with connect() as connection:
        connection.call_timeout = 200
        equal(error_of(lambda: rows_of(connection, "select * from endless")).full_code, "DPY-4024")
        connection.call_timeout = 0
        stopper = threading.Thread(target=lambda: (time.sleep(0.2), connection.cancel()))
        stopper.start()
        equal(error_of(lambda: rows_of(connection, "select * from endless")).code, 1013)
        stopper.join()
        connection.ping()


main.close()
sys.exit(1 if failures else 0)
