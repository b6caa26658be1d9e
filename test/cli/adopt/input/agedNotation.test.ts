import * as fc from "fast-check";
import { expect, it } from "vitest";
import { adoptService } from "../../../../cli/adopt/adopt.ts";
import { renderInSites } from "../../../../cli/adopt/fields/renderedObjects.ts";
import { listOf } from "../../../../cli/adopt/report/report.ts";
import { handWrittenArbitrary } from "../../../support/arbitraries.ts";
import { allLeaves, legible, sites } from "../manifests.ts";

const release = `1.4.2@sha256:${"0f".repeat(32)}`;

/** Ways to write the same otherwise, on the text of a JSON List: what to find, and what people wrote instead. */
const notations: readonly (readonly [from: RegExp, to: (...groups: string[]) => string])[] = [
  [/"cpu":"(\d+)m"/g, (_, millicores) => `"cpu":${Number(millicores) / 1000}`],
  [/"memory":"(\d+)Mi"/g, (_, mebibytes) => `"memory":"${BigInt(mebibytes ?? 0) * 1_048_576n}"`],
  [/"memory":"(\d+)Gi"/g, (_, gibibytes) => `"memory":"${Number(gibibytes) * 1024}Mi"`],
  [
    /"apiVersion":"apps\/v1","kind":"Deployment","metadata"/g,
    () => '"apiVersion":"extensions/v1beta1","kind":"Deployment","metadata"',
  ],
  [/"apiVersion":"apps\/v1","kind":"Deployment","metadata"/g, () => '"kind":"Deployment","metadata"'],
  [/"apiVersion":"policy\/v1"/g, () => '"apiVersion":"policy/v1beta1"'],
  [
    /"apiVersion":"networking.k8s.io\/v1","kind":"Ingress"/g,
    () => '"apiVersion":"networking.k8s.io/v1beta1","kind":"Ingress"',
  ],
  [
    /"service":\{"name":"([a-z0-9-]+)","port":\{"name":"http"\}\}/g,
    (_, name) => `"serviceName":"${name}","servicePort":"http"`,
  ],
  [/"targetPort":"http"/g, () => '"targetPort":"http","nodePort":null'],
  [/"serviceAccountName":/g, () => '"serviceAccount":'],
  [
    /"restartPolicy":"Always",|"enableServiceLinks":false/g,
    () => '"enableServiceLinks":false,"restartPolicy":"Always","dnsPolicy":"ClusterFirst"',
  ],
  [/"type":"ClusterIP"/g, () => '"type":"ClusterIP","clusterIP":"10.0.0.7","sessionAffinity":"None"'],
];

it("manifests in people's notations lose nothing either", () => {
  fc.assert(
    fc.property(handWrittenArbitrary, fc.subarray([...notations]), (service, chosen) => {
      const [site] = sites;
      if (site === undefined) throw new Error("no site");
      const described = { ...legible(service), backingServices: [] };
      const [original] = renderInSites(described, {}, release, [], [site]);
      const list = JSON.stringify({
        apiVersion: "v1",
        kind: "List",
        items: [...Object.values(original?.objects ?? {}), ...Object.values(original?.claims ?? {})],
      });
      const text = chosen.reduce((written, [from, to]) => written.replaceAll(from, to), list);
      const adopted = adoptService(
        [{ file: "all.json", text }],
        { name: service.name, namespace: undefined, description: undefined, owner: undefined },
        { catalogue: [], sites: [site] },
      );
      const { rows } = adopted.compare(adopted.service);
      expect(listOf(rows, "not carried over")).toEqual([]);
      const replaced = listOf(rows, "replaced").map(({ object, path }) => `${object} ${path}`);
      expect(replaced.filter((place) => !/^List|apiVersion$|clusterIP$|nodePort$/.test(place))).toEqual([]);
      expect(rows.length).toBe(allLeaves([{ file: "all.json", text }]).length);
    }),
    { numRuns: Number(process.env["LONG_PROPERTY_RUNS"] ?? 150) },
  );
});
