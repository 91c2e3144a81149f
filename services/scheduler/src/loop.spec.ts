import { Loop } from './loop.js';

const turns = () => new Promise((resolve) => setImmediate(resolve));

it('goes on at once while there is more to do, and then rests', async () => {
  let passes = 0;
  const loop = new Loop({ idleMs: 60_000 }, async () => (passes += 1) < 3, () => undefined);
  loop.start();
  await turns();
  await loop.stop();
  expect(passes).toBe(3);
});

it('is woken from its rest, also by a ring during a pass', async () => {
  let passes = 0;
  const loop: Loop = new Loop({ idleMs: 60_000 }, async () => {
    passes += 1;
    if (passes === 1) loop.wake();
    return false;
  }, () => undefined);
  loop.start();
  await turns();
  expect(passes).toBe(2);
  loop.wake();
  await turns();
  expect(passes).toBe(3);
  await loop.stop();
});

it('tells of an error, and is not hurried through the pause after it', async () => {
  const errors: unknown[] = [];
  const loop = new Loop({ idleMs: 1, errorPauseMs: 60_000 }, async () => { throw new Error('away'); }, (error) => errors.push(error));
  loop.start();
  await turns();
  loop.wake();
  await turns();
  expect(errors).toHaveLength(1);
  await loop.stop();
});
