// A form that saves itself a moment after the last stroke. Files and ticks that remove something wait for the button.
import { word } from "./words";

const PAUSE = 1_500;

export function autosave(root: ParentNode): void {
  for (const form of root.querySelectorAll<HTMLFormElement>("form[data-autosave]")) watch(form);
}

function watch(form: HTMLFormElement): void {
  let timer = 0;
  let strokes = 0;
  let saved = 0;
  // One after the other: two at once would be a conflict with oneself.
  let running: Promise<void> | undefined;
  const run = async (): Promise<void> => {
    const upto = strokes;
    if (await save(form)) saved = upto;
    running = undefined;
  };
  const soon = (): void => {
    clearTimeout(timer);
    timer = window.setTimeout(() => {
      if (running === undefined) running = run();
      else soon();
    }, PAUSE);
  };
  form.addEventListener("input", () => {
    strokes += 1;
    say(form, "");
    soon();
  });
  form.addEventListener("submit", (event) => {
    clearTimeout(timer);
    if (running === undefined) {
      saved = strokes;
      return;
    }
    event.preventDefault();
    void running.then(() => form.requestSubmit(event.submitter));
  });
  window.addEventListener("beforeunload", (event) => {
    if (saved < strokes) event.preventDefault();
  });
}

async function save(form: HTMLFormElement): Promise<boolean> {
  say(form, word("saving"));
  try {
    const answer = await fetch(form.action, { method: "POST", body: whatIsText(form), headers: { "X-Autosave": "1" } });
    const said = (await answer.json()) as { version?: number; problems?: string[] };
    const version = form.elements.namedItem("version");
    if (said.version !== undefined && version instanceof HTMLInputElement) version.value = String(said.version);
    say(form, answer.ok ? word("saved") : (said.problems ?? []).join(" "));
    return answer.ok;
  } catch {
    say(form, word("unsaved"));
    return false;
  }
}

export function whatIsText(form: HTMLFormElement): FormData {
  const sent = new FormData(form);
  for (const [name, value] of [...sent.entries()]) {
    if (value instanceof File || name.endsWith("_remove")) sent.delete(name);
  }
  return sent;
}

function say(form: HTMLFormElement, text: string): void {
  const place = form.querySelector(".saving");
  if (place !== null) place.textContent = text;
}
