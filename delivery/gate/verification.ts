import { join } from "node:path";
import { type ApiClient, ApiError, listWith } from "../../clusterClient/index.ts";
import { writeWhole } from "../../command/writeWhole.ts";
import { type VerificationManifests, verificationContainer } from "../../components/workload/index.ts";
import { at, isObject, type PlainObject } from "../../recorder/registeredResource.ts";
import type { Pod } from "../../rollout/objects.ts";
import { podCauses } from "../../rollout/pods.ts";
import type { Before, Observation, Source } from "./condition.ts";
import { readLog } from "./junit.ts";
import type { VerificationResult } from "./result.ts";

/** The tests of one service, and where their reports go. */
export interface Verification {
  readonly service: string;
  /** The Job and its network rules; asked for once, when it is time to run it. */
  readonly manifests: () => Promise<VerificationManifests>;
  /** Folder of its reports. */
  readonly folder: string;
}

/** Lines of a log that are shown where tests fail, and that are read at all: what is before them is not missed. */
const [shownLines, readLines] = [40, 100_000];

type Client = Pick<ApiClient, "send" | "read">;

/**
 * Runs the tests of a service once all that lasts is met: a Job, which is removed when it has passed and stays when it has not. One
 * that a gate before has left behind gives way to a new one.
 */
export class VerificationSource implements Source {
  readonly #client: Client;
  readonly #verification: Verification;
  readonly conditions;
  #run: Run | undefined;
  #ended: Omit<Observation, "condition"> | undefined;
  /** What came of it; undefined until it has ended. */
  result: VerificationResult | undefined;

  constructor(client: Client, verification: Verification) {
    this.#client = client;
    this.#verification = verification;
    this.conditions = [{ name: `verification ${verification.service}`, once: true as const }];
  }

  async look({ now, met }: Before, signal: AbortSignal): Promise<readonly Observation[]> {
    const observed = this.#ended ?? (await this.#observe(now, met, signal));
    return this.conditions.map(({ name }) => ({ condition: name, ...observed }));
  }

  /** Removes what still runs, since nobody would look after it. */
  async end(): Promise<void> {
    if (this.#run === undefined) return;
    const { manifests } = this.#run;
    this.#run = undefined;
    await this.#remove(jobPath(manifests)).catch(() => undefined);
    await this.#remove(policyPath(manifests)).catch(() => undefined);
  }

  async #observe(now: number, met: boolean, signal: AbortSignal): Promise<Omit<Observation, "condition">> {
    if (this.#run === undefined) {
      if (!met) return { state: "waiting", what: "its tests run once all that lasts is met" };
      this.#run = { manifests: await this.#verification.manifests(), began: now, created: undefined, log: "" };
    }
    const run = this.#run;
    if (run.created === undefined) return this.#start(run, signal);
    const job = await this.#find(jobPath(run.manifests), signal);
    if (job === undefined || at(job, "metadata", "uid") !== run.created) {
      const what = `its Job was ${job === undefined ? "removed" : "made anew"} by somebody else, such as another gate`;
      return { state: "fail", what, finalAfter: 0, remedy: "run the gate again, alone" };
    }
    const pod = await this.#podOf(job, signal);
    const verdict = verdictOf(job, pod);
    const log = await this.#logOf(pod, signal);
    if (log !== undefined) run.log = log;
    if (verdict !== undefined) return this.#finish(run, verdict, now);
    const [cause] = pod === undefined ? [] : podCauses(pod, []);
    const timeout = `${run.manifests.job.spec?.activeDeadlineSeconds} s`;
    if (cause === undefined) return { state: "waiting", what: `its tests run, for at most ${timeout}` };
    const final = cause.patience.final === undefined ? {} : { finalAfter: cause.patience.final };
    return { state: "fail", what: cause.what, kind: cause.kind, ...final };
  }

  /** Makes the rules, and the Job unless an earlier one of its name is still there. */
  async #start(run: Run, signal: AbortSignal): Promise<Omit<Observation, "condition">> {
    const { job, networkPolicy } = run.manifests;
    const earlier = await this.#find(jobPath(run.manifests), signal);
    if (earlier !== undefined) {
      await this.#remove(jobPath(run.manifests), signal);
      return { state: "waiting", what: "the Job of an earlier gate is removed first" };
    }
    const apply = { method: "PATCH", contentType: "application/apply-patch+yaml" } as const;
    const path = `${policyPath(run.manifests)}?fieldManager=gemelos-gate&force=true`;
    await this.#client.send({ ...apply, path, body: networkPolicy, signal });
    const created = await this.#client.send({ method: "POST", path: jobsPath(run.manifests), body: job, signal });
    run.created = String(at(created, "metadata", "uid"));
    return { state: "waiting", what: "its tests begin" };
  }

  async #finish(run: Run, { passed, why }: JobVerdict, now: number): Promise<Omit<Observation, "condition">> {
    const { service, folder } = this.#verification;
    const { reports, counts, problem, lines } = readLog(run.log);
    const files = reports.map((report, index) => {
      const file = join(folder, `${service}${index === 0 ? "" : `-${index + 1}`}.xml`);
      writeWhole(file, report);
      return file;
    });
    const failed = counts?.failed ?? 0;
    const fault = !passed ? why : failed > 0 ? `${failed} of ${counts?.total} tests failed` : problem;
    await this.#remove(policyPath(run.manifests));
    if (fault === undefined) await this.#remove(jobPath(run.manifests));
    this.#run = undefined;
    this.result = {
      ...{ service, outcome: fault === undefined ? "pass" : "fail", reports: files },
      seconds: Math.round((now - run.began) / 1000),
      ...(counts === undefined ? {} : { tests: counts }),
      ...(fault === undefined ? {} : { log: lines.filter((line) => line !== "").slice(-shownLines) }),
    };
    const tests =
      counts === undefined ? "" : `: ${counts.total} tests, ${counts.failed} failed, ${counts.skipped} skipped`;
    if (fault === undefined) {
      this.#ended = { state: "pass", what: `its tests passed${tests}` };
      return this.#ended;
    }
    const { name, namespace } = run.manifests.job.metadata;
    this.#ended = {
      ...{ state: "fail", what: `its tests did not pass (${fault})${tests}`, finalAfter: 0 },
      remedy: `read its log: kubectl logs -n ${namespace} job/${name}`,
    };
    return this.#ended;
  }

  async #podOf(job: PlainObject, signal: AbortSignal): Promise<Pod | undefined> {
    const pods = await listWith(this.#client, signal)("Pod", String(at(job, "metadata", "namespace")));
    const uid = at(job, "metadata", "uid");
    return pods.find(({ metadata }) => metadata?.ownerReferences?.some((owner) => owner.uid === uid));
  }

  /** What its container has written by now; undefined where there is no container yet, or none any more. */
  async #logOf(pod: Pod | undefined, signal: AbortSignal): Promise<string | undefined> {
    const { name, namespace } = pod?.metadata ?? {};
    if (name === undefined || namespace === undefined) return undefined;
    const query = new URLSearchParams({ container: verificationContainer, tailLines: String(readLines) });
    try {
      return await this.#client.read({ path: `/api/v1/namespaces/${namespace}/pods/${name}/log?${query}`, signal });
    } catch (error) {
      if (error instanceof ApiError && error.status !== 403) return undefined;
      throw error;
    }
  }

  async #find(path: string, signal: AbortSignal): Promise<PlainObject | undefined> {
    try {
      return await this.#client.send({ path, signal });
    } catch (error) {
      if (error instanceof ApiError && error.status === 404) return undefined;
      throw error;
    }
  }

  async #remove(path: string, signal?: AbortSignal): Promise<void> {
    try {
      const body = { propagationPolicy: "Background" };
      await this.#client.send({ method: "DELETE", path, body, ...(signal === undefined ? {} : { signal }) });
    } catch (error) {
      if (!(error instanceof ApiError && error.status === 404)) throw error;
    }
  }
}

/** A Job that was begun. */
interface Run {
  readonly manifests: VerificationManifests;
  /** In milliseconds since 1970. */
  readonly began: number;
  /** UID of the Job; undefined before it is made. */
  created: string | undefined;
  /** What it has written, as far as was read: at its deadline Kubernetes removes the pod. */
  log: string;
}

interface JobVerdict {
  readonly passed: boolean;
  readonly why: string;
}

/** How a Job ended; undefined while it runs. Of a container that failed it says only that it is not tried again; its pod says more. */
function verdictOf(job: PlainObject, pod: Pod | undefined): JobVerdict | undefined {
  const conditions = at(job, "status", "conditions");
  const ended = (Array.isArray(conditions) ? conditions.filter(isObject) : []).find(
    ({ type, status }) => status === "True" && (type === "Complete" || type === "Failed"),
  );
  if (ended === undefined) return undefined;
  const { type, reason, message } = ended;
  const late = reason === "DeadlineExceeded";
  const exit = pod?.status?.containerStatuses?.[0]?.state?.terminated;
  const failed = exit === undefined ? `${reason}: ${message}` : `exit code ${exit.exitCode}`;
  const why = late ? `they took longer than ${at(job, "spec", "activeDeadlineSeconds")} s` : failed;
  return { passed: type === "Complete", why };
}

function jobsPath({ job }: VerificationManifests): string {
  return `/apis/batch/v1/namespaces/${job.metadata.namespace}/jobs`;
}

function jobPath(manifests: VerificationManifests): string {
  return `${jobsPath(manifests)}/${manifests.job.metadata.name}`;
}

function policyPath({ networkPolicy: { metadata } }: VerificationManifests): string {
  return `/apis/networking.k8s.io/v1/namespaces/${metadata.namespace}/networkpolicies/${metadata.name}`;
}
