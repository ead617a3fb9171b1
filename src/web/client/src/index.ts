export { type Carillon, connect } from "./client.ts";
export * from "./codes.ts";
export type * from "./types.ts";
export type { World } from "./world.ts";
