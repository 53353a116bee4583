// All of clips, highlights and downloads, in one piece: each piece that is loaded later costs the first load a line of its table.

export { HighlightMaker } from "../highlights/highlight-maker.tsx";
export { ChannelClips } from "./channel-clips.tsx";
export { ClipButton } from "./clip-button.tsx";
export { ClipPage } from "./clip-page.tsx";
export { DownloadButton } from "./download-button.tsx";
