import { once } from "node:events";
import { createServer } from "node:http";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import {
  findImage,
  type ImageSite,
  Oras,
  type PromotedImage,
  PromotionRefused,
  promoteImage,
} from "../../../../delivery/promotion/index.ts";
import { freePorts } from "../../../../sandbox/sites/ports.ts";
import { Registries, type Registry } from "../../../support/registries.ts";

let registries: Registries;
let oras: Oras;
/** Staging and dc1 have the API of referrers, the others keep them by tags. */
let staging: Registry;
let release: Registry;
let dc1: Registry;
let dc2: Registry;

beforeAll(async () => {
  registries = await Registries.create();
  oras = await Oras.find(registries);
  staging = await registries.start("registryWithReferrers");
  release = await registries.start("registry");
  dc1 = await registries.start("registryWithReferrers");
  dc2 = await registries.start("registry");
});

afterAll(() => registries.dispose());

const all = () => [staging, release, dc1, dc2];

afterEach(() => {
  for (const registry of all()) registry.fault = () => undefined;
});

const settings = () => ({ staging: `${staging.host}/staging`, release: `${release.host}/tax/release` });
const sites = (): ImageSite[] => [
  { name: "dc1", registry: dc1.host },
  { name: "dc2", registry: dc2.host },
];
const staged = (repository: string) => `${staging.host}/staging/${repository}`;
const placesOf = (repository: string) => [
  `${release.host}/tax/release/${repository}`,
  `${dc1.host}/${repository}`,
  `${dc2.host}/${repository}`,
];

async function promote(repository: string, tag: string, digest?: string): Promise<PromotedImage> {
  return promoteImage(oras, await findImage(oras, { repository, tag, digest }, settings()), settings(), sites());
}

const failures = ({ places }: PromotedImage) =>
  places.flatMap(({ name, failure }) => (failure === undefined ? [] : [[name, failure]]));

/** Requests that carry content or move a tag; questions are left out. */
function written(registry: Registry, work: RegExp): string[] {
  return registry.requests.filter((request) => /^(PUT|POST|PATCH)/.test(request) && work.test(request));
}

describe("an image for several platforms", () => {
  it("reaches the release repository and both sites whole, with signatures, attestations and what these have", async () => {
    const digest = await registries.pushIndex(staged("receipts"), "1.0", "one");
    const platform = await registries.oras("resolve", `${staged("receipts")}:1.0-arm64`);
    const signature = await registries.attach(`${staged("receipts")}@${digest}`, "signature of the index");
    const countersignature = await registries.attach(`${staged("receipts")}@${signature}`, "of the signature");
    const attestation = await registries.attach(`${staged("receipts")}@${platform}`, "attestation of a platform");
    const old = await registries.pushAttachment(staged("receipts"), digest, "sig", "by tag");
    const bill = await registries.pushAttachment(staged("receipts"), platform, "sbom", "bill of materials");

    const promoted = await promote("receipts", "1.0");
    expect(failures(promoted)).toEqual([]);
    expect(promoted.image.inventory.platforms).toEqual(["linux/amd64", "linux/arm64"]);
    for (const place of placesOf("receipts")) {
      const found = await Promise.all([
        registries.oras("resolve", `${place}:1.0`),
        registries.oras("resolve", `${place}@${platform}`),
        registries.oras("resolve", `${place}:${digest.replace(":", "-")}.sig`),
        registries.oras("resolve", `${place}:${platform.replace(":", "-")}.sbom`),
        registries.oras("discover", "--format", "json", `${place}@${digest}`),
        registries.oras("discover", "--format", "json", `${place}@${platform}`),
      ]);
      expect(found.slice(0, 4)).toEqual([digest, platform, old, bill]);
      expect(found[4]).toContain(signature);
      expect(found[4]).toContain(countersignature);
      expect(found[5]).toContain(attestation);
    }
    // Neither the tags of the platforms nor those of referrers are releases.
    const tags = await registries.oras("repo", "tags", placesOf("receipts")[2] ?? "");
    expect(tags.split("\n").filter((tag) => !tag.startsWith("sha256-"))).toEqual(["1.0"]);

    // Once more moves no content and no tag, and says so.
    for (const registry of all()) registry.requests.length = 0;
    expect((await promote("receipts", "1.0", digest)).places.map(({ copied }) => copied)).toEqual([0, 0, 0]);
    for (const registry of all()) expect(written(registry, /blobs|manifests\/1\.0/)).toEqual([]);

    // A signature that came later follows.
    const later = await registries.attach(`${staged("receipts")}@${digest}`, "a second signature");
    await promote("receipts", "1.0");
    for (const place of placesOf("receipts")) {
      expect(await registries.oras("discover", "--format", "json", `${place}@${digest}`)).toContain(later);
    }
  });

  it("is promoted from the release repository where staging was cleaned up", async () => {
    const digest = await registries.pushIndex(`${release.host}/tax/release/archived`, "1.0", "old");
    const promoted = await promote("archived", "1.0");
    expect([promoted.image.digest, promoted.image.from]).toEqual([digest, `${release.host}/tax/release/archived`]);
    expect(await registries.oras("resolve", `${dc2.host}/archived:1.0`)).toBe(digest);
  });
});

describe("a promotion goes on where it ended", () => {
  it("where the release registry dies in the middle", async () => {
    await registries.pushIndex(staged("halfway"), "1.0", "half");
    let uploads = 0;
    release.fault = (request) => {
      if (/^PUT .*\/blobs\//.test(request)) uploads += 1;
      return uploads > 2 ? "break" : undefined;
    };
    await expect(promote("halfway", "1.0")).rejects.toThrow(/halfway:1.0: .*; run this again once it answers/);
    expect(written(dc1, /halfway/)).toEqual([]);
    release.fault = () => undefined;
    release.requests.length = 0;
    const promoted = await promote("halfway", "1.0");
    expect(failures(promoted)).toEqual([]);
    // Of four blobs, two were there.
    expect(promoted.places[0]?.copied).toBe(2);
  });

  it("where one site cannot be reached: the other is done, and the failure is that site's", async () => {
    const digest = await registries.pushImage(`${staged("onesided")}:1.0`, "one");
    dc1.fault = () => "break";
    const promoted = await promote("onesided", "1.0");
    expect(failures(promoted)).toEqual([
      ["dc1", expect.stringMatching(/^127\.0\.0\.1:\d+\/onesided:1.0: .*run this again/)],
    ]);
    expect(await registries.oras("resolve", `${dc2.host}/onesided:1.0`)).toBe(digest);
    dc1.fault = () => undefined;
    const again = await promote("onesided", "1.0");
    expect(again.places.map(({ name, copied, failure }) => [name, copied > 0, failure])).toEqual([
      ["release", false, undefined],
      ["dc1", true, undefined],
      ["dc2", false, undefined],
    ]);
  });

  it("where a registry asks for patience, or fails for a moment, without a word", async () => {
    await registries.pushImage(`${staged("patient")}:1.0`, "patience");
    const turns = [429, 500, 503];
    dc2.fault = (request) => {
      const status = request.startsWith("HEAD") ? turns.shift() : undefined;
      return status === undefined ? undefined : { status, headers: { "Retry-After": "0" } };
    };
    expect(failures(await promote("patient", "1.0"))).toEqual([]);
    expect(turns).toEqual([]);
  });
});

describe("a promotion is refused, and says what to do,", () => {
  it("where the tag is another image in the release repository or in a site, before anything is copied", async () => {
    for (const taken of [`${release.host}/tax/release/taken`, `${dc2.host}/taken2`]) {
      const repository = taken.split("/").at(-1) ?? "";
      const theirs = await registries.pushImage(`${taken}:1.0`, "theirs");
      const ours = await registries.pushImage(`${staged(repository)}:1.0`, "ours");
      const before = dc1.requests.length;
      await expect(promote(repository, "1.0")).rejects.toThrow(
        new PromotionRefused(
          `${taken}:1.0 is ${theirs} already, and would become ${ours}; a release is never overwritten: give the new image a new tag`,
        ),
      );
      expect(dc1.requests.slice(before).filter((request) => !/^(HEAD|GET)/.test(request))).toEqual([]);
      expect(await registries.oras("resolve", `${taken}:1.0`)).toBe(theirs);
    }
  });

  it("where the tag is not the digest that was stated", async () => {
    const digest = await registries.pushImage(`${staged("stated")}:1.0`, "a");
    const other = `sha256:${"0".repeat(64)}`;
    await expect(promote("stated", "1.0", other)).rejects.toThrow(`is ${digest} and not ${other}: somebody has pushed`);
  });

  it("where the tag moves while it is copied; what was found is what was copied", async () => {
    const first = await registries.pushImage(`${staged("moving")}:1.0`, "first");
    const image = await findImage(oras, { repository: "moving", tag: "1.0" }, settings());
    const second = await registries.pushImage(`${staged("moving")}:1.0`, "second");
    await expect(promoteImage(oras, image, settings(), sites())).rejects.toThrow(
      new RegExp(`moving:1.0 is ${second} and not ${first}: somebody has pushed other content`),
    );
    expect(await registries.oras("resolve", `${dc1.host}/moving:1.0`)).toBe(first);
  });

  it("where a site has signatures by tag that staging does not have", async () => {
    const digest = await registries.pushImage(`${staged("signed")}:1.0`, "signed");
    await registries.pushAttachment(staged("signed"), digest, "sig", "of the build");
    const theirs = await registries.pushAttachment(`${dc2.host}/signed`, digest, "sig", "of the site");
    await expect(promote("signed", "1.0")).rejects.toThrow(
      /signed:sha256-[0-9a-f]+\.sig holds signatures .* would remove/,
    );
    expect(await registries.oras("resolve", `${dc2.host}/signed:${digest.replace(":", "-")}.sig`)).toBe(theirs);
  });

  it("where a registry takes a signature and forgets it", async () => {
    const digest = await registries.pushImage(`${staged("forgetful")}:1.0`, "forgetful");
    const signature = await registries.attach(`${staged("forgetful")}@${digest}`, "lost");
    dc1.fault = (request) => {
      if (/^GET .*\/referrers\//.test(request)) return { status: 404 };
      return /sha256-[0-9a-f]{64}$/.test(request) ? { status: request.startsWith("PUT") ? 201 : 404 } : undefined;
    };
    await expect(promote("forgetful", "1.0")).rejects.toThrow(
      new RegExp(`forgetful:1.0 is not as it was after the copy: nothing refers to it as ${signature}`),
    );
  });

  it("where a layer is missing after the copy, or is of another size", async () => {
    await registries.pushImage(`${staged("holed")}:1.0`, "a layer");
    dc2.fault = (request) => (/^HEAD .*holed\/blobs\//.test(request) ? { status: 404 } : undefined);
    await expect(promote("holed", "1.0")).rejects.toThrow(
      /is not as it was after the copy: its blob sha256:\w+ of \d+ bytes/,
    );
  });
});

describe("a registry's answer is told in a line with what to do, and no password", () => {
  it.each([
    [401, /log in with oras login 127\.0\.0\.1:\d+/],
    [403, /have this login allowed/],
    [429, /limits requests: wait a while/],
    [500, /run this again once it answers/],
  ])("%i", async (status, remedy) => {
    await registries.pushImage(`${staged("told")}:1.0`, "told");
    release.fault = () => ({ status });
    const told = await promote("told", "1.0").catch((error: Error) => `${error.name}: ${error.message}`);
    expect(told).toMatch(/^RemoteError: 127\.0\.0\.1:\d+\/tax\/release\/told:1\.0: /);
    expect(told).toMatch(remedy);
    expect(told).not.toContain("\n");
  });

  it("where nobody knows the image", async () => {
    await expect(promote("nowhere", "1.0")).rejects.toThrow(
      /^there is no .*\/nowhere:1.0; push it there, or correct the tag$/,
    );
  });

  it("where the certificate is nobody's, or there is none", async () => {
    const strict = await Oras.find({ registryConfig: registries.registryConfig });
    await expect(strict.resolve(`${staging.host}/a:1`)).rejects.toThrow(
      /certificate.*images\.caFile in delivery\.yaml/,
    );
    const [port = 0] = await freePorts(1);
    const server = createServer((_, response) => response.end("{}")).listen(port, "127.0.0.1");
    await once(server, "listening");
    await expect(oras.resolve(`127.0.0.1:${port}/a:1`)).rejects.toThrow(/plain HTTP, which is for localhost only/);
    server.close();
  });
});
