import type { AnyTask, Lane } from '@winnow/contracts';
import type { Route } from '../policies/choose-ladder';
import type { ClaimedJob, RouteRecord, Verdict } from '../ports';

export interface IntakeAsk {
  readonly job: ClaimedJob;
  readonly task: AnyTask;
}
export interface Routed {
  readonly route: Route;
  readonly routeRecord?: RouteRecord;
}
export interface Planned {
  readonly lane: Lane;
}

export type IntakeAnswer = { readonly kind: 'planned' } | { readonly kind: 'ended'; readonly verdict: Verdict };
