import type { Duplex } from 'node:stream';
import { DATA_FLAG, DATA_HEADER_BYTES, HEADER_BYTES, MARKER, PACKET, packetOf, PacketSplitter, type Packet } from './packets.ts';

/** The client is gone, or the server cut it off. */
export class LineClosed extends Error {
  override name = 'LineClosed';
}

/** The client sent a break: nothing of the call that it broke is to be answered any more. */
export class Interrupted extends Error {
  override name = 'Interrupted';
}

interface Waiter {
  resolve: (value: Packet) => void;
  reject: (reason: Error) => void;
}

/**
 * One client's socket as packets. Data waits in a queue; a break of the client takes effect at once, whatever is being done:
 * it is answered with a break marker, what waits is thrown away, and the reset that follows ends the interruption.
 */
export class Line {
  /** The client sent a break whose reset was not yet answered. */
  isInterrupted = false;
  isClosed = false;
  hasLargeLengths = false;
  /** Called once when the client breaks, and once when it is gone. */
  onInterrupt: () => void = () => undefined;
  onClosed: () => void = () => undefined;
  readonly #socket: Duplex;
  readonly #splitter = new PacketSplitter();
  readonly #queue: Packet[] = [];
  #waiter: Waiter | null = null;
  #resets = 0;
  #isHung = false;
  #heardWhileHung: Packet[] = [];
  #brokenBecause: Error | null = null;
  /** Woken by every break, every reset, and the end. */
  readonly #sleepers = new Set<() => void>();

  constructor(socket: Duplex) {
    this.#socket = socket;
    socket.on('data', (chunk: Buffer) => this.#receive(chunk));
    socket.on('error', () => this.destroy());
    socket.on('end', () => this.destroy());
    socket.on('close', () => this.destroy());
  }

  /** What made the connection impossible to go on with, if anything did. */
  get brokenBecause(): Error | null {
    return this.#brokenBecause;
  }

  /** The next packet that is no marker. @throws LineClosed, Interrupted */
  next(): Promise<Packet> {
    if (this.isInterrupted) return Promise.reject(new Interrupted('The client broke its call.'));
    const packet = this.#queue.shift();
    if (packet) return Promise.resolve(packet);
    if (this.isClosed) return Promise.reject(new LineClosed('The client is gone.'));
    return new Promise((resolve, reject) => (this.#waiter = { resolve, reject }));
  }

  /** The payload of the next data packet. @throws LineClosed, Interrupted, ProtocolError */
  async nextPayload(): Promise<Buffer> {
    for (;;) {
      const { kind, bytes } = await this.next();
      if (kind !== PACKET.data) continue;
      if (bytes.length >= DATA_HEADER_BYTES && (bytes.readUInt16BE(HEADER_BYTES) & DATA_FLAG.endOfFile) !== 0) {
        this.destroy();
        throw new LineClosed('The client said that it ends.');
      }
      return bytes.subarray(DATA_HEADER_BYTES);
    }
  }

  /** Lengths have 32 bits from here on, in both directions. */
  useLargeLengths(): void {
    this.hasLargeLengths = true;
    this.#splitter.hasLargeLengths = true;
  }

  /** @returns false when the client does not read fast enough: wait for `drained`. */
  write(bytes: Buffer): boolean {
    return this.isClosed || this.#socket.write(bytes);
  }

  sendMarker(kind: number): void {
    this.write(packetOf(PACKET.marker, Buffer.from([1, 0, kind]), this.hasLargeLengths));
  }

  /** Waits until the client has read most of what was written, or is gone. */
  async drained(): Promise<void> {
    if (this.isClosed || !this.#socket.writableNeedDrain) return;
    await new Promise<void>((resolve) => {
      this.#socket.once('drain', resolve);
      this.#socket.once('close', resolve);
    });
  }

  /** Waits for the client's reset marker and answers it; the line is clean after that. @throws LineClosed */
  async reset(): Promise<void> {
    while (this.#resets === 0) {
      if (this.isClosed) throw new LineClosed('The client is gone.');
      await new Promise<void>((resolve) => this.#sleepers.add(resolve));
    }
    this.#resets = 0;
    this.#queue.length = 0;
    this.isInterrupted = false;
    this.sendMarker(MARKER.reset);
  }

  /** Waits, but no longer than the client does. @throws LineClosed, Interrupted */
  async pause(ms: number): Promise<void> {
    await this.#sleep(new Promise((resolve) => setTimeout(resolve, ms).unref()));
    this.#throwWhenOver();
  }

  /** Hears nothing, not even a break, until the promise is settled; then what came meanwhile is heard. @throws LineClosed, Interrupted */
  async hangUntil(over: Promise<void>): Promise<void> {
    this.#isHung = true;
    await this.#sleep(over);
    this.#isHung = false;
    const heard = this.#heardWhileHung;
    this.#heardWhileHung = [];
    for (const packet of heard) this.#hear(packet);
    this.#throwWhenOver();
  }

  async #sleep(over: Promise<void>): Promise<void> {
    if (this.isClosed || this.isInterrupted) return;
    await new Promise<void>((resolve) => {
      this.#sleepers.add(resolve);
      void over.then(resolve);
    });
  }

  #throwWhenOver(): void {
    if (this.isClosed) throw new LineClosed('The client is gone.');
    if (this.isInterrupted) throw new Interrupted('The client broke its call.');
  }

  /** Ends as a server does: what was written still arrives. */
  end(): void {
    if (!this.isClosed) this.#socket.end();
  }

  destroy(because?: Error): void {
    if (this.isClosed) return;
    this.isClosed = true;
    this.#brokenBecause = because ?? null;
    this.#socket.destroy();
    this.#waiter?.reject(because ?? new LineClosed('The client is gone.'));
    this.#waiter = null;
    this.#wakeSleepers();
    this.onClosed();
  }

  #receive(chunk: Buffer): void {
    try {
      for (const packet of this.#splitter.split(chunk)) {
        if (this.#isHung) this.#heardWhileHung.push(packet);
        else this.#hear(packet);
      }
    } catch (error) {
      this.destroy(error as Error);
    }
  }

  #hear(packet: Packet): void {
    if (packet.kind === PACKET.marker) return this.#hearMarker(packet.bytes[10]);
    if (this.isInterrupted) return;
    if (!this.#waiter) return void this.#queue.push(packet);
    this.#waiter.resolve(packet);
    this.#waiter = null;
  }

  #hearMarker(kind: number | undefined): void {
    if (kind === MARKER.reset) {
      this.#resets += 1;
      return this.#wakeSleepers();
    }
    if (this.isInterrupted) return;
    this.isInterrupted = true;
    this.#queue.length = 0;
    this.sendMarker(MARKER.break);
    this.#waiter?.reject(new Interrupted('The client broke its call.'));
    this.#waiter = null;
    this.#wakeSleepers();
    this.onInterrupt();
  }

  #wakeSleepers(): void {
    for (const wake of this.#sleepers) wake();
    this.#sleepers.clear();
  }
}
