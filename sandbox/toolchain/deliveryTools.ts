import type { Tool } from "./tools.ts";

/** Tools with which deliveries are tried; no part of the sandbox's two sites. */
export const deliveryTools = {
  /** Copies images with all that is attached to them; in production the installed one. */
  oras: {
    name: "oras",
    folder: "oras",
    module: "oras.land/oras",
    package: "oras.land/oras/cmd/oras",
    versionArguments: ["version"],
  },
  /** A registry without the API of referrers, as most are. */
  registry: {
    name: "registry",
    folder: "registry",
    module: "github.com/distribution/distribution/v3",
    package: "github.com/distribution/distribution/v3/cmd/registry",
  },
  /** A registry that has it. */
  registryWithReferrers: {
    name: "registry-with-referrers",
    folder: "registry-with-referrers",
    module: "github.com/google/go-containerregistry",
    package: ".",
  },
  /** An S3-compatible store over a folder. */
  versitygw: {
    name: "versitygw",
    folder: "versitygw",
    module: "github.com/versity/versitygw",
    package: "github.com/versity/versitygw/cmd/versitygw",
  },
} satisfies Readonly<Record<string, Tool<string>>>;
