import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));

// Clocks are fake: what a test takes says how busy the machine is, and nothing else.
export default defineConfig({
  resolve: { alias: { "@carillon/client": at("client/src/index.ts"), "@carillon/react": at("react/src/index.ts") } },
  test: { include: ["client/test/**/*.test.ts", "{react,console}/test/**/*.test.{ts,tsx}"], testTimeout: 60_000 },
});
