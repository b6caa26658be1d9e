import * as pulumi from "@pulumi/pulumi";
import { afterAll, beforeEach, describe, expect, it, vi } from "vitest";
import { parseDocument } from "yaml";
import { readStackFiles } from "../recorder/stackFile.ts";
import { RemoteError } from "../vaultClient/remoteError.ts";
import { HttpsServer } from "./support/httpsServer.ts";
import { ProjectCopy } from "./support/projectCopy.ts";
import { record } from "./support/record.ts";
import { rejectionsOf } from "./support/rejections.ts";
import { linesOf, readSiteFile, siteWith } from "./support/wrongInput.ts";

/** A Vault that counts whoever comes near, and the site dc1 that has it. */
const vault = await HttpsServer.start(() => [503, { errors: ["Vault is sealed"] }]);
const project = await ProjectCopy.create();
const file = parseDocument(await project.read("Pulumi.dc1.yaml"));
file.setIn(["config", "gemelos:site", "vault", "address"], vault.address);
file.setIn(["config", "gemelos:site", "vault", "caCertificate"], vault.certificate);
await project.write("Pulumi.dc1.yaml", file.toString({ lineWidth: 0 }));

beforeEach(() => {
  vi.restoreAllMocks();
  vault.connections = 0;
});

afterAll(() => Promise.all([vault.stop(), project.dispose()]));

describe("rendering", () => {
  it.each([["render"], ["parity"]])("%s asks no Vault, whatever the environment holds", async (command) => {
    const env = { VAULT_TOKEN: "hvs.operator", VAULT_ADDR: vault.address, VAULT_CACERT: "/nowhere/ca.pem" };
    const { code, stderr } = await project.runWith({ env }, command);
    expect(code, stderr).toBe(0);
    expect(vault.connections).toBe(0);
  });

  it("cannot be had by a key in a site's file: pulumi up would then ask nobody either", async () => {
    const lines = await linesOf(() => readSiteFile(siteWith(["gemelos:offline"], true)));
    expect(lines).toEqual([
      expect.stringMatching(/^Pulumi\.dc1\.yaml: gemelos:offline: .*gemelos:site, gemelos:releases/),
    ]);
  });
});

describe("the same program with an engine", () => {
  it.each([
    ["that does not say offline", () => pulumi.runtime.setConfig("gemelos:offline", "false")],
    [
      "that changes something, although --config says offline",
      () => vi.spyOn(pulumi.runtime, "isDryRun").mockReturnValue(false),
    ],
  ])("%s asks Vault before it registers anything, and ends with one clean line", async (how, prepare) => {
    const [{ config } = { config: {} }] = await readStackFiles(["dc1"], project.folder);
    vi.stubEnv("VAULT_TOKEN", "hvs.operator");
    const registered: string[] = [];
    const program = () => {
      prepare();
      // A module that runs anew.
      const again = `../index.ts?${encodeURIComponent(how)}`;
      return import(again);
    };
    const failure = () =>
      record(program, { config, onRegistration: ({ type }) => registered.push(type) }).catch((error: unknown) => error);
    const { result: error } = await rejectionsOf(failure);
    vi.unstubAllEnvs();
    expect(pulumi.RunError.isInstance(error)).toBe(true);
    expect.assert(error instanceof Error);
    expect(error.message).toBe(
      `nothing was changed: the Vault of dc1 (${vault.address}) is sealed; unseal it and try again`,
    );
    expect(error.cause).toBeInstanceOf(RemoteError);
    expect(registered).toEqual(["pulumi:pulumi:Stack"]);
    expect(vault.connections).toBe(1);
  });

  it("stops where a file beside its own has its cluster, before Vault is asked or anything registered", async () => {
    const [stack] = await readStackFiles(["dc1"], project.folder);
    const site = stack?.config["gemelos:site"]?.replace('"context":"tax-dc1"', '"context":"tax-dc2"') ?? "";
    const copied = { ...stack?.config, "gemelos:site": site };
    const registered: string[] = [];
    const program = () => {
      pulumi.runtime.setConfig("gemelos:offline", "false");
      const again = "../index.ts?copied";
      return import(again);
    };
    const failure = () =>
      record(program, { config: copied, onRegistration: ({ type }) => registered.push(type) }).catch(
        (error: unknown) => error,
      );
    const { result: error } = await rejectionsOf(failure);
    expect.assert(error instanceof Error);
    expect(error.message).toMatch(
      /1 problem, nothing was changed:\n {2}Pulumi\.dc2\.yaml:\d+:\d+: gemelos:site\.kubernetes\.context: "tax-dc2" is also in Pulumi\.dc1\.yaml/,
    );
    expect(registered).toEqual(["pulumi:pulumi:Stack"]);
    expect(vault.connections).toBe(0);
  });
});
