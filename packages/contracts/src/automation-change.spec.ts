import { automationChangeSchema } from './automation.js';
import { REQUESTS } from './requests.js';

describe('a change of a definition', () => {
  it('has only the fields that were sent: what is absent stays', () => {
    const asked = { revision: 1, by: { userId: crypto.randomUUID(), name: 'kim' } };
    expect(automationChangeSchema.parse({ priority: 9 })).toEqual({ priority: 9 });
    const { change } = REQUESTS['scheduler.change-draft'].asks.parse({ automationId: crypto.randomUUID(), ...asked, change: { serial: true } });
    expect(change).toEqual({ serial: true });
  });

  it('tells null, which empties a field, from absent', () => {
    expect(automationChangeSchema.parse({ mapping: null })).toEqual({ mapping: null });
  });
});
