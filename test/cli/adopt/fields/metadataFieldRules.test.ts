import { expect, it } from "vitest";
import { adoptText, plainDeployment } from "../manifests.ts";

/** What became of `prometheus.io/scheme` of the pods. */
function schemeOutcome(scheme: string): string | undefined {
  const annotations = `annotations: { prometheus.io/scrape: "true", prometheus.io/scheme: ${scheme} }`;
  const adopted = adoptText(
    plainDeployment.replace("labels: { app: orders }", `labels: { app: orders }, ${annotations}`),
  );
  const { rows } = adopted.compare(adopted.service);
  return rows.find(({ path }) => path.endsWith('["prometheus.io/scheme"]'))?.verdict.list;
}

it("says of Prometheus' own default that nothing is lost, and of another scheme that it is", () => {
  expect(schemeOutcome("http")).toBe("replaced");
  expect(schemeOutcome("https")).toBe("not carried over");
});
