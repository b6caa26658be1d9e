import { describe, expect, it } from "vitest";
import { listOf } from "../../../../cli/adopt/report/report.ts";
import { adoptText } from "../manifests.ts";

function adoptWith(container: string, memory = "limits: { memory: 1Gi }", others = "") {
  const adopted = adoptText(`
kind: Deployment
metadata: { name: orders }
spec:
  template:
    spec:
      containers:
        - name: orders
          image: registry.example.org/orders:1
          resources: { ${memory} }
          ${container}
${others}`);
  const { rows } = adopted.compare(adopted.service);
  const losses = listOf(rows, "not carried over").map(({ path }) =>
    path.replace("spec.template.spec.containers[0].", ""),
  );
  const by = Object.fromEntries(
    listOf(rows, "replaced").flatMap(({ path, verdict }) =>
      verdict.list === "replaced" ? [[path.replace("spec.template.spec.containers[0].", ""), verdict.by]] : [],
    ),
  );
  return { ...adopted, losses, by };
}

function variable(name: string, value: string): string {
  return `env: [{ name: ${name}, value: ${JSON.stringify(value)} }]`;
}

describe("a heap that is stated", () => {
  it.each(["JAVA_OPTS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS", "CATALINA_OPTS", "JVM_ARGS"])(
    "in %s moves into jvm.heapPercentage, and the rest stays",
    (name) => {
      const { service, losses, by, notes } = adoptWith(variable(name, "-Xmx700m -XX:+UseG1GC"));
      expect(service.jvm).toEqual({ heapPercentage: 68 });
      expect(service.env).toEqual({ [name]: "-XX:+UseG1GC" });
      expect(losses).toEqual([]);
      expect(by["env[0].value"]).toBe('"-XX:+UseG1GC", and jvm.heapPercentage 68');
      expect(notes).toContain(
        "the heap was 700 MiB (-Xmx700m) and is 696 MiB: jvm.heapPercentage 68 of the memory limit 1024Mi",
      );
    },
  );

  it("as a word of its own goes, and the other words stay", () => {
    const { service, losses, by } = adoptWith("command: [java, -Xmx512m, -jar, /app.jar]");
    expect(service).toMatchObject({ command: ["java", "-jar", "/app.jar"], jvm: { heapPercentage: 50 } });
    expect(losses).toEqual([]);
    expect(by["command[1]"]).toBe("jvm.heapPercentage 50");
  });

  it("within a script goes out of it", () => {
    const { service, losses, by } = adoptWith(`command: [sh, -c]
          args: ["exec java -Xmx512m -jar /app.jar"]`);
    expect(service).toMatchObject({ args: ["exec java -jar /app.jar"], jvm: { heapPercentage: 50 } });
    expect(losses).toEqual([]);
    expect(by["args[0]"]).toBe('"exec java -jar /app.jar", and jvm.heapPercentage 50');
  });

  it("in a ConfigMap goes too", () => {
    const { service, losses } = adoptWith(
      "envFrom: [{ configMapRef: { name: options } }]",
      "limits: { memory: 1Gi }",
      `---
kind: ConfigMap
metadata: { name: options }
data: { JAVA_OPTS: "-Xmx512m -Dx=1" }
`,
    );
    expect(service).toMatchObject({ env: { JAVA_OPTS: "-Dx=1" }, jvm: { heapPercentage: 50 } });
    expect(losses).toEqual([]);
  });

  it.each([
    [
      "the command line before JDK_JAVA_OPTIONS",
      `${variable("JDK_JAVA_OPTIONS", "-Xmx200m")}
          command: [java, -Xmx300m, -jar, /app.jar]`,
      "-Xmx300m",
    ],
    [
      "_JAVA_OPTIONS before the command line",
      `${variable("_JAVA_OPTIONS", "-Xmx400m")}
          command: [java, -Xmx300m, -jar, /app.jar]`,
      "-Xmx400m",
    ],
    [
      "what a script says behind JAVA_OPTS before it",
      `${variable("JAVA_OPTS", "-Xmx200m")}
          command: [sh, -c, "java $JAVA_OPTS -Xmx300m -jar /app.jar"]`,
      "-Xmx300m",
    ],
    [
      "JAVA_OPTS before what a script says before it",
      `${variable("JAVA_OPTS", "-Xmx200m")}
          command: [sh, -c, "java -Xmx300m \${JAVA_OPTS} -jar /app.jar"]`,
      "-Xmx200m",
    ],
    [
      "a size in JAVA_TOOL_OPTIONS before a share elsewhere",
      `env: [{ name: JAVA_TOOL_OPTIONS, value: -Xmx250m }, { name: JAVA_OPTS, value: "-XX:MaxRAMPercentage=70" }]`,
      "-Xmx250m",
    ],
    [
      "the command line before JAVA_OPTS that nobody reads",
      `${variable("JAVA_OPTS", "-Xmx200m")}
          command: [java, -Xmx300m, -jar, /app.jar]`,
      "-Xmx300m",
    ],
  ])("is read as the JVM does: %s", (_, container, word) => {
    const { notes } = adoptWith(container);
    expect(notes).toContainEqual(expect.stringMatching(new RegExp(`^the heap was \\d+ MiB \\(${word}\\)`)));
  });

  it.each([
    [
      "-Xmx1000m",
      80,
      "the heap was 1000 MiB (-Xmx1000m) and is 819 MiB: jvm.heapPercentage 80 of the memory limit 1024Mi; 98 % is outside 10 to 80: correct the limit",
    ],
    [
      "-Xmx64m",
      10,
      "the heap was 64 MiB (-Xmx64m) and is 102 MiB: jvm.heapPercentage 10 of the memory limit 1024Mi; 6 % is outside 10 to 80: correct the limit",
    ],
  ])("of %s is held within the bounds, and that is told", (word, heapPercentage, note) => {
    const { service, notes } = adoptWith(variable("JAVA_OPTS", word));
    expect(service.jvm).toEqual({ heapPercentage });
    expect(notes).toContain(note);
  });

  it("larger than what is requested makes a limit that holds it, where none is stated", () => {
    const { service, notes } = adoptWith(variable("JAVA_OPTS", "-Xmx700m"), "requests: { memory: 256Mi }");
    expect(service.resources).toMatchObject({ requests: { memory: "256Mi" }, limits: { memory: "1177Mi" } });
    expect(notes).toContainEqual(expect.stringMatching(/no limit was stated, so it is one that holds this heap/));
  });

  it.each([
    ["from another variable", 'command: [sh, -c, "java -Xmx${HEAP}m -jar /app.jar"]', "command[2]"],
    ["between quotes", variable("JAVA_OPTS", "-Dname='a -Xmx700m'"), "env[0].value"],
    ["as the only word there is", "args: [-Xmx700m]", "args[0]"],
    [
      "by a variable that is a whole word",
      `${variable("JAVA_OPTS", "-Xmx700m")}
          args: [$(JAVA_OPTS), -jar, /app.jar]`,
      "env[0].value",
    ],
  ])("%s stays, and is told as what goes before the component's", (_, container, path) => {
    const { losses } = adoptWith(container);
    expect(losses).toEqual([path]);
  });
});
