/** What the dispatcher knows of a run before it sends more of it. */
export interface RunLoad {
  runId: string;
  /** 0 to 9; higher goes first. */
  priority: number;
  serial: boolean;
  waiting: number;
  /** On the road now. */
  dispatched: number;
  /** May not send now: paused, stopping, or waiting for a dependency. What it has on the road still counts. */
  held: boolean;
}

/** While nobody can say what the account's rate is. */
const WINDOW_OF_UNKNOWN_RATE = 200;
const LEAST_WINDOW = 4;
/** A second of sending, and about another one that a mail is on the road before and after. */
const SECONDS_ON_ROAD = 2;

/**
 * How many mails may be on the road: so few that data is looked up just before the send and an urgent mail waits no longer
 * than that, so many that the sender never waits for one.
 * @param perSecond the account's rate, shared by all senders; null while it is unknown
 */
export function windowFor(perSecond: number | null, most: number): number {
  const wanted = perSecond === null ? WINDOW_OF_UNKNOWN_RATE : Math.max(LEAST_WINDOW, Math.ceil(perSecond * SECONDS_ON_ROAD));
  return Math.min(wanted, most);
}

/**
 * How many more mails of each run may go on the road, so that all together stay within the window. Every run keeps at
 * least one on the road, even beyond the window: a bulk run of high priority starves nobody. What is free then goes to
 * the highest priority first, in equal parts among equals; a serial run never has more than one.
 */
export function shareWindow(loads: RunLoad[], window: number): Map<string, number> {
  const grants = new Map<string, number>();
  const open = loads.filter((load) => !load.held && load.waiting > 0);
  const onRoad = (load: RunLoad) => load.dispatched + (grants.get(load.runId) ?? 0);
  for (const load of open) if (load.dispatched === 0) grants.set(load.runId, 1);
  let free = window - loads.reduce((sum, load) => sum + onRoad(load), 0);
  for (const priority of [...new Set(open.map((load) => load.priority))].sort((a, b) => b - a)) {
    const equals = open.filter((load) => load.priority === priority && !load.serial);
    free = shareAmongEquals(equals, free, grants, onRoad);
  }
  return grants;
}

/** One at a time to the run with the fewest on the road; windows are a few hundred, so nothing cleverer is needed. */
function shareAmongEquals(equals: RunLoad[], free: number, grants: Map<string, number>, onRoad: (load: RunLoad) => number): number {
  while (free > 0) {
    const wanting = equals.filter((load) => load.waiting > (grants.get(load.runId) ?? 0));
    if (wanting.length === 0) break;
    const least = wanting.reduce((a, b) => (onRoad(b) < onRoad(a) ? b : a));
    grants.set(least.runId, (grants.get(least.runId) ?? 0) + 1);
    free -= 1;
  }
  return free;
}
