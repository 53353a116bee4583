// The test page of the components: each in all of its states, with made-up data. Tests bundle it; no page of the product imports it.

import { render } from "preact";
import { startLook } from "../look/current-look.ts";
import { ToastPlace } from "../ui/toast-place.tsx";
import { CardStates } from "./card-states.tsx";
import { ChatStates } from "./chat-states.tsx";
import { DataStates } from "./data-states.tsx";
import { FormStates } from "./form-states.tsx";
import { LoadingStates } from "./loading-states.tsx";
import { MenuStates } from "./menu-states.tsx";
import { MessageStates } from "./message-states.tsx";
import { PersonStates } from "./person-states.tsx";

const root = document.getElementById("app");
startLook();
if (root)
  render(
    <>
      <main id="main" class="desk">
        <h1>Components</h1>
        <div class="states">
          <MenuStates />
          <PersonStates />
          <MessageStates />
          <FormStates />
          <LoadingStates />
          <DataStates />
          <CardStates />
          <ChatStates />
        </div>
      </main>
      <ToastPlace />
    </>,
    root,
  );
