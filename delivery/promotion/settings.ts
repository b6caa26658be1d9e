import { isAbsolute } from "node:path";
import { z } from "zod";
import type { Fields } from "../../components/kubernetes/index.ts";

/** `images` in `delivery.yaml`: where the images of services are before and after their promotion. */
export interface ImageSettings {
  /**
   * Registry, and path before the repositories' names, that builds push to.
   * @example "registry.build.tax.example/staging"
   */
  readonly staging: string;
  /** The same for images that are released. Each site's own registry (`registry` of its data) gets them from here. */
  readonly release: string;
  /**
   * File of certificates, in PEM form, that registries' are checked with.
   * @default the system's
   */
  readonly caFile?: string | undefined;
}

/** A Maven repository: a folder of its own layout behind HTTPS, or in the file system. */
export interface MavenRepositorySettings {
  /** `https:` or `file:`; `http:` for localhost only. Without user and password. */
  readonly url: string;
  /**
   * Name of the environment variable with the user.
   * @default none: no login
   */
  readonly username?: string | undefined;
  /** Name of the environment variable with the password or token; together with `username`. */
  readonly password?: string | undefined;
}

/** `libraries` in `delivery.yaml`: where Maven artifacts are before and after their promotion. */
export interface LibrarySettings {
  readonly staging: MavenRepositorySettings;
  readonly release: MavenRepositorySettings;
  /**
   * File of certificates, in PEM form, that the repositories' are checked with.
   * @default the system's
   */
  readonly caFile?: string | undefined;
  /**
   * Who writes `maven-metadata.xml`, by which Maven knows an artifact's versions: the `server`, as Nexus and Artifactory do, or the
   * `promotion`, where the server only keeps files.
   * @default "server"
   */
  readonly metadata: "server" | "promotion";
}

const prefixRule =
  "must be a registry with the path before its repositories, without scheme, such as registry.tax.example:5000/release; localhost speaks plain HTTP, all others HTTPS";
const prefix = z
  .string(prefixRule)
  .regex(/^[a-z0-9]([-a-z0-9.]*[a-z0-9])?(:\d{1,5})?(\/[a-z0-9]+([._-]+[a-z0-9]+)*)*$/, prefixRule);

const caFileRule = "must be the absolute path of a file of certificates in PEM form";
const caFile = z.string(caFileRule).refine(isAbsolute, caFileRule).exactOptional();

const same = (what: string) => `is also staging; a release is promoted to another ${what}`;

/** Accepts `images`. */
export const imageSettings: z.ZodType<ImageSettings> = z
  .strictObject({ staging: prefix, release: prefix, caFile } satisfies Fields<ImageSettings>)
  .refine(({ staging, release }) => staging !== release, { path: ["release"], message: same("registry or path") });

const urlRule = "must be an https: or file: URL without user, password and query; http: is for localhost only";
const variableRule = "must be the name of an environment variable, such as NEXUS_PASSWORD, and never the value itself";
const variable = z.string(variableRule).regex(/^[A-Z][A-Z0-9_]*$/, variableRule);

const mavenRepository = z
  .strictObject({
    url: z.string(urlRule).refine(isRepositoryUrl, urlRule),
    username: variable.exactOptional(),
    password: variable.exactOptional(),
  } satisfies Fields<MavenRepositorySettings>)
  .refine(({ username, password }) => (username === undefined) === (password === undefined), {
    message: "must have both username and password, or neither",
  });

/** Accepts `libraries`. */
export const librarySettings: z.ZodType<LibrarySettings> = z
  .strictObject({
    staging: mavenRepository,
    release: mavenRepository,
    caFile,
    metadata: z.enum(["server", "promotion"]).default("server"),
  } satisfies Fields<LibrarySettings>)
  .refine(({ staging, release }) => folderUrl(staging.url) !== folderUrl(release.url), {
    path: ["release", "url"],
    message: same("repository"),
  });

function isRepositoryUrl(text: string): boolean {
  const url = URL.parse(text);
  if (url === null || url.username !== "" || url.password !== "" || url.search !== "" || url.hash !== "") return false;
  const isLocal = ["localhost", "127.0.0.1", "[::1]"].includes(url.hostname);
  return url.protocol === "https:" || url.protocol === "file:" || (url.protocol === "http:" && isLocal);
}

/** A URL with the slash at its end, so that paths are added to it. */
export function folderUrl(url: string): string {
  return url.endsWith("/") ? url : `${url}/`;
}
