// What a node serves as /client.js: the same, with the node that served it as the default.

import { connect as anywhere, type Carillon } from "./client.ts";
import type { ConnectOptions } from "./types.ts";

export * from "./index.ts";

export function connect(options: ConnectOptions = {}): Carillon {
  return anywhere({ url: new URL(import.meta.url).origin, ...options });
}
