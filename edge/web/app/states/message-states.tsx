// Toasts and dialogs.

import { signal } from "@preact/signals";
import { Confirm } from "../ui/confirm.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { showToast, showTrouble } from "../ui/toast.ts";
import { State } from "./state.tsx";

const open = signal<"none" | "harm" | "harmless" | "failing" | "two" | "both">("none");
const set = (what: typeof open.value) => () => {
  open.value = what;
};

const Button = ({ word, onClick }: { word: string; onClick(): void }) => (
  <button type="button" class="button" onClick={onClick}>
    {word}
  </button>
);

const done = async () => showToast("The broadcast has ended.");
const refuse = async () => {
  throw new Error("refused");
};

export const MessageStates = () => (
  <>
    <State name="toasts">
      <div class="panel-actions">
        <Button word="Say something" onClick={() => showToast("You see messages from quickfox again.")} />
        <Button
          word="Say something with Undo"
          onClick={() => showToast("You no longer follow tidewalker.", () => showToast("You follow tidewalker again."))}
        />
        <Button
          word="Say an error"
          onClick={() => showTrouble("The server does not answer. Check your connection and try again.")}
        />
      </div>
    </State>
    <State name="dialogs">
      <div class="panel-actions">
        <Button word="Ask before harm" onClick={set("harm")} />
        <Button word="Ask" onClick={set("harmless")} />
        <Button word="Ask and fail" onClick={set("failing")} />
        <Button word="Two dialogs" onClick={set("two")} />
      </div>
      {open.value === "harm" || open.value === "failing" ? (
        <Confirm
          title="End the broadcast?"
          word="End broadcast"
          act={open.value === "failing" ? refuse : done}
          onClose={set("none")}
        >
          Viewers see that it is over. <a href="#more">Read more</a>
        </Confirm>
      ) : null}
      {open.value === "harmless" ? (
        <Confirm title="Start the broadcast?" word="Go live" act={done} onClose={set("none")} isHarm={false}>
          Your followers hear of it.
        </Confirm>
      ) : null}
      {open.value === "two" || open.value === "both" ? (
        <Dialog title="The first dialog" onClose={set("none")}>
          <p class="muted">It waits below the second one, with what is written in it.</p>
          <div class="field">
            <label for="kept">Kept text</label>
            <input id="kept" autocomplete="off" />
          </div>
          <div class="dialog-actions">
            <Button word="Open the second" onClick={set("both")} />
          </div>
        </Dialog>
      ) : null}
      {open.value === "both" ? (
        <Dialog title="The second dialog" onClose={set("two")}>
          <div class="dialog-actions">
            <Button word="Back to the first" onClick={set("two")} />
          </div>
        </Dialog>
      ) : null}
    </State>
  </>
);
