import { itRunsTheDemo } from './demo-run.ts';

interface Connection {
  connectionId: string;
  kind: string;
}

describe("the demo through Oracle's driver, in front of the same customer's tables", () =>
  itRunsTheDemo({ source: 'oracle-net' }, (demo) => {
    it('is run on an Oracle, as far as Tank can tell', async () => {
      const { api } = demo().tank;
      const connections = await api.all<Connection>('/connection');
      expect(connections.map(({ kind }) => kind)).toEqual(['oracle']);
      expect(await api.post(`/connection/${connections[0]!.connectionId}/test`)).toMatchObject({ ok: true, serverVersion: '19.23.0.0.0' });
    });
  }));
