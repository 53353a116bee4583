// Where the keyboard goes on when what had the focus is gone: at the page's content, not at the top of the window.

export function keepFocus() {
  requestAnimationFrame(() => {
    const main = document.getElementById("main");
    if (!main || document.activeElement !== document.body) return;
    main.tabIndex = -1;
    main.focus({ preventScroll: true });
  });
}
