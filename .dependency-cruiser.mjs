/** The direction of knowledge: index.ts -> site, services, components; components -> planners; planners -> nobody. */
export default {
  forbidden: [
    {
      name: "no-cycles",
      severity: "error",
      comment: "Rooms are read in one direction. Services may call each other, so their imports may form a cycle.",
      from: { pathNot: "^services/" },
      to: { circular: true },
    },
    {
      name: "planners-know-no-pulumi",
      severity: "error",
      comment: "A planner takes and returns plain values; the SDK's types are all that it may use.",
      from: { path: "^components/internal/" },
      to: { path: "@pulumi/", dependencyTypesNot: ["type-only"] },
    },
    {
      name: "planners-know-nobody",
      severity: "error",
      comment: "A planner imports planners and the types that components publish.",
      from: { path: "^components/internal/" },
      to: { path: "^(index|site)\\.ts$|^(services|cli|bench|test)/" },
    },
    {
      name: "planners-know-components-by-type",
      severity: "error",
      from: { path: "^components/internal/" },
      to: { path: "^components/[^/]+\\.ts$", dependencyTypesNot: ["type-only"] },
    },
    {
      name: "components-stand-alone",
      severity: "error",
      comment: "Somebody who installs the package has no site file, no catalogue and no command line of ours.",
      from: { path: "^components/" },
      to: { path: "^(index|site)\\.ts$|^(services|cli|bench|test)/" },
    },
    {
      name: "services-know-descriptions-only",
      severity: "error",
      comment: "A service's folder imports the type of a description, the kinds of secrets, and other services.",
      from: { path: "^services/[^/]+/" },
      to: { pathNot: "^components/(microservice|secrets)\\.ts$|^services/[^/]+/index\\.ts$" },
    },
    {
      name: "site-knows-no-service",
      severity: "error",
      from: { path: "^site\\.ts$" },
      to: { path: "^(services|cli|bench|test)/" },
    },
    {
      name: "program-knows-no-command-line",
      severity: "error",
      from: { path: "^(index|site)\\.ts$|^(services|components)/" },
      to: { path: "^(cli|bench|test)/" },
    },
    {
      name: "providers-know-only-themselves",
      severity: "error",
      comment: "The stand-ins for provider plugins take any program's resources; they know nothing of this one's.",
      from: { path: "^sandbox/providers/" },
      to: { path: "^(index|site)\\.ts$|^(services|components|cli|bench|test)/|^sandbox/(?!providers/)" },
    },
    {
      name: "no-development-dependency-in-the-program",
      severity: "error",
      from: { path: "^(index|site)\\.ts$|^(services|components|cli)/" },
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
