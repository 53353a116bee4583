// The smaller build of hls.js, without subtitles, alternative audio and DRM, has no types of its own.

declare module "hls.js/light" {
  const Hls: typeof import("hls.js").default;
  export default Hls;
}
