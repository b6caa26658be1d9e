import { describe, expect, it } from "vitest";
import { withApiDefaults } from "../../../../cli/adopt/additions/apiDefaults.ts";
import { at } from "../../../../recorder/registeredResource.ts";

function filledContainer(container: Record<string, string | number>) {
  const filled = withApiDefaults("Deployment", { spec: { template: { spec: { containers: [container] } } } });
  return at(filled, "spec", "template", "spec", "containers", 0);
}

describe("withApiDefaults", () => {
  it.each([
    ["registry.example:5000/orders", "Always"],
    ["orders:latest", "Always"],
    ["registry.example:5000/orders:1.0", "IfNotPresent"],
    [`orders@sha256:${"0".repeat(64)}`, "IfNotPresent"],
    [`orders:latest@sha256:${"0".repeat(64)}`, "IfNotPresent"],
  ])("pulls %s by the policy %s", (image, policy) => {
    expect(at(filledContainer({ image }), "imagePullPolicy")).toBe(policy);
  });

  it("fills in below what is there, and makes no probe", () => {
    expect(filledContainer({ image: "orders:1" })).not.toHaveProperty("livenessProbe");
  });

  it("states no rolling update for Recreate", () => {
    const filled = withApiDefaults("Deployment", { spec: { strategy: { type: "Recreate" } } });
    expect(at(filled, "spec", "strategy")).toEqual({ type: "Recreate" });
  });

  it("changes nothing that is stated, twice no more than once, and no kind that it does not know", () => {
    const stated = { spec: { type: "NodePort", ports: [{ port: 80, targetPort: "web" }] } };
    const once = withApiDefaults("Service", stated);
    expect(once).toMatchObject({ ...stated, spec: { externalTrafficPolicy: "Cluster" } });
    expect(withApiDefaults("Service", once)).toEqual(once);
    expect(withApiDefaults("constructor", stated)).toBe(stated);
  });
});
