// What the pages gain with JavaScript. Everything they do works without it.
import htmx from "htmx.org";

import { autosave } from "./autosave";
import { completion } from "./complete";
import { composers } from "./composer";
import { diagnoses } from "./diagnoses";
import { forgetWhatWasSent } from "./drafts";
import { keepFocus } from "./focus";
import { held } from "./held";
import { keys } from "./keys";
import { live } from "./live";
import { news } from "./news";
import { refusals } from "./refusals";
import { room } from "./room";
import { asking, swapping } from "./swapping";
import { times } from "./times";
import { unfolding } from "./unfolding";
import { viewer } from "./viewer";

// An answer that says no is not put in the place of the button that was pressed.
(htmx.config as { noSwap: (number | string)[] }).noSwap = [204, 304, "4xx", "5xx"];

// What each part of a page gains, new parts and the page itself alike.
const GAINS: ((root: ParentNode) => void)[] = [times, composers, diagnoses, completions, unfolding];

function completions(root: ParentNode): void {
  for (const text of root.querySelectorAll<HTMLTextAreaElement>("textarea[data-count]")) completion(text);
}

function listening(): void {
  const feed = document.querySelector<HTMLElement>("[data-poll]");
  const bar = document.querySelector<HTMLElement>("[data-room]");
  live(feed !== null ? news(feed) : bar !== null ? room(bar) : undefined);
}

forgetWhatWasSent();
swapping();
refusals();
keepFocus();
keys();
viewer();
autosave(document);
document.addEventListener("htmx:after:swap", () => {
  for (const gain of GAINS) gain(document);
});
void inTurn([...GAINS, asking].map((gain) => () => gain(document)).concat(held, listening));

// One after the other, with a pause for what the reader does meanwhile: all at once would hold a phone up.
async function inTurn(steps: (() => void)[]): Promise<void> {
  for (const step of steps) {
    await new Promise((resume) => setTimeout(resume));
    step();
  }
}
