import { readFileSync } from "node:fs";
import { join } from "node:path";
import { projectFolder } from "../../recorder/stackFile.ts";

/** Executables of the sandbox. */
export type ToolName =
  | "etcd"
  | "kube-apiserver"
  | "kube-controller-manager"
  | "kube-scheduler"
  | "kwok"
  | "pulumi"
  | "pulumi-resource-kubernetes"
  | "vault"
  | "vault-plugin-auth-kubernetes";

/** How to build an executable from pinned sources, and how to recognise an installed one. */
export interface Tool<Name extends string = ToolName> {
  readonly name: Name;
  /** Folder next to this file with the `go.mod` that pins the tool. */
  readonly folder: string;
  /** Go module whose version in that `go.mod` is the tool's version. */
  readonly module: string;
  /** The Go package to build; `.` for a `main.go` in the tool's folder. */
  readonly package: string;
  /**
   * Files of the module, by their paths in it, that the `main.go` in the tool's folder embeds under their own names.
   * @default none
   */
  readonly embeds?: readonly string[];
  /**
   * Go build tags.
   * @default none
   */
  readonly tags?: string;
  /** Linker variables for the version, which a build from a module does not set by itself. */
  readonly versionVariables?: (version: string) => Readonly<Record<string, string>>;
  /** Arguments that make the tool print its version. If absent, an installed tool is never used. */
  readonly versionArguments?: readonly string[];
  /**
   * Which installed versions are accepted: `minor` for the same minor version with at least the pinned patch; `major`
   * for the same major version, not older than the pinned one.
   * @default "minor"
   */
  readonly fits?: "minor" | "major";
}

function kubernetes<Name extends string>(name: Name, folder = "kubernetes"): Tool<Name> {
  const version = "k8s.io/component-base/version";
  return {
    name,
    folder,
    module: "k8s.io/kubernetes",
    package: `k8s.io/kubernetes/cmd/${name}`,
    versionVariables: (tag) => ({
      [`${version}.gitVersion`]: tag,
      [`${version}.gitMajor`]: tag.slice(1).split(".")[0] ?? "",
      [`${version}.gitMinor`]: tag.split(".")[1] ?? "",
    }),
    versionArguments: ["--version"],
  };
}

/** The version of an installed Pulumi SDK, which is also that of its provider plugin: `4.34.2`. */
export function sdkVersion(name: "kubernetes" | "vault" | "random"): string {
  const file = join(projectFolder, "node_modules", "@pulumi", name, "package.json");
  const { version }: { version: string } = JSON.parse(readFileSync(file, "utf8"));
  return version.replace(/^v/, "");
}

/** All tools in build order: those that the first test needs come first. */
export const tools: readonly Tool[] = [
  {
    name: "etcd",
    folder: "etcd",
    module: "go.etcd.io/etcd/server/v3",
    package: "go.etcd.io/etcd/server/v3",
    versionArguments: ["--version"],
  },
  kubernetes("kube-apiserver"),
  kubernetes("kube-controller-manager"),
  kubernetes("kube-scheduler"),
  {
    name: "kwok",
    folder: "kwok",
    module: "sigs.k8s.io/kwok",
    package: "sigs.k8s.io/kwok/cmd/kwok",
    versionVariables: (tag) => ({ "sigs.k8s.io/kwok/pkg/consts.Version": tag }),
    versionArguments: ["--version"],
  },
  {
    name: "pulumi",
    folder: "pulumi",
    module: "github.com/pulumi/pulumi/pkg/v3",
    package: "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
    versionVariables: (tag) => ({ "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version": tag }),
    versionArguments: ["version"],
    fits: "major",
  },
  // The provider plugin of the Kubernetes SDK in package.json: the engine asks for the SDK's version.
  {
    name: "pulumi-resource-kubernetes",
    folder: "pulumi-kubernetes",
    module: "github.com/pulumi/pulumi-kubernetes/provider/v4",
    package: ".",
    embeds: ["cmd/pulumi-resource-kubernetes/schema.json", "cmd/pulumi-resource-kubernetes/terraform-mapping.json"],
    versionVariables: () => ({ "main.version": sdkVersion("kubernetes") }),
  },
  // Without the tag, building Vault takes five times as long. The tag excludes cloud backends, which are not used here.
  {
    name: "vault",
    folder: "vault",
    module: "github.com/hashicorp/vault",
    package: "github.com/hashicorp/vault",
    tags: "minimal",
    versionArguments: ["version"],
  },
  {
    name: "vault-plugin-auth-kubernetes",
    folder: "vault-auth-kubernetes",
    module: "github.com/hashicorp/vault-plugin-auth-kubernetes",
    package: "github.com/hashicorp/vault-plugin-auth-kubernetes/cmd/vault-plugin-auth-kubernetes",
  },
];

/** Not a part of the sandbox: people have their own, and the tests run with it the commands that this project prints. */
export const kubectl: Tool<"kubectl"> = {
  ...kubernetes("kubectl", "kubectl"),
  versionArguments: ["version", "--client"],
};

/**
 * The version of a module that a `go.mod` pins.
 * @throws Error if it pins none.
 */
export function pinnedVersion(goMod: string, module: string): string {
  for (const line of goMod.split("\n")) {
    const [path, version] = line
      .replace(/^require\s+/, "")
      .trim()
      .split(/\s+/);
    if (path === module && version !== undefined) return version;
  }
  throw new Error(`the go.mod pins no version of ${module}`);
}

/** Whether an installed version is accepted in place of the pinned one. Both may have a leading `v`. */
export function fits(installed: string, pinned: string, rule: Tool["fits"] = "minor"): boolean {
  const [has, needs] = [installed, pinned].map((text) => /(\d+)\.(\d+)\.(\d+)/.exec(text)?.slice(1).map(Number));
  if (has === undefined || needs === undefined) return false;
  const [major = 0, minor = 0, patch = 0] = has;
  const [wantedMajor = 0, wantedMinor = 0, wantedPatch = 0] = needs;
  if (major !== wantedMajor) return false;
  if (rule === "major" && minor > wantedMinor) return true;
  return minor === wantedMinor && patch >= wantedPatch;
}
