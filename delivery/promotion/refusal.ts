/** A promotion that must not be: the check says no, and nothing was written into the sites' files. Ends with exit code 1. */
export class PromotionRefused extends Error {
  override readonly name = "PromotionRefused";
}
