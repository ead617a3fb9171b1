export { type Carillon, connect } from "./client.ts";
export * from "./codes.ts";
export type * from "./events.ts";
export type { Member, PresenceState, Roster } from "./presence.ts";
export type * from "./types.ts";
export { browser, type World } from "./world.ts";
