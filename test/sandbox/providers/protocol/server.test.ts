import { status } from "@grpc/grpc-js";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { ProviderDefinition } from "../../../../sandbox/providers/protocol/provider.ts";
import { random } from "../../../../sandbox/providers/random/provider.ts";
import { ProviderClient } from "../../../support/providerClient.ts";

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

test("each connection has its own configuration: two engines do not share a cluster", async () => {
  const seen: string[] = [];
  let opened = 0;
  const counting: ProviderDefinition = {
    ...random,
    open: () => {
      const instance = ++opened;
      return Object.assign(random.open(), { configure: async () => void seen.push(`instance ${instance}`) });
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
