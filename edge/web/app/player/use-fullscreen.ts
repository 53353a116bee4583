// Full screen of a player, with the chat beside it if there is one.

import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";

/** The chat beside the player. In full screen it begins hidden. */
export interface ChatBeside {
  isShown: boolean;
  toggle(): void;
  /** What fills the screen: the player and the chat. */
  frame(): HTMLElement | null;
}

export function useFullscreen(box: { readonly current: HTMLElement | null }, chat: ChatBeside | null) {
  const fullscreen = useSignal(false);
  useEffect(() => {
    const changed = () => {
      fullscreen.value = document.fullscreenElement?.contains(box.current) === true;
    };
    document.addEventListener("fullscreenchange", changed);
    return () => document.removeEventListener("fullscreenchange", changed);
  }, [box, fullscreen]);
  const toggleFullscreen = () => {
    if (document.fullscreenElement) void document.exitFullscreen();
    else if (box.current?.requestFullscreen) void (chat?.frame() ?? box.current).requestFullscreen();
    else {
      // On iPhones only the video element can fill the screen.
      const video = box.current?.querySelector("video") as
        | (HTMLVideoElement & { webkitEnterFullscreen?(): void })
        | null;
      video?.webkitEnterFullscreen?.();
    }
  };
  return { fullscreen: fullscreen.value, toggleFullscreen };
}
