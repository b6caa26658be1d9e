import { describe, expect, it } from "vitest";
import { dashboards } from "../../../components/monitoring/dashboards/index.ts";
import { ruleGroups } from "../../../components/monitoring/rules/index.ts";
import { type RelabelConfig, scrapeConfigs } from "../../../components/monitoring/scrapeJobs.ts";
import { readPromql, type Selector } from "../../support/promql.ts";
import { planOf } from "./monitoredSite.ts";

const plan = planOf();
const jobs = new Map(scrapeConfigs(plan).map((config) => [config.job_name, config]));

/** Whose metrics begin so, where a query does not say. */
const jobOfPrefix: Readonly<Record<string, string>> = {
  kube_: "kube-state-metrics",
  kubelet_: "kubelet",
  container_: "cadvisor",
  node_: "node-exporter",
  smartmon_: "node-exporter",
  nvme_: "node-exporter",
  ipmi_: "ipmi",
  apiserver_: "apiserver",
  etcd_: "etcd",
};

interface Asked extends Selector {
  readonly job: string;
}

/** What an expression asks of jobs; what rules have recorded is no job's. */
function askedBy(expr: string): Asked[] {
  const { selectors } = readPromql(expr);
  return selectors.flatMap((selector) => {
    const stated = /^=([\w-]+)$/.exec(selector.matchers["job"] ?? "")?.[1];
    const prefix = Object.keys(jobOfPrefix).find((beginning) => selector.metric.startsWith(beginning));
    const job = stated ?? jobOfPrefix[prefix ?? ""];
    return job === undefined ? [] : [{ ...selector, job }];
  });
}

/** Whether a step of relabelling takes a series away, of a container, by its name. */
function takesAway(
  { source_labels = [], separator = ";", regex = "", action }: RelabelConfig,
  metric: string,
): boolean {
  const values = source_labels.map((label) => (label === "__name__" ? metric : "receipts"));
  const matches = new RegExp(`^(?:${regex})$`).test(values.join(separator));
  return (action === "drop" && matches) || (action === "keep" && !matches);
}

/** What is asked for and is not there, since a job does not exist, or drops the series or the label. */
function missing(asked: readonly Asked[]): string[] {
  return asked.flatMap(({ job, metric, matchers }) => {
    const config = jobs.get(job);
    if (config === undefined) return [`no job ${job}`];
    const steps = config.metric_relabel_configs ?? [];
    const dropped = steps
      .filter(({ action }) => action === "labeldrop")
      .map(({ regex }) => new RegExp(`^(?:${regex})$`));
    return [
      ...(steps.some((step) => takesAway(step, metric)) ? [`${job} drops ${metric}`] : []),
      ...Object.keys(matchers).flatMap((label) =>
        dropped.some((regex) => regex.test(label)) ? [`${job} drops the label ${label} of ${metric}`] : [],
      ),
    ];
  });
}

describe("what is asked of Prometheus is scraped", () => {
  it("by panels and marks of dashboards", () => {
    const expressions = dashboards(plan.context).flatMap(({ json }) =>
      [...json.matchAll(/"expr":("(?:[^"\\]|\\.)*")/g)].map(([, text = '""']): string => JSON.parse(text)),
    );
    const asked = expressions.flatMap(askedBy);
    expect(asked.length).toBeGreaterThan(80);
    expect([...new Set(missing(asked))]).toEqual([]);
  });

  it("by rules", () => {
    const asked = ruleGroups(plan.context).flatMap(({ rules }) => rules.flatMap(({ expr }) => askedBy(expr)));
    expect(asked.length).toBeGreaterThan(80);
    expect([...new Set(missing(asked))]).toEqual([]);
  });

  it("and what is not is found", () => {
    expect(missing(askedBy('up{job="receipts"}'))).toEqual(["no job receipts"]);
    expect(missing(askedBy("kube_replicaset_created"))).toEqual(["kube-state-metrics drops kube_replicaset_created"]);
    expect(missing(askedBy("container_threads"))).toEqual(["cadvisor drops container_threads"]);
    expect(missing(askedBy('kube_pod_info{uid="1"}'))).toEqual([
      "kube-state-metrics drops the label uid of kube_pod_info",
    ]);
  });
});
