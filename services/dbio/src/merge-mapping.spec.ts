import { describe, expect, it } from '@jest/globals';
import type { Row } from '@tank/contracts';
import { mergeMapping } from './merge-mapping.js';

const merge = (target: Row, mapped: Row[], key: string | undefined = 'CUSTOMER_ID') => mergeMapping(target, { columns: [], rows: mapped }, key);

describe('mergeMapping', () => {
  it('puts the mapping\'s columns over the target\'s, each name once in whatever case', () => {
    expect(merge({ CUSTOMER_ID: 'C1', EMAIL: 'old', NOTE: 'n' }, [{ email: 'new', amount: '10' }])).toEqual({ CUSTOMER_ID: 'C1', NOTE: 'n', email: 'new', amount: '10' });
  });

  it('lets the mapping\'s NULL replace a value', () => {
    expect(merge({ CUSTOMER_ID: 'C1', NOTE: 'n' }, [{ NOTE: null }])).toEqual({ CUSTOMER_ID: 'C1', NOTE: null });
  });

  it('stops when there is no row, and when there is more than one', () => {
    expect(() => merge({ CUSTOMER_ID: 'C1' }, [])).toThrow(expect.objectContaining({ code: 'MAPPING_NO_ROW' }));
    expect(() => merge({ CUSTOMER_ID: 'C1' }, [{ a: 1 }, { a: 2 }])).toThrow(expect.objectContaining({ code: 'MAPPING_MANY_ROWS' }));
  });

  it.each([['another', 'C2'], ['no', null]])('stops when the mapping returns %s recipient\'s key, naming no key', (_, other) => {
    expect(() => merge({ CUSTOMER_ID: 'C1' }, [{ customer_id: other, amount: 1 }])).toThrow(expect.objectContaining({ code: 'MAPPING_FAILED', message: expect.not.stringMatching(/C1|C2/) }));
  });

  it('keeps the target\'s own spelling of the same key: padding and digits make no other', () => {
    expect(merge({ CUSTOMER_ID: 'C1   ' }, [{ customer_id: 'C1', a: 1 }])).toEqual({ CUSTOMER_ID: 'C1   ', a: 1 });
    expect(merge({ CUSTOMER_ID: '42' }, [{ customer_id: 42 }])).toEqual({ CUSTOMER_ID: '42' });
    expect(merge({ customer_id: 'C1' }, [{ Customer_Id: 'C1' }])).toEqual({ customer_id: 'C1' });
  });
});
