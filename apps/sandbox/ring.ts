/** The last `capacity` values, each numbered from 1 in the order it came. */
export class Ring<T> {
  readonly #slots: T[] = [];
  #count = 0;

  constructor(readonly capacity: number) {}

  push(value: T): void {
    this.#slots[this.#count % this.capacity] = value;
    this.#count += 1;
  }

  /** Values numbered above `after`, oldest first; what the ring has forgotten is left out. */
  after(after: number, limit: number): { values: T[]; hasMore: boolean } {
    const first = Math.max(after, this.#count - this.capacity, 0);
    const last = Math.min(first + limit, this.#count);
    const values: T[] = [];
    for (let i = first; i < last; i += 1) values.push(this.#slots[i % this.capacity] as T);
    return { values, hasMore: last < this.#count };
  }

  clear(): void {
    this.#slots.length = 0;
    this.#count = 0;
  }
}
