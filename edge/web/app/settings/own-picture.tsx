// The panel in which people choose a picture of themselves.

import type { UserView } from "#schema/api/user.ts";
import { pictureOfWidth } from "#schema/wire/picture-widths.ts";
import { PictureField } from "../pictures/picture-field.tsx";
import { refresh } from "../session.ts";
import { Avatar } from "../ui/avatar.tsx";
import { Panel } from "../ui/panel.tsx";
import { words } from "../words/pictures.ts";

/** The panel shows it at 96 px. */
const WIDTH = 256;

export const OwnPicture = ({ user: { login, displayName, pictureUrl } }: { user: UserView }) => (
  <Panel id="picture" title={words.yours} about={words.yoursAbout}>
    <PictureField
      kind="portrait"
      path="/me/picture"
      now={pictureUrl && pictureOfWidth(pictureUrl, WIDTH)}
      nowAlt={words.yoursNow}
      chosenAlt={words.yoursChosen}
      empty={<Avatar login={login} name={displayName} picture={null} size="l" />}
      isRemovable={pictureUrl !== null}
      onChanged={async () => void (await refresh())} // The header takes it from the session.
    />
  </Panel>
);
