import { defineConfig } from "vite";

// `index.js` is the package, for bundlers; `client.js` (mode `served`) what a node serves: each one module, no imports.
export default defineConfig(({ mode }) => {
  const served = mode === "served";
  return {
    build: {
      target: "es2022",
      outDir: "dist",
      emptyOutDir: false,
      lib: served
        ? { entry: "src/served.ts", formats: ["es"], fileName: () => "client.js" }
        : { entry: "src/index.ts", formats: ["es"], fileName: () => "index.js" },
      rolldownOptions: { output: { minify: served } },
    },
  };
});
