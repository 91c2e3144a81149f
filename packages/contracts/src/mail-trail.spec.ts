import { extendTrail, mailStepSchema, readTrail, TRAIL_LIMIT, TRAIL_STEPS, writeStep } from './mail-trail.js';

const AT = Date.parse('2026-11-20T00:00:00.000Z');
const one = { step: 'dispatch', at: AT, durationMs: null, tries: 1, note: null } as const;
const began = writeStep(one);

describe('the trail of a mail', () => {
  it('is read as it was written, each step after the other', () => {
    const written = TRAIL_STEPS.slice(1).reduce((trail, step, at) => extendTrail(trail, { step, at: AT + at, durationMs: at + 0.4, tries: at + 1, note: step === 'attach' ? 'NOT_FOUND' : null }), began);
    const steps = readTrail(written);
    expect(steps.map(({ step }) => step)).toEqual([...TRAIL_STEPS]);
    expect(steps.slice(0, 3)).toEqual([
      { step: 'dispatch', at: '2026-11-20T00:00:00.000Z', durationMs: null, note: null, tries: 1 },
      { step: 'map', at: '2026-11-20T00:00:00.000Z', durationMs: 0, note: null, tries: 1 },
      { step: 'attach', at: '2026-11-20T00:00:00.001Z', durationMs: 1, note: 'NOT_FOUND', tries: 2 },
    ]);
    for (const step of steps) mailStepSchema.parse(step);
    expect(written.length).toBeLessThan(300);
  });

  it('keeps the last word of a step that was begun again, and how often it was', () => {
    const failed = extendTrail(began, { ...one, step: 'map', note: 'DEFECT', tries: 2 });
    expect(readTrail(extendTrail(failed, { ...one, step: 'map', at: AT + 5, durationMs: 3 }))).toEqual([
      expect.objectContaining({ step: 'dispatch' }), { step: 'map', at: '2026-11-20T00:00:00.005Z', durationMs: 3, note: null, tries: 3 },
    ]);
  });

  it('does not begin in the middle of the road', () => {
    for (const nothing of [undefined, null, '', 'garbage', ';;']) expect(extendTrail(nothing, { ...one, step: 'render' })).toBe('');
  });

  it.each([
    'x', ',,,,', 'map', 'map,,,,', 'map,1,1,1,', `map,${AT},1,0,`, `map,${AT},-1,1,`, `map,${AT},1.5,1,`, `map,${AT},1,1,kim@customer.example`, `map,${AT},1,1,김`, `map,99999999999999,1,1,`, `map,NaN,1,1,`,
    `fly,${AT},1,1,`, `constructor,${AT},1,1,`, `map,${AT},1,1,\r\n`, `map,${AT},1,1,${'A'.repeat(41)}`, '{"step":"map"}', '\u0000',
  ])('leaves out what it cannot read: %j', (entry) => {
    expect(readTrail(entry)).toEqual([]);
    expect(readTrail(`${began};${entry};${writeStep({ ...one, step: 'send' })}`).map(({ step }) => step)).toEqual(['dispatch', 'send']);
    expect(readTrail(extendTrail(`${began};${entry}`, { ...one, step: 'send' })).map(({ step }) => step)).toEqual(['dispatch', 'send']);
  });

  it('takes nothing along that is not a code', () => {
    for (const note of ['kim@customer.example', '김철수', 'a sentence', 'A;B', 'A,B', 'X'.repeat(41), '']) expect(readTrail(writeStep({ ...one, note }))).toMatchObject([{ note: null }]);
    expect(readTrail(writeStep({ ...one, durationMs: 1e12, tries: 1e9 }))).toMatchObject([{ durationMs: 999_999_999, tries: 999_999 }]);
    expect(readTrail(writeStep({ ...one, durationMs: -1, tries: 0 }))).toMatchObject([{ durationMs: 0, tries: 1 }]);
  });

  it('is dropped when it grows without end', () => {
    let written = began;
    for (let at = 0; at < 200 && written !== ''; at += 1) {
      written = extendTrail(written, { ...one, step: at % 2 === 0 ? 'map' : 'attach' });
      expect(written.length).toBeLessThanOrEqual(TRAIL_LIMIT);
    }
    expect(written).toBe('');
    expect(readTrail('x'.repeat(TRAIL_LIMIT + 1))).toEqual([]);
    expect(readTrail(Array.from({ length: 200 }, () => began).join(';'))).toEqual([]);
  });
});
