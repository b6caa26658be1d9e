import { configureGlobal } from "fast-check";

// Properties are tried on the same values by everybody, so that a commit that was green stays green and a mutant falls by no
// luck; `npm run test:random` draws others.
if (process.env["DRAWN_VALUES"] !== "random") configureGlobal({ seed: 1 });
