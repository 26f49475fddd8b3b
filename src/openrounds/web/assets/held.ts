// A post that is held: the seconds run down, then the panel leads to the post.
import { word } from "./words";

const ON_ITS_WAY = 1_500; // between the last second and the post

export function held(): void {
  for (const panel of document.querySelectorAll<HTMLElement>(".held[data-held]")) countDown(panel);
}

function countDown(panel: HTMLElement): void {
  const until = Date.now() + 1000 * Number(panel.dataset["held"]);
  const shown = panel.querySelector(".seconds");
  const timer = window.setInterval(() => {
    const left = Math.max(0, Math.ceil((until - Date.now()) / 1000));
    if (shown !== null) shown.textContent = String(left);
    if (Date.now() < until + ON_ITS_WAY) return;
    clearInterval(timer);
    out(panel);
  }, 250);
}

function out(panel: HTMLElement): void {
  const said = document.createElement("p");
  const link = document.createElement("a");
  link.href = panel.dataset["where"] ?? "/home";
  link.textContent = word("show");
  said.setAttribute("role", "status");
  said.append(`${word("out")} `, link);
  panel.replaceChildren(said);
}
