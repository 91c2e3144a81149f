export type Duty = 'clock' | 'dispatch' | 'announce';

/** Tells a loop that there is something for it to do before its time; a ring nobody hears costs only its poll interval. */
export class Bell {
  private readonly listeners = new Map<Duty, () => void>();

  onRing(duty: Duty, wake: () => void): void {
    this.listeners.set(duty, wake);
  }

  ring(...duties: Duty[]): void {
    for (const duty of duties) this.listeners.get(duty)?.();
  }
}
