import { at } from "../registration.ts";
import type { PlannedObjects } from "./plannedObjects.ts";
import { container } from "./renderedPod.ts";
import {
  carriedIf,
  carriedOver,
  notCarriedOver,
  type Question,
  type Rule,
  replacedBy,
  showRendered,
  type Verdict,
} from "./verdict.ts";

/** Rules for one of the three probes; patterns count from the container. */
export function probeRules(probe: string): Rule[] {
  const find = (objects: PlannedObjects) => at(container(objects), probe);
  const port = (way: string): Rule => [
    `${probe}.${way}.port`,
    (question) =>
      carriedIf(
        question,
        (objects) => at(find(objects), way, "port"),
        undefined,
        (value, found) => {
          return found !== undefined && samePort(question, inPodOf(question, value), found);
        },
      ),
  ];
  const fallback = (reason: string): Verdict => notCarriedOver(reason, "set it in transforms.deployment");
  return [
    port("httpGet"),
    port("tcpSocket"),
    port("grpc"),
    [
      `${probe}.httpGet.path`,
      (question) => carriedIf(question, (objects) => at(find(objects), "httpGet", "path"), undefined),
    ],
    [
      `${probe}.httpGet.scheme`,
      (question) =>
        question.leaf.value === "HTTP"
          ? carriedOver
          : fallback("probes speak HTTP, since the mesh or the Ingress does TLS"),
    ],
    [
      `${probe}.initialDelaySeconds`,
      (question) =>
        question.leaf.value === 0
          ? carriedIf(question, (objects) => at(find(objects), "initialDelaySeconds") ?? 0, undefined)
          : undefined,
    ],
    [
      `${probe}.successThreshold`,
      (question) =>
        question.leaf.value === 1
          ? carriedIf(question, (objects) => at(find(objects), "successThreshold") ?? 1, undefined)
          : undefined,
    ],
    [
      `${probe}.grpc.service`,
      (question) =>
        question.leaf.value === ""
          ? carriedIf(question, (objects) => at(find(objects), "grpc", "service") ?? "", undefined)
          : undefined,
    ],
    [
      `${probe}.*`,
      (question) => {
        const field = String(question.leaf.path.at(-1));
        const same = carriedIf(question, (objects) => at(find(objects), field), undefined);
        const value = showRendered(question, (objects) => at(find(objects), field));
        return (
          same ?? (value === "nothing" ? undefined : replacedBy(`${value}: a check must end before the next begins`))
        );
      },
    ],
    [
      `${probe}.**`,
      (question) =>
        carriedIf(
          question,
          (objects) => at(find(objects), ...question.leaf.path.slice(6)),
          fallback("a probe names a path, a connection, the gRPC protocol or a command on one of the two ports"),
        ),
    ],
  ];
}

function samePort(question: Question, number: number | undefined, found: unknown): boolean {
  return question.comparison.sites.every(({ objects }) => {
    if (typeof found === "number") return found === number;
    const ports = at(container(objects), "ports");
    return (
      Array.isArray(ports) && ports.some((each) => at(each, "name") === found && at(each, "containerPort") === number)
    );
  });
}

/** The number in the pod of a port's name or number. */
function inPodOf({ comparison }: Question, value: unknown): number | undefined {
  return typeof value === "string" || typeof value === "number" ? comparison.reading.ports.inPod(value) : undefined;
}
