import { QueryFailedError } from 'typeorm';
import { isDatabaseAway } from './database-away.js';

const told = (code: string, message = 'the server says no') => Object.assign(new Error(message), { code, severity: 'ERROR' });
const socket = (code: string) => Object.assign(new Error(`connect ${code} 127.0.0.1:5432`), { code });
const wrapped = (error: Error) => new QueryFailedError('SELECT 1', [], error);

describe('a database is away', () => {
  it.each([
    ['it refuses connections', socket('ECONNREFUSED')],
    ['its name is not known now', socket('EAI_AGAIN')],
    ['none of its addresses answers', Object.assign(new AggregateError([socket('ECONNREFUSED'), socket('ENETUNREACH')]), { code: 'ECONNREFUSED' })],
    ['the connection was lost', wrapped(new Error('Connection terminated unexpectedly'))],
    ['the pool has no connection in time', new Error('timeout exceeded when trying to connect')],
    ['it does not answer a statement in time', wrapped(new Error('Query read timeout'))],
    ['it starts or shuts down', wrapped(told('57P03'))],
    ['it became a standby', wrapped(told('25006'))],
    ['it has no connection left', told('53300')],
    ['it is full', wrapped(told('53100'))],
    ['it takes no connections', told('55000')],
    ['it is not there yet', told('3D000')],
    ['the role is not there yet', told('28000')],
    ['the transaction lost a race', wrapped(told('40P01'))],
    ['it cut the statement off', wrapped(told('57014'))],
  ])('when %s', (_, error) => {
    expect(isDatabaseAway(error)).toBe(true);
  });
});

describe('a database is there', () => {
  it.each([
    ['when a table is missing', wrapped(told('42P01'))],
    ['when a value does not fit, whatever words it quotes', wrapped(told('22P02', 'invalid input: "connection terminated"'))],
    ['when a row is there already', wrapped(told('23505'))],
    ['when Node was called wrongly', socket('ERR_INVALID_ARG_TYPE')],
    ['when one of several errors has another cause', new AggregateError([socket('ECONNREFUSED'), told('42P01')])],
    ['when our own code fails', new TypeError('x is undefined')],
    ['when nothing was thrown', undefined],
  ])('%s', (_, error) => {
    expect(isDatabaseAway(error)).toBe(false);
  });
});
