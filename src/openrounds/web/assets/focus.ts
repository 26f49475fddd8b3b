// What htmx replaces would take the focus with it: whoever uses the keyboard goes on from the same place in what comes instead.

const REACHED = "a[href], button, input:not([type=hidden]), select, textarea, summary";

export function keepFocus(): void {
  let back: (() => void) | undefined;
  document.addEventListener("htmx:before:swap", () => (back = wayBack()));
  document.addEventListener("htmx:after:swap", () => {
    if (document.activeElement === document.body) back?.();
    back = undefined;
  });
}

function wayBack(): (() => void) | undefined {
  const here = document.activeElement;
  const piece = here?.closest("[data-swap]");
  const parent = piece?.parentElement;
  if (!here || !piece || !parent) return undefined;
  const place = [...parent.children].indexOf(piece);
  const at = [...piece.querySelectorAll(REACHED)].indexOf(here);
  return () => {
    const all = [...(parent.children[place]?.querySelectorAll<HTMLElement>(REACHED) ?? [])];
    all[Math.min(at, all.length - 1)]?.focus();
  };
}
