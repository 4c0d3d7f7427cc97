import { badBodies } from './bad-bodies';
import { badDoors } from './bad-doors';
import { badFields } from './bad-fields';
import { badFiles } from './bad-files';
import { badMoney } from './bad-money';
import { badTasks } from './bad-tasks';
import { badRouting } from './bad-routing';
import type { BadRequest, House } from './house';

/** The table of requests that must be refused, each with the refusal that it has to get. */
export const badRequests = (house: House): BadRequest[] =>
  Object.entries({
    ...badDoors,
    ...badBodies,
    ...badFields,
    ...badMoney,
    ...badFiles,
    ...badTasks,
    ...badRouting,
  }).flatMap(([kind, make]) => make(house).map((one) => ({ kind, ...one })));
