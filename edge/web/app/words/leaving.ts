// What a page asks that is left with changes that are not saved. Apart, for it is loaded when there are some.

export const words = {
  unsaved: "You have changes that are not saved",
  unsavedWhat: "Save them before you go, or they are lost.",
  unsavedHere: "They are lost if you go. Stay to save them.",
  stay: "Stay here",
  discard: "Discard",
} as const;
