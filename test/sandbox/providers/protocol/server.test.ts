import { status } from "@grpc/grpc-js";
import { afterAll, beforeAll, expect, test } from "vitest";
import { NotReadyError, type ProviderDefinition } from "../../../../sandbox/providers/protocol/provider.ts";
import { random } from "../../../../sandbox/providers/random/provider.ts";
import { notReadyDetail, ProviderClient } from "../../../support/providerClient.ts";

let client: ProviderClient;

beforeAll(async () => {
  client = await ProviderClient.start(random);
});

afterAll(() => client.close());

test("a method that is not handled is refused as such, with the provider's name", async () => {
  await expect(client.getSchema()).rejects.toMatchObject({
    code: status.UNIMPLEMENTED,
    details: 'GetSchema is not handled by the stand-in for the provider "random"',
  });
});

test("what a provider throws reaches the engine as its own words", async () => {
  await expect(client.check("random:index/randomPet:RandomPet", {})).rejects.toMatchObject({
    code: status.UNKNOWN,
    details: expect.stringMatching(/^type "random:index\/randomPet:RandomPet" is not handled/),
  });
});

test("a resource that exists and does not work is handed over for the state, its secrets marked", async () => {
  const outputs = { value: { status: "pending", data: "x" }, secrets: [["data"]] };
  const failing: ProviderDefinition = {
    ...random,
    open: (log) =>
      Object.assign(random.open(log), {
        create: () => {
          const found = { id: "play/a", inputs: { value: {}, secrets: [] }, outputs };
          return Promise.reject(new NotReadyError("it does not work", found, ["no endpoints"]));
        },
      }),
  };
  const other = await ProviderClient.start(failing);
  const error = await other.create("random:index/randomUuid:RandomUuid", {}).catch((reason: unknown) => reason);
  other.close();
  expect(notReadyDetail(error)).toEqual({ id: "play/a", outputs: outputs.value, reasons: ["no endpoints"] });
});

test("each connection has its own configuration: two engines do not share a cluster", async () => {
  const seen: string[] = [];
  let opened = 0;
  const counting: ProviderDefinition = {
    ...random,
    open: (log) => {
      const instance = ++opened;
      return Object.assign(random.open(log), { configure: async () => void seen.push(`instance ${instance}`) });
    },
  };
  const first = await ProviderClient.start(counting);
  const second = new ProviderClient(first.port);
  await first.configure({});
  await second.configure({});
  await first.configure({});
  second.close();
  first.close();
  expect(seen).toEqual(["instance 1", "instance 2", "instance 1"]);
});
