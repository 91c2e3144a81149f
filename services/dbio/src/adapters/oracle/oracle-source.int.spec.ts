import { describe } from '@jest/globals';
import { itIsASource } from '../../../test/source-contract.js';
import { oracleUnderTest } from '../../../test/oracle-database.js';

describe.each(['23ai', '19c', '12.1'] as const)('OracleSource is a source, as %s speaks, which', (dialect) => {
  itIsASource(() => oracleUnderTest(dialect), {
    name: (written) => written.toUpperCase(),
    types: ['VARCHAR2(10)', 'NUMBER(38)', 'NUMBER(12,2)', 'NUMBER(5)', 'BINARY_DOUBLE', 'TIMESTAMP', 'TIMESTAMP WITH TIME ZONE', 'RAW(2000)', 'CHAR(4)'],
    codes: {
      unknownDatabase: 'SOURCE_UNKNOWN_SERVICE', unknownColumn: 'ORA-00904', unknownTable: 'ORA-00942', syntax: 'ORA-00923', notANumber: 'ORA-01722', tooLong: 'ORA-12899', divisionByZero: 'ORA-01476', readOnly: 'ORA-01456',
    },
  });
});
