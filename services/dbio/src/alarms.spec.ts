import { expect, it } from '@jest/globals';
import { systemErrorRaisedSchema, type SystemErrorRaised } from '@tank/contracts';
import { Alarms } from './alarms.js';
import { alarmWords } from './problem.js';

it('raises an alarm once a minute for what it is about', async () => {
  let now = 0;
  const heard: SystemErrorRaised[] = [];
  const alarms = new Alarms(async (error) => void heard.push(error), () => now);
  const raise = (about: string, code = 'SOURCE_DOWN') => alarms.raise({ about, code, ...alarmWords(['m', '알림'], ['r', '조치']), runId: null });
  await raise('a');
  await raise('a');
  await raise('b');
  await raise('a', 'SOURCE_FULL');
  expect(heard).toHaveLength(3);
  now = 60_000;
  await raise('a');
  expect(heard).toHaveLength(4);
  expect(systemErrorRaisedSchema.parse(heard[0])).toMatchObject({ message: 'm', remedy: 'r', ko: { message: '알림', remedy: '조치' } });
});
