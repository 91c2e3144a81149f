export interface ErasableValues {
  /** Erases what rows of long-ended runs say of people. @returns how many rows it erased; fewer than `limit`: none are left. */
  eraseOlderThan(days: number, limit: number): Promise<number>;
}

const ROWS_AT_ONCE = 5_000;

/** A manifest keeps what happened to each row, and forgets whose row it was. */
export class EraseValues {
  constructor(private readonly values: ErasableValues, private readonly days: number) {}

  /** @returns whether there is more to do right away. */
  async pass(): Promise<boolean> {
    return (await this.values.eraseOlderThan(this.days, ROWS_AT_ONCE)) === ROWS_AT_ONCE;
  }
}
