import { createHash } from "node:crypto";
import { parseXml, XmlElement } from "@rgrove/parse-xml";
import { RemoteError } from "../../command/errors.ts";
import type { S3History } from "../../components/siteHistory.ts";
import { recordKey } from "./recordKey.ts";
import { type S3Answer, S3Client, type S3Credentials, type S3Request } from "./s3Client.ts";
import type { HistoryStore, StoredHistories } from "./store.ts";

/**
 * Histories in a bucket: an object `<site>/<number>.json` for each record, which is written if there is none of that number, and
 * never again.
 * @param credentials of a user that may list, read and create objects; undefined where none were stated
 */
export function s3Store(site: string, place: S3History, credentials: S3Credentials | undefined): HistoryStore {
  const name = `the bucket ${place.bucket} of ${place.endpoint.replace(/\/$/, "")}`;
  const client = credentials === undefined ? undefined : new S3Client(place, credentials);
  let isTried = false;

  const ask = async (asked: S3Request): Promise<S3Answer> => {
    if (client === undefined) {
      throw new RemoteError(
        `${name} needs ${variables(site).join(" and ")} (or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY); set them`,
      );
    }
    const answer = await client.send(asked).catch((error: unknown) => {
      throw error instanceof RemoteError
        ? new RemoteError(`${name} ${error.message}; start it, or correct history`)
        : error;
    });
    if (answer.status < 300 || answer.status === 412 || answer.status === 409) return answer;
    throw new RemoteError(`${name} ${refusal(answer)}`, answer.status);
  };

  const listOf = (body: string): XmlElement => {
    try {
      const { root } = parseXml(body);
      if (root?.name === "ListBucketResult") return root;
    } catch {
      // What it is instead is of no use to anybody.
    }
    throw new RemoteError(`${name} does not answer as an S3-compatible store; correct history.endpoint`);
  };

  const list = async (prefix: string): Promise<string[]> => {
    const keys: string[] = [];
    let more: string | undefined;
    do {
      const from: Record<string, string> = more === undefined ? {} : { "continuation-token": more };
      const { body } = await ask({ method: "GET", key: "", query: { "list-type": "2", prefix, ...from } });
      const root = listOf(body);
      keys.push(...elements(root, "Contents").flatMap((each) => elements(each, "Key").map(({ text }) => text)));
      more = elements(root, "NextContinuationToken")[0]?.text;
    } while (more !== undefined);
    return keys.filter((key) => key.endsWith(".json")).toSorted();
  };

  const lines = async (of: string): Promise<string[]> =>
    Promise.all((await list(`${of}/`)).map(async (key) => (await ask({ method: "GET", key })).body));

  /** @returns whether it was written: not where there is such an object */
  const put = async (key: string, body: string): Promise<boolean> => {
    const headers = {
      "content-type": "application/json",
      // A bucket with object lock demands it.
      "content-md5": createHash("md5").update(body).digest("base64"),
      "if-none-match": "*",
    };
    return (await ask({ method: "PUT", key, headers, body })).status < 300;
  };

  /** Tries once whether the store keeps the condition, with an object that is there and what it holds, so that nothing changes. */
  const tryCondition = async (key: string, body: string): Promise<void> => {
    if (!isTried && (await put(key, body))) {
      throw new RemoteError(
        `${name} ignores If-None-Match, so that one deployment can overwrite the record of another; take a newer version of that store, or history.kind: git`,
      );
    }
    isTried = true;
  };

  return {
    place: name,
    async read(sites): Promise<StoredHistories> {
      const read = new Map(await Promise.all(sites.map(async (each) => [each, await lines(each)] as const)));
      return {
        lines: (of) => read.get(of) ?? [],
        problems: [],
        notes: [],
        async append(of, added) {
          const present = read.get(of) ?? [];
          const key = (number: number) => `${of}/${recordKey(number)}`;
          const newest = present.at(-1);
          // First, since another deployment may have written a record in the meantime.
          if (newest !== undefined) await tryCondition(key(present.length), newest);
          for (const [index, line] of added.entries()) {
            const own = key(present.length + 1 + index);
            if (!(await put(own, line))) return false;
            await tryCondition(own, line);
          }
          return true;
        },
      };
    },
  };
}

/** The variables that hold key and secret of a site's own bucket. */
function variables(site: string): readonly [key: string, secret: string] {
  const name = `GEMELOS_HISTORY_${site.toUpperCase().replaceAll("-", "_")}`;
  return [`${name}_ACCESS_KEY_ID`, `${name}_SECRET_ACCESS_KEY`];
}

/** Key and secret of a site's bucket from the environment: its own, else those that every S3 client knows. */
export function s3Credentials(site: string, environment: NodeJS.ProcessEnv): S3Credentials | undefined {
  const [key, secret] = variables(site).map((name) => environment[name] ?? "");
  if (key && secret) return { accessKeyId: key, secretAccessKey: secret };
  const { AWS_ACCESS_KEY_ID = "", AWS_SECRET_ACCESS_KEY = "", AWS_SESSION_TOKEN = "" } = environment;
  if (AWS_ACCESS_KEY_ID === "" || AWS_SECRET_ACCESS_KEY === "") return undefined;
  const credentials = { accessKeyId: AWS_ACCESS_KEY_ID, secretAccessKey: AWS_SECRET_ACCESS_KEY };
  return AWS_SESSION_TOKEN === "" ? credentials : { ...credentials, sessionToken: AWS_SESSION_TOKEN };
}

function refusal({ status, body }: S3Answer): string {
  const code = /<Code>(\w+)<\/Code>/.exec(body)?.[1] ?? `status ${status}`;
  if (code === "NoSuchBucket") return "does not exist; make it, with versioning and object lock (docs/delivery.md)";
  if (status === 403)
    return `denies the key (${code}); give it the right to list, read and create objects, or correct it`;
  return `answered ${code}; see its log`;
}

function elements(parent: XmlElement, name: string): XmlElement[] {
  return parent.children.filter((child) => child instanceof XmlElement).filter((child) => child.name === name);
}
