// All of clips and downloads, in one piece: each piece that is loaded later costs the first load a line of its table.

// As video-page.tsx says: with this line the chunks of a watch page stay whole.
import "../pages/watch.tsx";

export { ChannelClips } from "./channel-clips.tsx";
export { ClipButton } from "./clip-button.tsx";
export { ClipPage } from "./clip-page.tsx";
export { DownloadButton } from "./download-button.tsx";
