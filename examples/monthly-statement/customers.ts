/** A customer of the demo, with what is wrong about him or her, if anything. */
export interface DemoCustomer {
  customerId: string;
  name: string;
  email: string;
  /** Won, exact. */
  amount: number;
  dueDate: string | null;
  points: number;
  /** What stands on the NAS for this customer. */
  file: 'one' | 'missing' | 'empty' | 'twice';
  /** What the run must make of it. */
  expected: { outcome: 'SENT' | 'SKIPPED' | 'FAIL'; errorCode: string | null };
}

/** The month of the statements, and the business date that the demo's run is given: statements go out the month after. */
export const STATEMENT_MONTH = '202610';
export const BUSINESS_DATE = '2026-11-10T09:00:00';

const CUSTOMERS = 200;
const SURNAMES = [...'김이박최정강조윤장임한오서신권황안송전홍'];
const GIVEN_NAMES = ['민준', '서연', '도윤', '하은', '지호', '수아', '예준', '지우', '현우', '채원'];

/** Row numbers (from 1) of the customers with a fault. */
const FAULTS: Record<number, Partial<DemoCustomer>> = {
  17: { file: 'missing', expected: { outcome: 'SKIPPED', errorCode: 'NOT_FOUND' } },
  42: { file: 'empty', expected: { outcome: 'SKIPPED', errorCode: 'INVALID' } },
  58: { email: 'not-an-address', expected: { outcome: 'FAIL', errorCode: 'BAD_ADDRESS' } },
  76: { file: 'missing', expected: { outcome: 'SKIPPED', errorCode: 'NOT_FOUND' } },
  91: { dueDate: null, expected: { outcome: 'FAIL', errorCode: 'TEMPLATE_VALUE_MISSING' } },
  118: { file: 'twice', expected: { outcome: 'SKIPPED', errorCode: 'DUPLICATED' } },
  133: { email: 'customer133@@mail.example', expected: { outcome: 'FAIL', errorCode: 'BAD_ADDRESS' } },
  150: { file: 'missing', expected: { outcome: 'SKIPPED', errorCode: 'NOT_FOUND' } },
  184: { dueDate: null, expected: { outcome: 'FAIL', errorCode: 'TEMPLATE_VALUE_MISSING' } },
};

/** The same 200 customers each time, in the order of the Target Query. Every address ends in `.example`. */
export const DEMO_CUSTOMERS: readonly DemoCustomer[] = Array.from({ length: CUSTOMERS }, (_, at) => customer(at + 1));

function customer(row: number): DemoCustomer {
  return {
    customerId: String(10_000_000 + row),
    name: `${SURNAMES[(row - 1) % SURNAMES.length]}${GIVEN_NAMES[Math.floor((row - 1) / SURNAMES.length)]}`,
    email: `customer${row}@mail.example`,
    amount: 12_340 + row * 67_890,
    dueDate: '2026-11-25',
    points: row * 13,
    file: 'one',
    expected: { outcome: 'SENT', errorCode: null },
    ...FAULTS[row],
  };
}
