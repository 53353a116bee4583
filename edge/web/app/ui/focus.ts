// Moves keyboard focus to the page's content when the focused element has disappeared.

export function recoverFocus() {
  requestAnimationFrame(() => {
    const main = document.getElementById("main");
    if (!main || document.activeElement !== document.body) return;
    main.tabIndex = -1;
    main.focus({ preventScroll: true });
  });
}
