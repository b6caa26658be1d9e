import type { Finding } from "../report/finding.ts";
import type { Destination } from "./addressBook.ts";
import type { NamedAddress } from "./namedAddresses.ts";

/** An address, what it leads to, and what became of the text that names it. */
export interface FollowedAddress {
  readonly address: NamedAddress;
  readonly destination: Destination;
  readonly outcome:
    | { readonly kind: "stays" }
    /** Something else stands in its place. */
    | { readonly kind: "rewritten"; readonly by: string }
    /** It leads to the place of today, and nothing could be written instead. */
    | { readonly kind: "stuck"; readonly remedy: string };
}

/** A finding for each address, one for all places that name it alike. */
export function addressFindings(followed: readonly FollowedAddress[]): Finding[] {
  const groups = Map.groupBy(followed, ({ address, destination, outcome }) =>
    JSON.stringify([shown(address), destination.kind, outcome]),
  );
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const places = [...new Set(group.map(({ address }) => address.in.place))];
    const more = places.length === 1 ? "" : ` and ${places.length - 1} more`;
    return [
      {
        list: "addresses" as const,
        place: `${places[0]}${more}`,
        what: shown(first.address),
        ...said(first),
      },
    ];
  });
}

/** The address without the user that may stand in it. */
function shown({ scheme, host, port }: NamedAddress): string {
  const name = host.includes(":") ? `[${host}]` : host;
  return `${scheme === undefined ? "" : `${scheme}://`}${name}${port === undefined ? "" : `:${port}`}`;
}

function said({ destination, outcome, address }: FollowedAddress): Pick<Finding, "outcome" | "remedy" | "isLoss"> {
  switch (destination.kind) {
    case "itself":
      return {
        outcome: "the service's own address: no way is opened to itself",
        remedy: undefined,
        isLoss: false,
      };
    case "unknown":
      return {
        outcome: `unknown: nothing opens the way (${destination.reason})`,
        remedy:
          destination.remedy ??
          "name a service under calls, or an entry of the sites' backingServices under backingServices",
        isLoss: true,
      };
    case "proposal": {
      const { name, pods } = destination.proposal;
      return {
        outcome: "nothing opens the way yet: no backing service of the sites has this host and port",
        remedy: `add ${name} to gemelos:site.backingServices of every site, as proposed, and repeat${
          pods?.isClosed === true
            ? "; its pods may not stay in a namespace of the catalogue, whose network is closed: choose another one for the services with --namespace"
            : ""
        }`,
        isLoss: true,
      };
    }
    case "service":
    case "backing service": {
      const what =
        destination.kind === "service"
          ? `the service ${destination.service.name}, named under calls`
          : `the sites' ${destination.name}, named under backingServices`;
      if (outcome.kind === "rewritten") {
        return { outcome: `${what}; ${outcome.by} stands there now`, remedy: undefined, isLoss: false };
      }
      if (outcome.kind === "stays") return { outcome: what, remedy: undefined, isLoss: false };
      return {
        outcome: `${what}; but the text still says where it is today`,
        remedy: outcome.remedy,
        // Whoever puts a secret's value into Vault reads this first.
        isLoss: address.in.form !== "fixed" || !address.in.place.startsWith("env."),
      };
    }
  }
}
