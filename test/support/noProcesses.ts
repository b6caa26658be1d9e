import childProcess from "node:child_process";
import { syncBuiltinESMExports } from "node:module";
import { Server } from "node:net";

// Holds `npm run test:unit` to its promise: whatever starts a process or a server fails there, and belongs into `npm test`
// alone, see `vitest.unit.config.ts`.

function refuse(what: string): () => never {
  return () => {
    throw new Error(`a unit test starts no ${what}; add its file to the list in vitest.unit.config.ts`);
  };
}

for (const name of ["spawn", "spawnSync", "fork", "exec", "execSync", "execFile", "execFileSync"] as const) {
  Object.assign(childProcess, { [name]: refuse("process") });
}
Server.prototype.listen = refuse("server");
syncBuiltinESMExports();
