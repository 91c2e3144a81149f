import { describe, expect, it } from '@jest/globals';
import { bindTexts, KeptOraclePlans, planQuery } from './oracle-plan.js';

describe('a query on its way to Oracle', () => {
  it('has one bind for all places of a name, so that GROUP BY knows its expression again', () => {
    const plan = planQuery('mapping', 'SELECT name || :X AS n FROM customer WHERE id = :id GROUP BY name || :x', false);
    expect(plan.named.text).toBe('SELECT name || :b1 AS n FROM customer WHERE id = :b2 GROUP BY name || :b1');
    expect(bindTexts(plan, { ID: '7', x: '!' })).toEqual(['!', '7']);
  });

  it('binds everything as text, and NULL as NULL', () => {
    const plan = planQuery('update', 'UPDATE t SET a = :a, b = :b, c = :c WHERE id = :id', false);
    expect(bindTexts(plan, { a: 1.5, b: null, c: true, id: '12345678901234567890' })).toEqual(['1.5', null, 'true', '12345678901234567890']);
  });

  it('finds the columns again when a row has others than the row before', () => {
    const plan = planQuery('mapping', 'SELECT a FROM t WHERE id = :id', false);
    expect(bindTexts(plan, { ID: '1', name: 'a' })).toEqual(['1']);
    expect(bindTexts(plan, { name: 'b', id: '2' })).toEqual(['2']);
    expect(bindTexts(plan, { ID: '3', id: '4' })).toEqual(['4']);
    expect(() => bindTexts(plan, { Id: '5', ID: '6' })).toThrow('No column is called id');
    expect(() => bindTexts(plan, { name: 'c' })).toThrow('No column is called id');
    expect(bindTexts(plan, { ID: '7', name: 'd' })).toEqual(['7']);
  });

  it('is planned once for each purpose', () => {
    const plans = new KeptOraclePlans(false);
    expect(plans.planFor('mapping', 'SELECT 1 AS a FROM dual')).toBe(plans.planFor('mapping', 'SELECT 1 AS a FROM dual'));
    expect(() => plans.planFor('update', 'SELECT 1 AS a FROM dual')).toThrow();
  });
});
