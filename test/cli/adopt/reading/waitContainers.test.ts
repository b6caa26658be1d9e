import { describe, expect, it, test } from "vitest";
import { isWaiting } from "../../../../cli/adopt/reading/waitContainers.ts";
import { adoptText, plainDeployment } from "../manifests.ts";

const shell = (script: string) => ({ image: "busybox:1.36", command: ["sh", "-c", script] });

test.each([
  ["until nc -z db 5432; do echo waiting; sleep 2; done"],
  ["until nc -z -w 2 db 5432 > /dev/null 2>&1; do sleep 2; done; echo up"],
  ["while ! nslookup kafka.shop.svc.cluster.local; do sleep 1; done"],
  [
    "until nslookup db.$(cat /var/run/secrets/kubernetes.io/serviceaccount/namespace).svc.cluster.local; do echo waiting for db; sleep 2; done",
  ],
  ['while [ "$(curl -s -o /dev/null -w "%{http_code}" http://config:8888/health)" != "200" ]; do sleep 5; done'],
  ["until wget -qO- http://config:8888/actuator/health; do sleep 3; done;"],
  ["set -e\nfor i in $(seq 1 60); do\n  nc -z rabbit 5672 && exit 0\n  sleep 2\ndone\nexit 1"],
  ["until pg_isready -h db -p 5432; do sleep 2; done"],
  ["while ! mysqladmin ping -h mysql --silent; do sleep 1; done"],
  ["until (echo > /dev/tcp/db/5432) >/dev/null 2>&1; do sleep 1; done"],
  ["until curl -s http://config:8888/actuator/health | grep UP; do sleep 3; done"],
  ["sleep 30"],
])("%s only waits", (script) => expect(isWaiting(shell(script))).toBe(true));

test.each([
  [{ image: "groundnuty/k8s-wait-for:v2.0", args: ["pod", "-lapp=db"] }],
  [{ image: "example.org/wait-for:1" }],
  [{ image: "jwilder/dockerize:0.6", command: ["dockerize", "-wait", "tcp://db:5432", "-timeout", "60s"] }],
  [{ image: "app:1", command: ["/wait-for-it.sh", "db:5432", "-t", "60"] }],
  [{ image: "postgres:16", command: ["pg_isready", "-h", "db"] }],
])("%j only waits", (container) => expect(isWaiting(container)).toBe(true));

test.each([
  [shell("until nc -z db 5432; do sleep 1; done; flyway migrate")],
  [shell("wget -O /plugins/agent.jar https://example.org/agent.jar")],
  [shell("until curl -o /work/schema.json http://registry:8081/s; do sleep 1; done")],
  [shell("until curl -X POST http://registry:8081/s; do sleep 1; done")],
  [shell("echo ready > /shared/flag")],
  [shell("chown -R 1000 /data")],
  [shell("cp /agent.jar /shared/ && sleep 1")],
  [shell("until psql -f /init.sql; do sleep 1; done")],
  [{ image: "app:1", command: ["/wait-for-it.sh", "db:5432", "--", "flyway", "migrate"] }],
  [{ image: "flyway/flyway:10", args: ["migrate"] }],
  [{ image: "flyway/flyway:10" }],
])("%j does more than wait", (container) => expect(isWaiting(container)).toBe(false));

describe("init containers", () => {
  const listed = (initContainer: string) => {
    const adopted = adoptText(
      plainDeployment.replace("      containers:", `      initContainers: [${initContainer}]\n      containers:`),
    );
    return adopted
      .compare(adopted.service)
      .rows.filter(({ path }) => path.includes("initContainers"))
      .map(({ verdict }) => verdict);
  };

  it("that only wait are no loss: the start-up probe waits", () => {
    const rows = listed('{ name: wait, image: busybox, command: [sh, -c, "until nc -z db 5432; do sleep 1; done"] }');
    expect(new Set(rows.map(({ list }) => list))).toEqual(new Set(["replaced"]));
    expect(rows[0]).toMatchObject({ by: expect.stringMatching(/start-up probe.*must try again/) });
  });

  it("that run beside the service are lost, and it says why", () => {
    for (const verdict of listed('{ name: agent, image: "example.org/agent:1", restartPolicy: Always }')) {
      expect(verdict).toMatchObject({ list: "not carried over", reason: expect.stringMatching(/runs beside it/) });
    }
  });
});
