import { InvalidArgumentError } from "commander";
import { hideSecrets } from "../components/cleartext/index.ts";

/** In characters: shorter ones say nothing to whoever reads them a year later. */
const shortest = 10;

/**
 * The reason that somebody states for what is recorded for ever: a line of 10 characters or more, without a secret.
 * @throws InvalidArgumentError with what is wrong; the text is not shown
 */
export function reasonOf(text: string): string {
  const reason = text.trim();
  if (reason.length < shortest) {
    throw new InvalidArgumentError(`say why, in at least ${shortest} characters; it is recorded.`);
  }
  if (/[\p{Cc}\p{Zl}\p{Zp}]/u.test(reason)) {
    throw new InvalidArgumentError("say why in one line, without control characters; it is recorded.");
  }
  if (hideSecrets(reason) !== reason) {
    throw new InvalidArgumentError("say why without a secret, which a part of it looks like; it is recorded for ever.");
  }
  return reason;
}
