// Run by `unshare --map-root-user --mount --net node loggingResolver.ts JAVA CLASS_PATH NDOTS KNOWN NAME`: a program looks a name
// up as a pod of the namespace `declarations` does, and one name is known. Prints the name of each query.
import { aloneWithResolver } from "./aloneWithResolver.ts";

const [java = "", classPath = "", ndots = "", known = "", name = ""] = process.argv.slice(2);

aloneWithResolver({
  folder: classPath,
  configuration: `search declarations.svc.cluster.local svc.cluster.local cluster.local\noptions ndots:${ndots}`,
  answer: (asked) => {
    process.stdout.write(`${asked}\n`);
    return asked === known ? "10.0.0.1" : "NXDOMAIN";
  },
  command: [java, "-cp", classPath, "Lookup", name],
  output: "ignore",
});
