// The video element of a player. It is made once and never replaced: a browser that allowed one to play would ask again.

export function makeVideo(): HTMLVideoElement {
  const video = document.createElement("video");
  video.playsInline = true;
  video.tabIndex = -1; // The player's own controls take the focus.
  return video;
}
