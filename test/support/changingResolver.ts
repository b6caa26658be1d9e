// Run by `unshare --map-root-user --mount --net node changingResolver.ts JAVA CLASS_PATH SECONDS`: a program is alone with a
// resolver that changes its mind. Prints what the program prints.
import { aloneWithResolver } from "./aloneWithResolver.ts";

/** What the resolver says, by seconds since its first query. */
const answers = [
  [1, "10.0.0.1"],
  [9, "10.0.0.2"],
] as const;

const [java = "", classPath = "", seconds = ""] = process.argv.slice(2);
let firstQuery: number | undefined;

aloneWithResolver({
  folder: classPath,
  configuration: "options timeout:1 attempts:1",
  answer: () => {
    firstQuery ??= Date.now();
    const passed = (Date.now() - firstQuery) / 1000;
    return answers.find(([until]) => passed < until)?.[1] ?? "SERVFAIL";
  },
  command: [java, "-cp", classPath, "Resolve", "db.tax.example", seconds],
  output: "inherit",
});
