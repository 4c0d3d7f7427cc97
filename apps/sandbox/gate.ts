/** Where calls wait while the sandbox is told to hold them. */
export class Gate {
  #opened: Promise<void> | undefined;
  #open: (() => void) | undefined;

  shut(): void {
    this.#opened ??= new Promise((resolve) => {
      this.#open = resolve;
    });
  }

  release(): void {
    this.#open?.();
    this.#opened = undefined;
    this.#open = undefined;
  }

  get isShut(): boolean {
    return this.#opened !== undefined;
  }

  /** Undefined when open: the usual call must not pay for a promise. */
  get opened(): Promise<void> | undefined {
    return this.#opened;
  }
}
