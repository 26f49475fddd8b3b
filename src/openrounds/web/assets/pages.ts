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
import { times } from "./times";
import { viewer } from "./viewer";

// An answer that says no is not put in the place of the button that was pressed.
(htmx.config as { noSwap: (number | string)[] }).noSwap = [204, 304, "4xx", "5xx"];

function prepare(root: ParentNode): void {
  times(root);
  composers(root);
  diagnoses(root);
  for (const text of root.querySelectorAll<HTMLTextAreaElement>("textarea[data-count]")) completion(text);
}

forgetWhatWasSent();
prepare(document);
const feed = document.querySelector<HTMLElement>("[data-poll]");
const bar = document.querySelector<HTMLElement>("[data-room]");
live(feed !== null ? news(feed) : bar !== null ? room(bar) : undefined);
held();
refusals();
keepFocus();
keys();
autosave(document);
viewer();
document.addEventListener("htmx:after:swap", () => prepare(document));
