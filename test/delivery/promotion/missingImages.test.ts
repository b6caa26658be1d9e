import { setImmediate } from "node:timers/promises";
import { expect, test } from "vitest";
import { missingImages } from "../../../delivery/promotion/index.ts";

const images = Array.from({ length: 30 }, (_, number) => ({
  repository: `app${number}`,
  tag: "1",
  digest: `sha256:${String(number).padStart(64, "0")}`,
}));

test("every image is asked for once by its digest, few at a time, and the missing ones are named in order", async () => {
  const asked: string[] = [];
  let [now, most] = [0, 0];
  const oras = {
    resolve: async (reference: string) => {
      asked.push(reference);
      now += 1;
      most = Math.max(most, now);
      await setImmediate();
      now -= 1;
      return /app(3|29|7)@/.test(reference) ? undefined : "sha256:0";
    },
  };
  const missing = await missingImages(oras, "registry:5000/tax", images);
  expect(missing.map(({ repository }) => repository)).toEqual(["app3", "app7", "app29"]);
  expect(asked).toEqual(images.map(({ repository, digest }) => `registry:5000/tax/${repository}@${digest}`));
  expect(most).toBe(8);
});

test("a registry that does not answer is told, and is not taken for one that has or lacks anything", async () => {
  const oras = { resolve: () => Promise.reject(new Error("no answer")) };
  await expect(missingImages(oras, "registry:5000", images)).rejects.toThrow("no answer");
});
