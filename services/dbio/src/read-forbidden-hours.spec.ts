import { describe, expect, it } from '@jest/globals';
import { forbiddenHoursSchema, WEEKDAYS } from '@tank/contracts';
import { readForbiddenHours } from './read-forbidden-hours.js';

describe('readForbiddenHours', () => {
  it.each<[string, object[]]>([
    ['MON-FRI 09:00-18:00, SAT 09:00-12:00', [{ days: ['MON', 'TUE', 'WED', 'THU', 'FRI'], from: '09:00', to: '18:00' }, { days: ['SAT'], from: '09:00', to: '12:00' }]],
    ['09:00-18:00', [{ days: [...WEEKDAYS], from: '09:00', to: '18:00' }]],
    ['fri - mon 9:00 ~ 18:30', [{ days: ['MON', 'FRI', 'SAT', 'SUN'], from: '09:00', to: '18:30' }]],
    ['MON WED FRI-SAT 22:00-06:00;', [{ days: ['MON', 'WED', 'FRI', 'SAT'], from: '22:00', to: '06:00' }]],
    ['SUN 20:00-24:00', [{ days: ['SUN'], from: '20:00', to: '00:00' }]],
  ])('reads %s', (text, hours) => {
    expect(readForbiddenHours(text)).toEqual(hours);
    for (const one of hours) expect(forbiddenHoursSchema.parse(one)).toEqual(one);
  });

  it.each([
    ['MON-FRY 09:00-18:00', /"MON-FRY 09:00-18:00": FRY is no day, which are MON, TUE/],
    ['MON-FRI 09:00-25:00', /25:00 is no time of day/],
    ['MON-FRI 9-18', /"MON-FRI 9-18" cannot be read\. Write them as MON-FRI 09:00-18:00/],
    ['MON-WED-FRI 09:00-18:00', /MON-WED-FRI is no range of days/],
    ['MON- 09:00-18:00', /nothing is no day/],
    ['24:00-06:00', /24:00 is no time of day/],
    ['weekdays', /"weekdays" cannot be read/],
    [' , ', /There are no hours in it/],
  ])('says what it cannot read in %s', (text, sentence) => expect(() => readForbiddenHours(text)).toThrow(sentence));
});
