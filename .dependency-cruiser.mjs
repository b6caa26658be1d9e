/**
 * Who may import whom. Everything goes one way: cleartext, configuration, kubernetes <- description <- vault <- workload <- cluster, catalogue
 * <- components <- index.ts; site.ts, services/ and vaultClient/ beside them; recorder/ runs the program; rollout/ stands
 * alone; clusterClient/ asks a site's API server; command lines come last.
 */

/** Directories of `components/`, each with those that it may import. */
const layers = {
  cleartext: [],
  configuration: [],
  kubernetes: [],
  description: ["kubernetes"],
  vault: ["kubernetes", "description"],
  workload: ["cleartext", "kubernetes", "description", "vault"],
  cluster: ["kubernetes", "description", "workload"],
  catalogue: ["cleartext", "configuration", "kubernetes", "description", "workload", "monitoring"],
  monitoring: ["kubernetes", "description", "vault", "workload", "cluster"],
};

const commandLines = "^(command|recorder|rollout|clusterClient|delivery|cli|bench|sandbox|test)/";

export default {
  forbidden: [
    {
      name: "no-cycles",
      comment: "Imports form no cycle; only services may call each other.",
      severity: "error",
      from: { pathNot: "^services/" },
      to: { circular: true },
    },
    {
      name: "through-the-index",
      comment: "From outside, a directory of components/ is imported through its index.ts, which says what is public.",
      severity: "error",
      from: { pathNot: "^components/[^/]+/|^test/" },
      to: { path: "^components/[^/]+/", pathNot: "^components/[^/]+/index\\.ts$" },
    },
    ...Object.entries(layers).map(([layer, allowed]) => ({
      name: `components-${layer}`,
      comment: `components/${layer} imports ${allowed.join(", ") || "no other directory"}, and the types that people write.`,
      severity: "error",
      from: { path: `^components/${layer}/` },
      to: {
        path: "^components/[^/]+/",
        pathNot: [`^components/${layer}/`, ...allowed.map((other) => `^components/${other}/index\\.ts$`)],
      },
    })),
    {
      name: "builders-know-types-only",
      comment: "Of components/ itself, its directories import types, diagnostics, durations and suggestions.",
      severity: "error",
      from: { path: "^components/[^/]+/" },
      to: {
        path: "^components/[^/]+\\.ts$",
        pathNot: "^components/(diagnostic|duration|suggestion)\\.ts$",
        dependencyTypesNot: ["type-only"],
      },
    },
    {
      name: "builders-know-no-pulumi",
      comment: "What is below components/ takes and returns plain values; of the SDK it uses types only.",
      severity: "error",
      from: { path: "^components/[^/]+/" },
      to: { path: "@pulumi/", dependencyTypesNot: ["type-only"] },
    },
    {
      name: "components-stand-alone",
      comment: "Whoever installs the package has no site file, no catalogue and no command line of this project.",
      severity: "error",
      from: { path: "^components/" },
      to: {
        path: `^(index|site|suppliedSecrets|vaultSetup)\\.ts$|^(site|services|vaultClient)/|${commandLines}`,
      },
    },
    {
      name: "services-know-descriptions-only",
      comment: "A service's folder imports the type of a description, the kinds of secrets, and other services.",
      severity: "error",
      from: { path: "^services/[^/]+/" },
      to: { pathNot: "^components/(microservice|secrets)\\.ts$|^services/[^/]+/index\\.ts$" },
    },
    {
      name: "through-the-site",
      comment: "From outside, the rules for site data are imported through site.ts, which says what is public.",
      severity: "error",
      from: { pathNot: "^site(\\.ts$|/)|^test/" },
      to: { path: "^site/" },
    },
    {
      name: "site-is-plain",
      comment: "Reading a site's data needs no service, no command line and no Pulumi.",
      severity: "error",
      from: { path: "^site(\\.ts$|/)" },
      to: { path: `^(services|vaultClient)/|@pulumi/|${commandLines}` },
    },
    {
      name: "program-knows-no-command-line",
      comment: "The program runs under pulumi up without any command line of this project.",
      severity: "error",
      from: {
        path: "^(index|site|suppliedSecrets|vaultSetup)\\.ts$|^(site|services)/",
      },
      to: { path: commandLines },
    },
    {
      name: "vault-client-is-plain",
      comment: "The client of Vault serves the program and the commands; it needs no site, no service and no Pulumi.",
      severity: "error",
      from: { path: "^vaultClient/" },
      to: {
        path: `^(index|site|suppliedSecrets|vaultSetup)\\.ts$|^(site|services|components)/|@pulumi/|${commandLines}`,
      },
    },
    {
      name: "recorder-knows-no-command",
      comment: "The recorder runs the program for every command line, and knows none of them.",
      severity: "error",
      from: { path: "^(recorder|command)/" },
      to: { path: "^(clusterClient|delivery|cli|bench|sandbox|test)/" },
    },
    {
      name: "cluster-client-is-plain",
      comment: "The client of a cluster serves every command and knows none.",
      severity: "error",
      from: { path: "^clusterClient/" },
      to: {
        path: "^(index|site|suppliedSecrets|vaultSetup)\\.ts$|^(site|services|vaultClient|delivery|cli|bench|sandbox|test)/",
      },
    },
    {
      name: "through-the-cluster-client",
      comment: "From outside, the client of a cluster is imported through its index.ts.",
      severity: "error",
      from: { pathNot: "^(clusterClient|test)/" },
      to: { path: "^clusterClient/(?!index\\.ts$)" },
    },
    {
      name: "rollout-knows-no-command",
      comment: "Why a rollout does not get on is read from the cluster's objects alone; it knows nobody's command.",
      severity: "error",
      from: { path: "^rollout/" },
      to: {
        path: "^(?!rollout/|node_modules/)[^/]+\\.ts$|^(services|components|command|recorder|clusterClient|delivery|cli|bench|sandbox|test)/",
      },
    },
    {
      name: "delivery-knows-no-command",
      comment: "The parts of delivery serve any command line, and know none of them.",
      severity: "error",
      from: { path: "^delivery/" },
      to: { path: "^(cli|bench|sandbox|test)/" },
    },
    {
      name: "through-the-index-of-delivery",
      comment: "From outside, a directory of delivery/ is imported through its index.ts, which says what is public.",
      severity: "error",
      from: { path: "^(?:delivery/([^/]+)/|.)", pathNot: "^test/" },
      to: { path: "^delivery/[^/]+/", pathNot: "^delivery/[^/]+/index\\.ts$|^delivery/$1/" },
    },
    {
      name: "a-command-by-itself",
      comment: "The parts of a command are imported by that command and by nobody else.",
      severity: "error",
      from: { path: "^(?:cli/([^/]+)/|.)", pathNot: "^cli/[^/]+\\.ts$|^test/" },
      to: { path: "^cli/[^/]+/", pathNot: "^cli/$1/" },
    },
    {
      name: "providers-know-only-themselves",
      comment: "The stand-ins for provider plugins take any program's resources; they know nothing of this one's.",
      severity: "error",
      from: { path: "^sandbox/providers/" },
      to: {
        path: "^(index|site|suppliedSecrets|vaultSetup)\\.ts$|^(site|services|components|vaultClient|clusterClient|command|recorder|rollout|delivery|cli|bench|test)/|^sandbox/(?!providers/)",
      },
    },
    {
      name: "no-development-dependency-in-the-program",
      comment: "What runs in production is installed without development dependencies.",
      severity: "error",
      from: {
        path: "^(index|site|suppliedSecrets|vaultSetup)\\.ts$|^(site|services|components|vaultClient|clusterClient|command|recorder|rollout|delivery|cli)/",
      },
      to: { dependencyTypes: ["npm-dev"] },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: { exportsFields: ["exports"], conditionNames: ["import", "node", "default"] },
  },
};
