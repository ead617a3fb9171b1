import { defineConfig } from "vitest/config";

// In Chromium against a real node; started by src/test/java/io/carillon/web, which sets up the stage.
// One file after the other: there is one node, and some of them stop it.
export default defineConfig({
  test: { include: ["*.test.ts"], fileParallelism: false, testTimeout: 60_000, hookTimeout: 60_000 },
});
