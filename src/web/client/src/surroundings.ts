import type { Undo } from "./types.ts";
import type { World } from "./world.ts";

const TICK = 5_000; // ms
const SLEPT = 15_000; // ms that a tick came late: the machine slept, or the tab was put away

/** Tells when it is worth looking at once (the network is back, the page is shown, the machine woke up), and when not. */
export function surroundings(world: World, wake: () => void, offline: () => void): Undo {
  let last = Date.now();
  const timer = setInterval(() => {
    const late = Date.now() - last - TICK;
    last = Date.now();
    if (late > SLEPT) wake();
  }, TICK);
  const undo = [
    world.on("online", wake),
    world.on("offline", offline),
    world.on("visibilitychange", () => world.visible() && wake()),
    world.on("pageshow", wake),
    world.on("resume", wake),
  ];
  return () => {
    clearInterval(timer);
    for (const one of undo) one();
  };
}
