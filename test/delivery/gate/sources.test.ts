import { describe, expect, it } from "vitest";
import type { PrometheusMonitoring } from "../../../components/siteMonitoring.ts";
import { entranceAddresses, outsideSources } from "../../../delivery/gate/sources.ts";
import { gateSite } from "../../support/gateCluster.ts";

const { site, ...access } = gateSite;
const prometheus: PrometheusMonitoring = {
  kind: "prometheus",
  runbooks: "https://git.tax.example/runbooks",
  receivers: { webhook: { backingService: "on-call" } },
};

describe("where the entrance is", () => {
  it("is stated, or follows from what the probes of monitoring ask", () => {
    const entranceCidrs = [
      "10.1.50.10/32",
      { cidr: "2001:db8::1/128", reason: "Both families of addresses" },
      "10.1.60.0/24",
    ];
    expect(entranceAddresses({ gate: { entrance: { addresses: ["10.1.50.9"] } } })).toEqual(["10.1.50.9"]);
    expect(entranceAddresses({ monitoring: { ...prometheus, entranceCidrs } })).toEqual(["10.1.50.10", "2001:db8::1"]);
    expect(entranceAddresses({ monitoring: prometheus })).toEqual([]);
    expect(entranceAddresses({})).toEqual([]);
  });
});

describe("alerts", () => {
  const look = async (more: Partial<typeof site>) => {
    const { sources, notes } = outsideSources({ ...access, site: { ...site, ...more } }, []);
    const looks = sources.map((source) => source.look({ now: 0, met: false }, AbortSignal.timeout(5000)));
    return { notes, observations: (await Promise.all(looks)).flat() };
  };

  it("are not asked where nobody watches, which is said", async () => {
    expect(await look({})).toEqual({ notes: ["alerts are not asked: monitoring is none"], observations: [] });
    expect(await look({ monitoring: { cidrs: ["10.1.50.7/32"] }, gate: { prometheus: "none" } })).toEqual({
      ...{ notes: ["alerts are not asked: gate.prometheus is none"], observations: [] },
    });
  });

  it("of a site that others watch have no data until its file says where to ask", async () => {
    const { observations } = await look({ monitoring: { cidrs: ["10.1.50.7/32"] } });
    expect(observations).toMatchObject([{ condition: "alerts", state: "no-data", finalAfter: 0 }]);
    expect(observations[0]?.remedy).toBe(
      "state gate.prometheus in Pulumi.dc1.yaml, or none where there is no Prometheus",
    );
  });

  it("of a stated Prometheus with a user need the password in the environment", async () => {
    const gate = { prometheus: { url: "https://prometheus.tax.example", username: "gate" } };
    await expect(look({ monitoring: { kind: "none" }, gate })).rejects.toThrow(
      "PROMETHEUS_PASSWORD is not set; export the password of gate",
    );
  });
});
