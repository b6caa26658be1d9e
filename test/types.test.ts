import { readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { describe, expect, test } from "vitest";

// What people write has a type and a schema. A field that only one of the two has must not compile: it would be accepted
// by the editor and refused by the program, or the other way round.

const root = join(import.meta.dirname, "..");
const text = (file: string) => readFileSync(join(root, file), "utf8");

const schemas = [
  ...["components/description/schema.ts", "components/description/podSchema.ts"],
  ...["site.ts", "site/exposure.ts", "site/gate.ts", "site/history.ts", "site/monitoring.ts"],
  ...["site/network.ts", "site/nodes.ts"],
];

/** Where each type is, and where its schema. */
const tied = [
  ...["Microservice", "Resources", "Jvm", "Probe", "Probes", "Autoscaling", "AutoscalingMetric", "Exposure"],
  ...["Rollout", "Shutdown", "SecurityContext", "SecurityException", "SecurityExceptions", "Transforms"],
]
  .map((name) => ({ name, types: "components/microservice.ts", schema: "components/description/schema.ts" }))
  .concat(
    ["GeneratedSecret", "SuppliedSecret", "IssuedSecret", "ExistingSecret"].map((name) => ({
      name,
      types: "components/secrets.ts",
      schema: "components/description/schema.ts",
    })),
    ["PodField", "EmptyDir"].map((name) => ({
      name,
      types: "components/microservice.ts",
      schema: "components/description/podSchema.ts",
    })),
    [...["SiteData", "SiteKubernetes", "SiteVault", "OutsideBackingService", "InsideBackingService"]].map((name) => ({
      name,
      types: "components/siteData.ts",
      schema: "site.ts",
    })),
    { name: "SiteNode", types: "components/siteData.ts", schema: "site/nodes.ts" },
    ["IngressExposure", "GatewayExposure"].map((name) => ({
      name,
      types: "components/siteData.ts",
      schema: "site/exposure.ts",
    })),
    ["SourcePods", "SourceAddresses"].map((name) => ({
      name,
      types: "components/trafficSource.ts",
      schema: "site/network.ts",
    })),
    ["SiteDns", "SiteNetwork"].map((name) => ({
      name,
      types: "components/siteData.ts",
      schema: "site/network.ts",
    })),
    ["PrometheusMonitoring", "OperatorMonitoring", "NoMonitoring", "MonitoringReceivers", "PeerPrometheus"].map(
      (name) => ({ name, types: "components/siteMonitoring.ts", schema: "site/monitoring.ts" }),
    ),
    ["SiteGate", "GateEntrance", "GatePrometheus"].map((name) => ({
      name,
      types: "components/siteGate.ts",
      schema: "site/gate.ts",
    })),
    ["GitHistory", "S3History"].map((name) => ({
      name,
      types: "components/siteHistory.ts",
      schema: "site/history.ts",
    })),
  );

/** The name of a field that nobody has, of its own for each type. */
const extra = (name: string) => `extraOf${name}`;

let earlier: ts.Program | undefined;

/** What the compiler says of the schemas when these files have other text. */
function errorsWith(changed: ReadonlyMap<string, string>): string[] {
  const parsed = ts.getParsedCommandLineOfConfigFile(
    join(root, "tsconfig.json"),
    { noEmit: true, incremental: false },
    {
      ...ts.sys,
      onUnRecoverableConfigFileDiagnostic: (diagnostic) => expect.unreachable(String(diagnostic.messageText)),
    },
  );
  const options = { ...parsed?.options };
  // Not given together with what is compiled in memory only.
  delete options.tsBuildInfoFile;
  const host = ts.createCompilerHost(options);
  const { readFile, getSourceFile } = host;
  const overlay = new Map([...changed].map(([file, content]) => [join(root, file), content]));
  host.readFile = (file) => overlay.get(file) ?? readFile(file);
  host.getSourceFile = (file, ...rest) =>
    overlay.has(file) || earlier?.getSourceFile(file) === undefined || changedBefore.has(file)
      ? getSourceFile(file, ...rest)
      : earlier.getSourceFile(file);
  const program = ts.createProgram({
    rootNames: schemas.map((file) => join(root, file)),
    options,
    host,
    ...(earlier === undefined ? {} : { oldProgram: earlier }),
  });
  changedBefore = new Set(overlay.keys());
  earlier = program;
  return schemas.flatMap((file) =>
    program
      .getSemanticDiagnostics(program.getSourceFile(join(root, file)))
      .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n")),
  );
}
let changedBefore: ReadonlySet<string> = new Set();

/** Each of the files with one field more in every type or schema that is tied to another. */
function extended(which: "types" | "schema"): Map<string, string> {
  const changed = new Map<string, string>();
  for (const { name, [which]: file } of tied) {
    const before = changed.get(file) ?? text(file);
    const after =
      which === "types"
        ? before.replace(
            new RegExp(`^(export interface ${name}\\b[^{]*\\{\\n)`, "m"),
            `$1  readonly ${extra(name)}?: string;\n`,
          )
        : before.replace(
            new RegExp(`,?(\\s*\\} satisfies Fields<\\s*${name}(?: & [^>]*)?\\s*>)`),
            `, ${extra(name)}: z.string().optional()$1`,
          );
    expect(after, name).not.toBe(before);
    changed.set(file, after);
  }
  return changed;
}

describe("type and schema of what people write", () => {
  test("fit each other as they are", () => {
    expect(errorsWith(new Map())).toEqual([]);
  });

  test.each(["types", "schema"] as const)(
    "a field in the %s alone does not compile, and the error names it",
    (which) => {
      const errors = errorsWith(extended(which)).join("\n");
      // Of a type that has another's fields, tsc lists what is missing without quotes.
      for (const { name } of tied) expect(errors).toMatch(new RegExp(`\\b${extra(name)}\\b`));
    },
  );
});
