// A picture as large as it is: a blood film must be readable. Without JavaScript the link opens the file itself.
import { word } from "./words";

export function viewer(): void {
  document.addEventListener("click", (event) => {
    const link = (event.target as Element).closest<HTMLAnchorElement>("a[data-viewer]");
    if (link === null || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    open(link);
  });
}

function open(link: HTMLAnchorElement): void {
  const alt = link.querySelector("img")?.alt ?? "";
  const dialog = document.createElement("dialog");
  dialog.className = "viewer";
  dialog.setAttribute("aria-label", alt);
  const picture = document.createElement("img");
  picture.src = link.href;
  picture.alt = alt;
  const frame = document.createElement("div");
  frame.className = "frame";
  frame.tabIndex = 0;
  frame.append(picture);
  const row = document.createElement("div");
  row.className = "actions";
  const zoom = button(word("zoom"), () => zoom.setAttribute("aria-pressed", String(dialog.classList.toggle("zoomed"))));
  zoom.setAttribute("aria-pressed", "false");
  row.append(zoom, button(word("close"), () => dialog.close()));
  picture.addEventListener("click", () => zoom.click());
  const said = document.createElement("p");
  said.textContent = alt;
  dialog.append(row, frame, said);
  dialog.addEventListener("close", () => {
    dialog.remove();
    link.focus();
  });
  document.body.append(dialog);
  dialog.showModal();
}

function button(text: string, press: () => void): HTMLButtonElement {
  const made = document.createElement("button");
  made.className = "button slim";
  made.textContent = text;
  made.addEventListener("click", press);
  return made;
}
