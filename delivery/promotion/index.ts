/** Images, libraries and releases on their way from where they are built to where they run, unchanged. */
export { parseCoordinates } from "./mavenCoordinates.ts";
export { openRepository } from "./mavenRepository.ts";
export { missingImages } from "./missingImages.ts";
export { Oras } from "./oras.ts";
export {
  type FoundImage,
  findImage,
  type ImagePlace,
  type ImageSite,
  type PromotedImage,
  promoteImage,
  type WantedImage,
} from "./promoteImage.ts";
export { type PromotedLibrary, promoteLibrary } from "./promoteLibrary.ts";
export { PromotionRefused } from "./refusal.ts";
export { type ReleaseChange, releaseChanges } from "./releaseLines.ts";
export { type ImageSettings, imageSettings, type LibrarySettings, librarySettings } from "./settings.ts";
