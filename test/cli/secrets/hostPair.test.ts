import { createPrivateKey } from "node:crypto";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { readHostPair } from "../../../cli/secrets/hostPair.ts";
import { readPem } from "../../../cli/secrets/pem.ts";
import { ValidationError } from "../../../components/diagnostic.ts";
import { authorities, issue } from "../../support/hostPairs.ts";

const host = "api.tax.example";
const { root, middle } = await authorities();
const good = await issue({ name: host, hosts: [host], by: middle });
const another = await issue({ name: "another", hosts: ["x.example"] });
const folder = await mkdtemp(join(tmpdir(), "gemelos-pair-"));
afterAll(() => rm(folder, { recursive: true }));

const chain = (own: { certificate: string }) => own.certificate + middle.certificate + root.certificate;

/** What is said of two files; empty if the pair is taken. */
async function said(certificate: string | Uint8Array, key: string | Uint8Array = good.key): Promise<string[]> {
  await writeFile(join(folder, "chain.pem"), certificate);
  await writeFile(join(folder, "key.pem"), key);
  return saidOf(join(folder, "chain.pem"), join(folder, "key.pem"));
}

async function saidOf(certificatePath: string, keyPath: string): Promise<string[]> {
  const files = await Promise.all([readPem("--certificate", certificatePath), readPem("--key", keyPath)]);
  try {
    readHostPair(host, ...files, new Date());
    return [];
  } catch (error) {
    expect.assert(error instanceof ValidationError);
    const lines = error.diagnostics.map(({ file, message }) => `${file.replaceAll(folder, "")}: ${message}`);
    // Nothing of a key is ever shown.
    const secrets = [good.key, another.key].flatMap((text) => text.split("\n").filter((line) => line.length > 40));
    for (const secret of secrets) expect(lines.join("\n")).not.toContain(secret);
    return lines;
  }
}

const certificateFile = "--certificate (/chain.pem)";
const keyFile = "--key (/key.pem)";

describe("a pair that fits", () => {
  it("is taken with its chain up to the root, with Windows' line ends, and with what OpenSSL writes around it", async () => {
    expect(await said(chain(good))).toEqual([]);
    expect(await said(chain(good).replaceAll("\n", "\r\n"), good.key.replaceAll("\n", "\r\n"))).toEqual([]);
    const old = createPrivateKey(good.key).export({ type: "sec1", format: "pem" }).toString();
    const parameters = "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n";
    expect(await said(`subject=CN=${host}\n${chain(good)}`, parameters + old)).toEqual([]);
  });

  it("says when the first of its certificates expires, and has the key as PKCS #8", async () => {
    const soon = await issue({ name: host, hosts: [host], by: middle, to: 12 });
    await writeFile(join(folder, "a.pem"), chain(soon));
    await writeFile(join(folder, "b.pem"), createPrivateKey(soon.key).export({ type: "sec1", format: "pem" }));
    const files = await Promise.all([
      readPem("--certificate", join(folder, "a.pem")),
      readPem("--key", join(folder, "b.pem")),
    ]);
    const pair = readHostPair(host, ...files, new Date());
    expect(Math.round((pair.expires.getTime() - Date.now()) / 86_400_000)).toBe(12);
    expect(pair.key).toBe(soon.key);
    expect(pair.certificate.match(/BEGIN CERTIFICATE/g)).toHaveLength(3);
  });

  it.each([
    ["the name itself among others", ["www.tax.example", host], true],
    ["a wildcard for its label", ["*.tax.example"], true],
    ["a wildcard for a part of its label", ["a*.tax.example"], false],
    ["a wildcard for two labels", ["*.example"], false],
    ["the domain alone", ["tax.example"], false],
    ["another host", ["apl.tax.example"], false],
  ])("has %s: %j", async (_, hosts, fits) => {
    const own = await issue({ name: host, hosts, by: middle });
    expect(await said(chain(own), own.key)).toEqual(
      fits ? [] : [expect.stringContaining(`${certificateFile}: is for other names than ${host} (DNS:${hosts[0]}`)],
    );
  });
});

describe("a certificate that is refused", () => {
  it("has expired, is not valid yet, or its authority has expired", async () => {
    const expired = await issue({ name: host, hosts: [host], by: middle, from: -90, to: -1 });
    expect(await said(chain(expired), expired.key)).toEqual([expect.stringMatching(/: certificate 1 expired on \d/)]);
    const early = await issue({ name: host, hosts: [host], by: middle, from: 2 });
    expect(await said(chain(early), early.key)).toEqual([expect.stringMatching(/: certificate 1 is not valid before/)]);
    const oldRoot = await issue({ name: "Old root", from: -90, to: -1 });
    const own = await issue({ name: host, hosts: [host], by: oldRoot });
    expect(await said(own.certificate + oldRoot.certificate, own.key)).toEqual([
      expect.stringMatching(/: certificate 2 expired on/),
    ]);
  });

  it("lacks its chain, in whole or in part, or has it in another order", async () => {
    expect(await said(good.certificate)).toEqual([
      expect.stringMatching(/: certificate 1 is signed by "CN=Tax servers", which is neither in the file nor a public/),
    ]);
    expect(await said(good.certificate + middle.certificate)).toEqual([
      expect.stringMatching(/: certificate 2 is signed by "CN=Tax root", which is neither/),
    ]);
    expect(await said(good.certificate + root.certificate + middle.certificate)).toEqual([
      expect.stringMatching(/: certificate 1 is signed by certificate 3; put each certificate's signer right after it/),
      expect.stringMatching(/: certificate 2 is not signed by certificate 3, .*its signer is "CN=Tax root"/),
      expect.stringMatching(/: certificate 3 is signed by "CN=Tax root"/),
    ]);
  });

  it("is a client's", async () => {
    const client = await issue({ name: host, hosts: [host], by: middle, clientOnly: true });
    expect(await said(chain(client), client.key)).toEqual([expect.stringContaining(": is for no server")]);
  });

  it("comes in a file that has a key too, nothing of the kind, or is cut off", async () => {
    expect(await said(chain(good) + good.key)).toEqual([
      `${certificateFile}: has a PRIVATE KEY too; keep the certificates alone in it`,
    ]);
    expect(await said(new Uint8Array([0x30, 0x82, 0x01]))).toEqual([
      expect.stringContaining(`${certificateFile}: has no certificate in PEM form`),
    ]);
    expect(await said(chain(good).slice(0, -30))).toEqual([expect.stringContaining("is cut off")]);
    const broken = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    expect(await said(good.certificate + broken)).toEqual([expect.stringContaining("certificate 2 cannot be read")]);
  });
});

describe("a key that is refused", () => {
  const encrypted = createPrivateKey(good.key).export({
    ...{ type: "pkcs8", format: "pem", cipher: "aes-256-cbc", passphrase: "a passphrase" },
  });

  it.each<[string, string | Uint8Array, RegExp]>([
    ["another's", another.key, /is not the key of the host's certificate/],
    ["encrypted", encrypted.toString(), /is encrypted, .*openssl pkey -in FILE -out NEW/],
    ["two", good.key + another.key, /has 2 private keys/],
    ["with a certificate", good.key + good.certificate, /has a CERTIFICATE too; keep the key alone in it/],
    ["no key", good.certificate, /has no private key in PEM form/],
    ["empty", "", /has no private key in PEM form/],
    ["unreadable", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", /cannot be read as a private key/],
  ])("is %s", async (_, key, says) => {
    expect(await said(chain(good), key)).toEqual([expect.stringMatching(says)]);
  });
});

describe("files", () => {
  it("that are absent, no files, or huge: nothing is shown of what was typed but the name of a file that is there", async () => {
    await mkdir(join(folder, "directory"), { recursive: true });
    expect(await saidOf(join(folder, "nowhere"), good.key)).toEqual([
      "--certificate: there is no such file that can be read; name a PEM file",
      "--key: there is no such file that can be read; name a PEM file",
    ]);
    expect(await saidOf(join(folder, "directory"), "/dev/zero")).toEqual([
      "--certificate (/directory): is a directory; name the file in it",
      "--key (/dev/zero): has more than 65536 bytes, so it is no host's",
    ]);
  });

  it("that are both wrong: everything is said at once", async () => {
    const expired = await issue({ name: "x", hosts: ["x.example"], by: middle, from: -9, to: -1 });
    expect(await said(expired.certificate, another.key)).toEqual([
      expect.stringMatching(/is for other names/),
      expect.stringMatching(/expired on/),
      expect.stringMatching(/is signed by "CN=Tax servers"/),
      `${keyFile}: is not the key of the host's certificate; find the one with which it was requested`,
    ]);
  });
});
