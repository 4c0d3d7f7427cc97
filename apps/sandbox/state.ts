import { type DrawFault, faultDrawer } from './faults';
import { Gate } from './gate';
import { defaultKnobs, type Knobs } from './knobs';
import { PromptCache } from './prompt-cache';

/** What the control endpoint turns, and what follows from it. */
export class State {
  knobs: Knobs = defaultKnobs;
  drawFault: DrawFault = faultDrawer([], defaultKnobs.seed);
  readonly gate = new Gate();
  readonly promptCache = new PromptCache();
  #calls = 0;

  nextCall(): number {
    this.#calls += 1;
    return this.#calls;
  }

  apply(knobs: Knobs): void {
    const isRedrawn = knobs.faults !== this.knobs.faults || knobs.seed !== this.knobs.seed;
    if (isRedrawn) this.drawFault = faultDrawer(knobs.faults, knobs.seed);
    if (!knobs.cache.enabled) this.promptCache.clear();
    if (knobs.hold) this.gate.shut();
    else this.gate.release();
    this.knobs = knobs;
  }

  reset(): void {
    this.#calls = 0;
    this.promptCache.clear();
    this.apply({ ...defaultKnobs });
    this.drawFault = faultDrawer([], defaultKnobs.seed);
  }
}
