import { PassThrough } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import { Line } from '../tns/line.ts';
import { DATA_HEADER_BYTES, PacketSplitter, ProtocolError } from '../tns/packets.ts';
import { MessageReader } from './message-reader.ts';
import { MessageWriter } from './message-writer.ts';

/** What is written comes out as packets, and is read again. */
function writtenWith(sdu: number, write: (writer: MessageWriter) => void): { reader: MessageReader; packets: Buffer[] } {
  const sent: Buffer[] = [];
  const socket = new PassThrough();
  socket.write = ((bytes: Buffer) => sent.push(Buffer.from(bytes)) > 0) as PassThrough['write'];
  const line = new Line(socket);
  line.useLargeLengths();
  const writer = new MessageWriter(line, sdu);
  write(writer);
  writer.end(false);
  const splitter = new PacketSplitter();
  splitter.hasLargeLengths = true;
  const packets = sent.flatMap((bytes) => splitter.split(bytes)).map(({ bytes }) => bytes);
  let next = 0;
  return { packets, reader: new MessageReader(async () => packets[next++]!.subarray(DATA_HEADER_BYTES)) };
}

const INTEGERS = [0, 1, 255, 256, 65_535, 65_536, 2 ** 32 - 1, 2 ** 32, 2 ** 53 - 1];
const TEXTS = [
  '', 'a', 'x'.repeat(24), 'x'.repeat(25), '가'.repeat(8), '가'.repeat(84), 'x'.repeat(252), 'x'.repeat(253), '가😀'.repeat(9_000), 'a'.repeat(32_767), 'a'.repeat(32_768),
];

describe.each([512, 8_192, 65_535])('a message in packets of at most %i bytes', (sdu) => {
  it('gives integers and texts back as they were, wherever a packet ends', async () => {
    const { reader, packets } = writtenWith(sdu, (writer) => {
      for (let i = 0; i < 300; i += 1) {
        writer.ubs(...INTEGERS);
        writer.text(TEXTS[i % TEXTS.length]!);
      }
    });
    for (let i = 0; i < 300; i += 1) {
      expect(await reader.part((from) => INTEGERS.map(() => from.ub()))).toEqual(INTEGERS);
      expect((await reader.part((from) => from.text())) === TEXTS[i % TEXTS.length]).toBe(true);
    }
    expect(packets.every((packet) => packet.length <= sdu)).toBe(true);
    expect(packets.length).toBeGreaterThan(3);
  });

  it('gives bytes back, cut or not, and rows one by one', async () => {
    const pieces = [1, 100, 252, 253, 10_000, 70_000].map((length) => Buffer.alloc(length, length % 256));
    const { reader } = writtenWith(sdu, (writer) => pieces.forEach((piece) => {
      writer.raw(piece);
      writer.bytesWithLength(piece);
    }));
    let next = 0;
    const rows = await reader.parts(pieces.length, (from) => {
      const raw = Buffer.from(from.bytes(pieces[next]!.length));
      const sized = Buffer.from(from.bytesWithLength()!);
      next += 1;
      return [raw, sized] as const;
    });
    expect(rows.every(([raw, sized], i) => raw.equals(pieces[i]!) && sized.equals(pieces[i]!))).toBe(true);
  });
});

describe('a message', () => {
  it('may be withdrawn as long as it has not left', async () => {
    const { reader } = writtenWith(8_192, (writer) => {
      writer.text('withdrawn');
      writer.abandon();
      writer.text('sent');
    });
    expect(await reader.part((from) => from.text())).toBe('sent');
  });

  it('gives room back that was not needed', async () => {
    const { reader } = writtenWith(8_192, (writer) => {
      const at = writer.reserve(10);
      writer.buffer[at] = 7;
      writer.giveBack(9);
      writer.u8(8);
    });
    expect(await reader.part((from) => [from.u8(), from.u8()])).toEqual([7, 8]);
  });

  it('with an impossible integer is refused', async () => {
    const { reader } = writtenWith(8_192, (writer) => writer.u8(9));
    await expect(reader.part((from) => from.ub())).rejects.toThrow(ProtocolError);
  });
});

describe('packets', () => {
  it('come out of any pieces of the stream', () => {
    const packet = Buffer.from('000b00000600000000000a', 'hex');
    const stream = Buffer.concat([packet, packet, packet]);
    for (let size = 1; size <= stream.length; size += 1) {
      const splitter = new PacketSplitter();
      const found = [];
      for (let at = 0; at < stream.length; at += size) found.push(...splitter.split(stream.subarray(at, at + size)));
      expect(found.map(({ kind, bytes }) => [kind, bytes.toString('hex')])).toEqual(Array.from({ length: 3 }, () => [6, packet.toString('hex')]));
    }
  });

  it('cannot be shorter than their header, or longer than any', () => {
    expect(() => new PacketSplitter().split(Buffer.from('0007000006000000', 'hex'))).toThrow(ProtocolError);
    const splitter = new PacketSplitter();
    splitter.hasLargeLengths = true;
    expect(() => splitter.split(Buffer.from('7fffffff06000000', 'hex'))).toThrow(ProtocolError);
  });
});
