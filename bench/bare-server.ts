// The least that could answer: one fixed JSON, over node:http. Started by the bench as a process of its own; tells its port.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

const body = Buffer.from(JSON.stringify({ items: Array.from({ length: 50 }, (_, at) => ({ at, name: '10월 이용대금 명세서', status: 'COMPLETED', counts: { total: 10_000, sent: 9_990 } })) }));
const server = createServer((_request, response) => response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': body.length }).end(body));
server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port));
process.once('disconnect', () => process.exit());
