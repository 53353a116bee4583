// The dialog in which a video gets another poster.

import type { VideoView } from "#schema/api/videos.ts";
import { PictureField } from "../pictures/picture-field.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { words } from "../words/pictures.ts";
import { titleOf } from "../words/videos.ts";

interface ChangePosterProps {
  video: VideoView;
  onChanged(video: VideoView): void;
  onClose(): void;
}

export const ChangePoster = ({ video, onChanged, onClose }: ChangePosterProps) => (
  <Dialog title={words.posterOf(titleOf(video))} onClose={onClose}>
    <p class="muted">{words.posterAbout}</p>
    <PictureField<{ video: VideoView }>
      kind="poster"
      path={`/videos/${video.id}/poster`}
      now={video.thumbnailUrl}
      nowAlt={words.posterNow}
      chosenAlt={words.posterChosen}
      empty={<span class="muted">{words.noPoster}</span>}
      isRemovable={video.hasOwnPoster}
      removeWord={words.removePoster}
      onChanged={(answer) => onChanged(answer.video)}
    />
    <div class="dialog-actions">
      <button type="button" class="button" onClick={onClose}>
        {words.close}
      </button>
    </div>
  </Dialog>
);
