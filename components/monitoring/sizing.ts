/** What a site's Prometheus has to hold, in numbers of what it watches. */
export interface Watched {
  /** Nodes of the inventory. */
  readonly nodes: number;
  /** Pods of services, at most. */
  readonly pods: number;
  /**
   * Days that are kept.
   * @default 32
   */
  readonly retentionDays?: number;
}

/** What a site's Prometheus needs, with the figures on the way. */
export interface Sizing {
  /** Series that are scraped at a time. */
  readonly series: number;
  readonly samplesPerSecond: number;
  /** Bytes on disk for all days that are kept. */
  readonly diskBytes: number;
  /** Bytes of memory. */
  readonly memoryBytes: number;
  /** Requests of one replica, as Kubernetes quantities. */
  readonly prometheus: { readonly cpu: `${number}m`; readonly memory: `${number}Mi`; readonly volume: `${number}Gi` };
  /** Memory of kube-state-metrics, as a Kubernetes quantity. */
  readonly objects: `${number}Mi`;
}

/** Days that Prometheus keeps: an error budget is of 30 days, and the day that is being written is not whole. */
export const defaultRetentionDays = 32;

/** Seconds between two scrapes of a target. */
export const scrapeSeconds = 30;

/**
 * Series by what they are of. A node: node_exporter (about 1,400 on 32 cores), its kubelet and the sensors. A pod of a
 * service: Micrometer (JVM, pool, and 30 kinds of requests with a histogram of two buckets), cAdvisor and kube-state-metrics.
 * The control plane and what watches are nearly the same for every size.
 */
const seriesOf = { node: 2_600, pod: 550, site: 60_000 } as const;

/** Bytes of a sample on disk: Prometheus' own figure is 1 to 2. */
const bytesOfSample = 1.7;

/** Bytes of memory of a series of the last three hours, with its index and what queries and rules hold of it. */
const bytesOfSeries = 8 * 1024;

/** Each rollout makes new series beside the old ones, which stay in memory for three hours; the disk has room to merge. */
const headroom = 1.25;

/**
 * What a site's Prometheus needs: series, samples a second, disk and memory. Requests are rounded up to few steps, so that one
 * more service or node seldom changes them, and sites of nearly the same size have the same.
 */
export function sizing({ nodes, pods, retentionDays = defaultRetentionDays }: Watched): Sizing {
  const series = seriesOf.site + nodes * seriesOf.node + pods * seriesOf.pod;
  const samplesPerSecond = Math.ceil(series / scrapeSeconds);
  const diskBytes = Math.ceil(samplesPerSecond * 86_400 * retentionDays * bytesOfSample * headroom);
  const memoryBytes = Math.ceil(2 ** 29 + series * bytesOfSeries * headroom);
  return {
    ...{ series, samplesPerSecond, diskBytes, memoryBytes },
    prometheus: {
      // A core ingests about 100,000 samples a second; rules and queries want several times as much.
      cpu: `${step(200 + samplesPerSecond / 20)}m`,
      memory: `${step(memoryBytes / 2 ** 20)}Mi`,
      volume: `${step(diskBytes / 2 ** 30)}Gi`,
    },
    objects: `${step(96 + (nodes + pods) / 5)}Mi`,
  };
}

/** The next of 1, 1.5, 2, 3, 4, 6, 8, 12 and so on that is not smaller. */
function step(amount: number): number {
  const power = 2 ** Math.floor(Math.log2(Math.max(amount, 2)));
  return [power, 1.5 * power, 2 * power].find((each) => each >= amount) ?? 2 * power;
}
