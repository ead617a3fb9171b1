import { defineConfig } from "vitest/config";

// Against a real node, by src/test/java/io/carillon/web: CARILLON_STAGE says where its door is.
export default defineConfig({
  test: { include: ["node-test/**/*.test.ts"], testTimeout: 60_000, fileParallelism: false },
});
