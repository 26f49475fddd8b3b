// A form that saves itself a moment after the last stroke. Files and ticks that remove something wait for the button.
import { word } from "./words";

const PAUSE = 1_500;

export function autosave(root: ParentNode): void {
  for (const form of root.querySelectorAll<HTMLFormElement>("form[data-autosave]")) watch(form);
}

function watch(form: HTMLFormElement): void {
  let timer = 0;
  let unsaved = false;
  form.addEventListener("input", () => {
    unsaved = true;
    say(form, "");
    clearTimeout(timer);
    timer = window.setTimeout(() => {
      void save(form).then((done) => (unsaved = !done));
    }, PAUSE);
  });
  form.addEventListener("submit", () => {
    clearTimeout(timer);
    unsaved = false;
  });
  window.addEventListener("beforeunload", (event) => {
    if (unsaved) event.preventDefault();
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
