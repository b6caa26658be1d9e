/** The executables of the sandbox. */
export type ToolName =
  | "etcd"
  | "kube-apiserver"
  | "kube-controller-manager"
  | "kube-scheduler"
  | "kwok"
  | "pulumi"
  | "vault"
  | "vault-plugin-auth-kubernetes";

/** How one executable is built from pinned sources, and how one that is installed already is recognised. */
export interface Tool {
  readonly name: ToolName;
  /** Folder beside this file with the `go.mod` that pins it. */
  readonly folder: string;
  /** The Go module that carries its version in that `go.mod`. */
  readonly module: string;
  /** The Go package to build. */
  readonly package: string;
  /** Build tags. Default none. */
  readonly tags?: string;
  /** Variables of the program that hold its version, which a build from a module does not set by itself. */
  readonly versionVariables?: (version: string) => Readonly<Record<string, string>>;
  /** Arguments by which it prints its version. Without them an installed one is never used. */
  readonly versionArguments?: readonly string[];
  /**
   * Which installed versions serve as well: `minor`, the same minor version and no older patch; `major`, the same major
   * version and no older. Default `minor`.
   */
  readonly fits?: "minor" | "major";
}

function kubernetes(name: "kube-apiserver" | "kube-controller-manager" | "kube-scheduler"): Tool {
  const version = "k8s.io/component-base/version";
  return {
    name,
    folder: "kubernetes",
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

/** Every tool, in the order in which a cold machine builds them: what the first test needs comes first. */
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
  // Without the tag a build of Vault takes five times as long; what it leaves out (cloud backends) is not used here.
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

/** The version that a `go.mod` pins. @throws Error where it pins none. */
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

/** Whether an installed version can stand in for the pinned one. Both with or without a leading `v`. */
export function fits(installed: string, pinned: string, rule: Tool["fits"] = "minor"): boolean {
  const [has, needs] = [installed, pinned].map((text) => /(\d+)\.(\d+)\.(\d+)/.exec(text)?.slice(1).map(Number));
  if (has === undefined || needs === undefined) return false;
  const [major = 0, minor = 0, patch = 0] = has;
  const [wantedMajor = 0, wantedMinor = 0, wantedPatch = 0] = needs;
  if (major !== wantedMajor) return false;
  if (rule === "major" && minor > wantedMinor) return true;
  return minor === wantedMinor && patch >= wantedPatch;
}
