import type { MonitoringPlan } from "./plan.ts";
import type { RuleGroup } from "./rules/index.ts";
import { type ScrapeConfig, scrapeConfigs } from "./scrapeJobs.ts";

/** The series of how many targets a job should have. */
const expectedTargets = "gemelos:expected_targets";

/**
 * Recording rules: how many targets each job should have, by the inventory and the catalogue. Compared with `up`, a target that
 * has gone from the configuration is missed as much as one that does not answer. Pods of services come and go with the
 * autoscaler, so at least the fewest of each are expected.
 */
export function expectedTargetGroup(plan: MonitoringPlan): RuleGroup {
  return {
    name: "gemelos-expected-targets",
    rules: scrapeConfigs(plan).map((config) => ({
      ...{ record: expectedTargets, expr: expectation(plan, config), labels: { job: config.job_name } },
    })),
  };
}

/** Of nodes the inventory's own series say how many there are, so that the rules are alike in sites with more of them. */
function expectation(plan: MonitoringPlan, { job_name: job, static_configs: configs = [] }: ScrapeConfig): string {
  const onNodes = nodeJobs[job];
  if (onNodes !== undefined) return `count(gemelos:node:info${onNodes})`;
  const count = job === "services" ? fewestPods(plan) : configs.flatMap(({ targets }) => targets).length;
  return `vector(${count})`;
}

const controlPlane = '{role="control-plane"}';

/** Jobs with a target on each node, by which nodes these are. */
const nodeJobs: Readonly<Record<string, string>> = {
  "node-exporter": "",
  kubelet: "",
  cadvisor: "",
  ipmi: '{kind="metal"}',
  apiserver: controlPlane,
  etcd: controlPlane,
  "kube-scheduler": controlPlane,
  "kube-controller-manager": controlPlane,
};

function fewestPods({ context: { services } }: MonitoringPlan): number {
  const scraped = services.filter(({ metrics, paused }) => metrics !== undefined && !paused);
  return scraped.reduce((sum, { minReplicas }) => sum + minReplicas, 0);
}
