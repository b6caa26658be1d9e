import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { heapWords, statedHeap, withoutHeapWords } from "../../../../cli/adopt/reading/heapWords.ts";

describe("a text with words that set the heap's size", () => {
  it.each([
    ["-Xmx700m", ""],
    ["-Xmx700m -XX:+UseG1GC", "-XX:+UseG1GC"],
    ["-Dx=1 -Xms64m -Xmx700m -Dy=2", "-Dx=1 -Dy=2"],
    ["exec java $JAVA_OPTS -Xmx1g -jar /app.jar", "exec java $JAVA_OPTS -jar /app.jar"],
    ["-XX:MaxRAMPercentage=75.0\n-XX:+UseZGC", "-XX:+UseZGC"],
    ["-Xss512k -Xmn64m", "-Xss512k -Xmn64m"],
    ["-Dnote=a-Xmx1g", "-Dnote=a-Xmx1g"],
  ])("%j is %j without them", (text, rest) => {
    expect(withoutHeapWords(text)).toBe(rest);
  });

  it.each(["java -Xmx${HEAP}m -jar /app.jar", "sh -c 'java -Xmx1g -jar /app.jar'", 'java "-Xmx1g" -jar /app.jar'])(
    "%j keeps what is not known, or stands between quotes, and it is found all the same",
    (text) => {
      expect(withoutHeapWords(text)).toBe(text);
      expect(heapWords(text)).toMatchObject([{ isPlain: false }]);
    },
  );

  it("keeps every other word in its order", () => {
    const other = fc.constantFrom("-Dx=1", "java", "-jar", "$JAVA_OPTS", "-XX:+UseG1GC");
    const own = fc.constantFrom("-Xmx1g", "-Xms64M", "-XX:MaxRAMPercentage=75", "-XX:MaxHeapSize=1000000");
    fc.assert(
      fc.property(fc.array(fc.oneof(other, own)), (words) => {
        const rest = withoutHeapWords(words.join(" "));
        expect(rest.split(" ").filter((word) => word !== "")).toEqual(words.filter((word) => !/^-X(m|X:M)/.test(word)));
      }),
    );
  });
});

describe("the heap of words", () => {
  it.each([
    [["-Xmx512k"], 0.5],
    [["-Xmx700m"], 700],
    [["-Xmx2G"], 2048],
    [["-Xmx1t"], 1_048_576],
    [["-Xmx1048576"], 1],
    [["-XX:MaxHeapSize=1g", "-Xmx300m"], 300],
    [["-XX:MaxRAMPercentage=50.0"], 512],
    [["-XX:MaxRAMFraction=4"], 256],
    [["-Xmx300m", "-XX:MaxRAMPercentage=50.0"], 300],
  ])("%j is %d MiB of 1024", (words, size) => {
    expect(statedHeap(words, 1024)?.mebibytes).toBe(size);
  });

  it("is not known where none of them sets it", () => {
    expect(statedHeap(["-Xms64m", "-XX:InitialRAMPercentage=50.0"], 1024)).toBeUndefined();
  });
});
