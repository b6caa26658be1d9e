import { execFile } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import {
  openRepository,
  type PromotedLibrary,
  PromotionRefused,
  parseCoordinates,
  promoteLibrary,
} from "../../../../delivery/promotion/index.ts";
import { ownCertificate } from "../../../support/httpsServer.ts";
import { MavenServer, type MavenServerWays, mavenLogin } from "../../../support/mavenServer.ts";

const execute = promisify(execFile);

/** A name that no other run has, so that Maven's own store has nothing of it. */
const group = `example.tax.t${randomBytes(4).toString("hex")}`;
const library = `${group}:money:1.4.0`;
const version = `${group.replaceAll(".", "/")}/money/1.4.0`;
const login = { username: "MAVEN_USER", password: "MAVEN_PASSWORD" };
const environment = { MAVEN_USER: mavenLogin.user, MAVEN_PASSWORD: mavenLogin.password };

/** What Maven has deployed, once; each test has a copy. */
let deployed: string;
/** Of one test: `staging` and `release`. */
let folder: string;
const servers: MavenServer[] = [];

async function maven(args: readonly string[], options = ""): Promise<void> {
  const env = { ...process.env, MAVEN_OPTS: options };
  await execute("mvn", ["--batch-mode", "--quiet", ...args], { cwd: deployed, env, maxBuffer: 2 ** 24 });
}

beforeAll(async () => {
  deployed = await mkdtemp(join(tmpdir(), "gemelos-maven-"));
  const pom = `<project><modelVersion>4.0.0</modelVersion><groupId>${group}</groupId><artifactId>money</artifactId><version>1.4.0</version></project>`;
  await writeFile(join(deployed, "pom.xml"), pom);
  for (const file of ["money.jar", "sources.jar", "javadoc.jar", "dist.zip"]) {
    await writeFile(join(deployed, file), `content of ${file}`);
  }
  await writeFile(join(deployed, "money.jar.asc"), "-----BEGIN PGP SIGNATURE-----\n");
  await maven([
    "org.apache.maven.plugins:maven-deploy-plugin:3.1.4:deploy-file",
    ...["-Dfile=money.jar", "-Dsources=sources.jar", "-Djavadoc=javadoc.jar", "-DpomFile=pom.xml"],
    // As the plugin for signatures attaches what it has made.
    ...["-Dfiles=money.jar.asc,dist.zip", "-Dtypes=jar.asc,zip", "-Dclassifiers=,dist"],
    `-Durl=${pathToFileURL(join(deployed, "staging")).href}`,
  ]);
});

afterAll(async () => {
  await rm(deployed, { recursive: true, force: true });
  await rm(join(homedir(), ".m2", "repository", group.replaceAll(".", "/")), { recursive: true, force: true });
});

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "gemelos-maven-"));
  await cp(join(deployed, "staging"), join(folder, "staging"), { recursive: true });
});

afterEach(async () => {
  for (const server of servers.splice(0)) await server.stop();
  await rm(folder, { recursive: true, force: true });
});

async function serve(name: "staging" | "release", ways?: MavenServerWays): Promise<MavenServer> {
  const server = await MavenServer.start(join(folder, name), ways);
  servers.push(server);
  return server;
}

interface Wishes {
  readonly staging?: MavenServer;
  readonly release?: MavenServer;
  readonly classifiers?: readonly string[];
  readonly writesMetadata?: boolean;
  readonly of?: string;
}

function promote({
  classifiers = [],
  writesMetadata = false,
  of = library,
  ...wishes
}: Wishes): Promise<PromotedLibrary> {
  const open = (name: "staging" | "release") => {
    const server = wishes[name];
    const settings =
      server === undefined ? { url: pathToFileURL(join(folder, name)).href } : { url: server.url, ...login };
    return openRepository(settings, `libraries.${name}`, { ca: server?.certificate, environment });
  };
  const coordinates = parseCoordinates(of);
  return promoteLibrary({
    coordinates,
    staging: open("staging"),
    release: open("release"),
    classifiers,
    writesMetadata,
  });
}

const read = (...path: string[]) => readFile(join(folder, ...path));
const files = async (name: string) => (await readdir(join(folder, name, version)).catch(() => [])).sort();
const sha256 = (bytes: Buffer) => createHash("sha256").update(bytes).digest("hex");

async function expectSame(): Promise<void> {
  for (const file of await files("staging")) {
    const [one, other] = await Promise.all([read("staging", version, file), read("release", version, file)]);
    if (/\.(md5|sha1)$/.test(file)) expect(other.toString().trim()).toBe(one.toString().trim());
    else expect(sha256(other)).toBe(sha256(one));
  }
}

describe("what Maven has deployed", () => {
  it("is promoted between folders, unchanged, and Maven resolves it from there as any user does", async () => {
    const promoted = await promote({ writesMetadata: true });
    expect([...promoted.files.keys()].sort()).toEqual([
      "money-1.4.0-dist.zip",
      "money-1.4.0-javadoc.jar",
      "money-1.4.0-sources.jar",
      "money-1.4.0.jar",
      "money-1.4.0.pom",
    ]);
    expect([...promoted.files][0]).toEqual([
      "money-1.4.0.jar",
      sha256(await read("staging", version, "money-1.4.0.jar")),
    ]);
    expect([promoted.signatures, promoted.written]).toEqual([1, promoted.total]);
    expect(await files("release")).toEqual(await files("staging"));
    await expectSame();
    // A range of versions is what metadata are for.
    const release = `release::default::${pathToFileURL(join(folder, "release")).href}`;
    const get = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:get";
    await maven([get, `-DremoteRepositories=${release}`, `-Dartifact=${group}:money:[1.0,2.0)`]);
    await maven([get, `-DremoteRepositories=${release}`, `-Dartifact=${library}:jar:sources`]);
    const resolved = join(homedir(), ".m2", "repository", version, "money-1.4.0-sources.jar");
    expect(await readFile(resolved, "utf8")).toBe("content of sources.jar");
  });

  it.each([
    ["lists its folders", { lists: true }],
    ["says nothing of its folders", {}],
  ])("is promoted from a server that %s to one that makes checksums itself and overwrites nothing", async (_, ways) => {
    const [staging, release] = [await serve("staging", ways), await serve("release", { isStrict: true })];
    const promoted = await promote({ staging, release, classifiers: ["dist.zip"] });
    expect([promoted.files.size, promoted.signatures]).toEqual([5, 1]);
    await expectSame();
    // Nobody resolves half a version: the pom is the last that is written.
    const puts = release.requests.filter((request) => request.startsWith("PUT"));
    expect(puts.at(-1)).toMatch(/money-1\.4\.0\.pom$/);
    release.requests.length = 0;
    expect((await promote({ staging, release })).written).toBe(0);
    expect(release.requests.filter((request) => request.startsWith("PUT"))).toEqual([]);
  });

  it("goes on where the release server has died in the middle", async () => {
    const release = await serve("release");
    let puts = 0;
    release.fault = (request) => {
      if (request.startsWith("PUT")) puts += 1;
      return puts > 4 ? "break" : undefined;
    };
    await expect(promote({ release })).rejects.toThrow(/cannot be reached: .*; run this again once it answers/);
    expect(await files("release")).not.toContain("money-1.4.0.pom");
    release.fault = () => undefined;
    const { written, total } = await promote({ release });
    expect(written).toBe(total - 4);
    await expectSame();
  });

  it("is named beside the versions before it, and checksums of the metadata that are stale are put right", async () => {
    await promote({ writesMetadata: true });
    const path = join("release", version, "..", "maven-metadata.xml");
    const first = (await read(path)).toString();
    const older = first.replaceAll("1.4.0", "1.3.0");
    await writeFile(join(folder, path), older);
    await promote({ writesMetadata: true });
    const text = (await read(path)).toString();
    expect(text).toContain("<version>1.3.0</version>\n      <version>1.4.0</version>");
    expect(text).toContain("<release>1.4.0</release>");
    expect((await read(`${path}.sha1`)).toString()).toBe(createHash("sha1").update(text).digest("hex"));
  });
});

describe("a library is refused, and nothing is written,", () => {
  afterEach(async () => expect(await files("release")).toEqual([]));

  it("where its bytes are not what its checksum says", async () => {
    await writeFile(join(folder, "staging", version, "money-1.4.0.jar"), "somebody else's");
    const told = await promote({}).catch((error: Error) => error);
    expect(told).toBeInstanceOf(PromotionRefused);
    expect(String(told)).toMatch(/money-1\.4\.0\.jar has sha1 \w+, and money-1\.4\.0\.jar\.sha1 says \w+\n/);
    expect(String(told)).toMatch(/money-1\.4\.0\.jar has md5/);
  });

  it("where a file has no checksum", async () => {
    for (const sum of ["md5", "sha1"]) await rm(join(folder, "staging", version, `money-1.4.0-sources.jar.${sum}`));
    await expect(promote({})).rejects.toThrow("money-1.4.0-sources.jar has no checksum beside it");
  });

  it.each([
    [`${group}:money:1.5.0`, /there is no file:.*money-1\.5\.0\.pom; deploy it there/],
    [`${group}:money:1.4.0-SNAPSHOT`, /a snapshot is built anew/],
    [`${group}:money`, /a library is named group:artifact:version/],
    [`${group}:money:[1.0,2.0)`, /a library is named group:artifact:version/],
    ["../../etc:passwd:1", /a library is named group:artifact:version/],
  ])("where it is %s", async (of, message) => {
    await expect((async () => promote({ of }))()).rejects.toThrow(message);
  });

  it("where a part of it is not there", async () => {
    await expect(promote({ classifiers: ["client"] })).rejects.toThrow(
      /lacks money-1\.4\.0-client\.jar; deploy the whole/,
    );
    await rm(join(folder, "staging", version, "money-1.4.0.jar"));
    await expect(promote({})).rejects.toThrow(/lacks money-1\.4\.0\.jar; deploy the whole version/);
  });
});

describe("a release repository", () => {
  it("that has other bytes is not overwritten: every file is told, and none is written", async () => {
    await promote({});
    await writeFile(join(folder, "release", version, "money-1.4.0.jar"), "older");
    await rm(join(folder, "release", version, "money-1.4.0-sources.jar"));
    const told = await promote({}).catch((error: Error) => error);
    expect(told).toBeInstanceOf(PromotionRefused);
    expect(String(told)).toMatch(/money-1\.4\.0\.jar: sha256 \w{64} there, \w{64} in staging/);
    expect(await files("release")).not.toContain("money-1.4.0-sources.jar");
    expect((await read("release", version, "money-1.4.0.jar")).toString()).toBe("older");
  });

  it("that keeps something else than it was given is found", async () => {
    const release = await serve("release");
    release.fault = (request) => (request.startsWith("PUT") && request.endsWith("javadoc.jar") ? 201 : undefined);
    await expect(promote({ release })).rejects.toThrow(/javadoc\.jar was written with sha256 \w+ and is not there/);
  });

  it.each([
    [401, /PUT .* is answered with 401; correct the login that delivery\.yaml names/],
    [403, /have this login allowed to write there/],
    [429, /it limits requests/],
    [500, /run this again once it answers/],
  ])("that answers %i is told in a line with what to do", async (status, message) => {
    const release = await serve("release");
    release.fault = (request) => (request.startsWith("PUT") ? status : undefined);
    const told = await promote({ release }).catch((error: Error) => error);
    expect(String(told)).toMatch(message);
    expect(String(told)).not.toContain(mavenLogin.password);
  });

  it("that fails for a moment is asked again", async () => {
    const release = await serve("release");
    const turns = [503, 429];
    release.fault = (request) => (request.startsWith("PUT") ? turns.shift() : undefined);
    await promote({ release });
    expect(turns).toEqual([]);
    await expectSame();
  });
});

describe("a server", () => {
  it("is refused without its login, and where its certificate is nobody's", async () => {
    const settings = { url: "https://maven.tax.example/", ...login };
    expect(() => openRepository(settings, "libraries.release", { ca: undefined, environment: {} })).toThrow(
      "libraries.release of delivery.yaml takes its login from MAVEN_USER, which is not set; export it",
    );
    const { url } = await serve("release");
    const untrusted = openRepository({ url, ...login }, "libraries.release", { ca: undefined, environment });
    await expect(untrusted.read("a")).rejects.toThrow(/certificate.*libraries\.caFile in delivery\.yaml/);
  });

  it("may send a download elsewhere, which does not get the login, and never to plain HTTP", async () => {
    const pair = await ownCertificate();
    const start = () => MavenServer.start(join(folder, "staging"), {}, pair);
    const [staging, elsewhere] = await Promise.all([start(), start()]);
    servers.push(staging, elsewhere);
    const repository = openRepository({ url: staging.url, ...login }, "libraries.staging", {
      ca: pair.cert,
      environment,
    });
    staging.redirect = (request) => `${elsewhere.url}${request.split(" ")[1]?.replace("/maven", "")}`;
    // It answers 401, since it was given none.
    await expect(repository.read(`${version}/money-1.4.0.pom`)).rejects.toThrow(/is answered with 401/);
    expect(elsewhere.logins).toEqual([undefined]);
    staging.redirect = () => "http://127.0.0.1:1/";
    await expect(repository.read("a")).rejects.toThrow(/leads to http:\/\/127\.0\.0\.1:1, which is not HTTPS/);
  });
});
