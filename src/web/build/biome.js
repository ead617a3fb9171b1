// Formatter and linter, by the binary of this machine. The package that chooses one by itself wants all of them in the
// lock file, and not every registry has those of other systems.
import { spawnSync } from "node:child_process";
import { createRequire } from "node:module";

try {
  const binary = createRequire(import.meta.url).resolve(`@biomejs/cli-${process.platform}-${process.arch}/biome`);
  process.exit(spawnSync(binary, process.argv.slice(2), { stdio: "inherit" }).status ?? 1);
} catch {
  console.log(`biome: skipped, there is none here for ${process.platform} on ${process.arch}`);
}
