// Formatter and linter, by this system's binary alone: the package that chooses one by itself wants those of all systems
// in the lock file.
import { spawnSync } from "node:child_process";
import { createRequire } from "node:module";

try {
  const binary = createRequire(import.meta.url).resolve(`@biomejs/cli-${process.platform}-${process.arch}/biome`);
  process.exit(spawnSync(binary, process.argv.slice(2), { stdio: "inherit" }).status ?? 1);
} catch {
  console.log(`biome: skipped, there is none here for ${process.platform} on ${process.arch}`);
}
