import { expect, test } from "vitest";
import { letThrough } from "../../../../cli/adopt/additions/networkText.ts";
import { networkPolicyManifest } from "../../../../components/workload/networkPolicy.ts";
import type { PlainObject } from "../../../../recorder/registeredResource.ts";
import { kubespraySite, resolved } from "../../../support/fixtures.ts";

test("of many nodes through which the controller comes in some are named, and the others are counted", () => {
  const nodes = Array.from({ length: 60 }, (_, index) => ({ address: `10.1.10.${index}`, role: "worker" as const }));
  const policy = networkPolicyManifest(resolved({ exposure: { host: "api" } }), { ...kubespraySite, nodes }, []);
  const plain: PlainObject = JSON.parse(JSON.stringify(policy));
  expect(letThrough(plain, "Ingress")).toEqual([
    "10.1.10.0/32 and 10.1.10.1/32 and 10.1.10.2/32 and 10.1.10.3/32 and 58 others (7137)",
    "10.1.50.7/32 (17137)",
  ]);
});
