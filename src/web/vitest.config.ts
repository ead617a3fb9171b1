import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

// Clocks are fake: what a test takes says how busy the machine is, and nothing else.
export default defineConfig({
  resolve: { alias: { "@carillon/client": fileURLToPath(new URL("client/src/index.ts", import.meta.url)) } },
  test: { include: ["client/test/**/*.test.ts", "react/test/**/*.test.{ts,tsx}"], testTimeout: 60_000 },
});
