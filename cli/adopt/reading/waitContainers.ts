import type { SourceContainer } from "../input/schemas.ts";

type Waiting = Pick<SourceContainer, "image" | "command" | "args">;

/** Images that do nothing but wait for something. */
const waitingImage = /(^|\/)(k8s-wait-for|kubernetes-wait-for|wait-for(-it)?|waitfor|wait4x)([:@]|$)/;

/** Programs that wait by themselves, unless they start another one when they are done. */
const waitingProgram = /^(\S*\/)?(wait-for|wait-for-it|waitforit|wait4x|dockerize|pg_isready)(\.sh)?(\s|$)/;
const startsAnother = /\s--\s+\S/;

/** What only asks whether something is there. */
const question =
  /^(\S*\/)?(nc|ncat|netcat|nslookup|dig|getent|ping|telnet|pg_isready|mysqladmin|mariadb-admin|test|\[{1,2})(\s|$)|^\S*redis-cli\b.*\bping$|^\S*kubectl\s.*\b(get|wait|rollout status)\b|^(:|true)?\s*<?\s*\/dev\/tcp\/|^\S*psql\s.*-c\s+['"]?(select|\\)/i;

/** What asks by HTTP; elsewhere than in a loop it fetches something. */
const request = /^(\S*\/)?(curl|wget)\s/;
const sendsOrKeeps =
  /\s(-X|--request|-d|--data\S*|-T|--upload-file|-F)[\s=]|\s(-o|--output|-O|--output-document)[\s=]*(?!-|\/dev\/null)[^\s-]/;

/** What has no effect but that time passes and somebody may read about it. */
const idle =
  /^(echo|printf|sleep|exit|set|date|break|continue|true|false|:|seq|cat|grep|head|tail|cut|wc|for\s+\w+\s+in\b.*|\w+=[^\s`$]*)(\s|$)/;

/**
 * Whether an init container does nothing but wait for something: by its image, or since each statement of its command asks,
 * sleeps or says something.
 */
export function isWaiting(container: Waiting): boolean {
  const known = verdicts.get(container) ?? waits(container);
  verdicts.set(container, known);
  return known;
}

/** A container is asked about for each of its fields. */
const verdicts = new WeakMap<Waiting, boolean>();

function waits({ image, command = [], args = [] }: Waiting): boolean {
  if (waitingImage.test(image)) return true;
  const words = [...command, ...args];
  const [shell = "", option = "", script] = words;
  const isScript = /(^|\/)(sh|bash|ash|dash)$/.test(shell) && /^-\w*c$/.test(option) && script !== undefined;
  const text = isScript ? script : words.join(" ");
  const statements = statementsOf(text);
  const isLoop = /\b(until|while|for)\b/.test(text);
  return (
    statements.some((statement) => !/^(echo|printf|set|exit|date|true|:)(\s|$)/.test(statement)) &&
    statements.every((statement) => isHarmless(statement, isLoop))
  );
}

function isHarmless(statement: string, isLoop: boolean): boolean {
  if (writesFile.test(statement)) return false;
  if (waitingProgram.test(statement))
    return !startsAnother.test(statement) && !/dockerize\b(?!.*-wait)/.test(statement);
  if (request.test(statement)) return isLoop && !sendsOrKeeps.test(statement);
  return question.test(statement) || idle.test(statement);
}

const writesFile = />\s*(?!\/dev\/|&)\S/;

/** The simple commands of a shell script, those inside `$( )` too, without the words that join them. */
function statementsOf(script: string): string[] {
  return script
    .replaceAll(/\\\n/g, " ")
    .split(/;|&&|\|\||[\n|]|\$\(|`|\bdo\b|\bthen\b|\belse\b/)
    .map((part) =>
      part
        .trim()
        .replace(/^((until|while|if|elif|!|\(|\{|"|')\s*)+/, "")
        .replace(/^(done|fi|\}|\)|['"])[\s)"']*/, "")
        .replace(/^["']?\)?["']?\s*(=|!=|==|-\w+)\s.*\]+$/, "")
        .trim(),
    )
    .filter((part) => part !== "" && !/^[\])"'\s]+$/.test(part));
}
