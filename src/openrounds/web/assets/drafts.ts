// What is typed is kept in this browser until the server has said that it took it: through a reload, a crash, a network that
// is gone and a session that has run out meanwhile. A page that comes back with what was typed has it already.

type Field = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement;
type Written = Record<string, string | boolean>;
interface Draft {
  fields: Written;
  media: string[];
  /** Of a post that is edited: the wording that was being changed. */
  of?: string | undefined;
  /** The key under which the form was sent, if it was. */
  sent?: string;
}

const KEPT = "draft:";
/** The server writes the key of what it took into this cookie, and `*` when somebody signs out (web/sent.py). */
const TAKEN = /(?:^|; )sent=([\w*-]+)/;

export function forgetWhatWasSent(): void {
  const key = TAKEN.exec(document.cookie)?.[1];
  if (key === undefined) return;
  for (const name of Object.keys(localStorage).filter((each) => each.startsWith(KEPT))) {
    if (key === "*" || read(name)?.sent === key) localStorage.removeItem(name);
  }
  document.cookie = "sent=; Max-Age=0; Path=/; SameSite=Lax";
}

/** Resolves when what was kept is in the form again. */
export async function drafting(form: HTMLFormElement): Promise<void> {
  const name = `${KEPT}${document.body.dataset["me"] ?? ""}:${form.dataset["composer"]}:${location.pathname}`;
  const given = written(form);
  const of = form.dataset["of"];
  const found = form.querySelector("[role=alert]") === null ? read(name) : undefined;
  const kept = found?.of === of ? found : undefined;
  if (kept !== undefined) {
    fill(form, kept.fields);
    for (const row of form.querySelectorAll(".attached")) if (!kept.media.includes(idOf(row))) row.remove();
    form.classList.remove("short");
    form.dispatchEvent(new Event("input")); // for the counter; what comes from now on is new, and kept
  }
  form.addEventListener("input", () => keep(name, { fields: changed(given, written(form)), media: media(form), of }));
  form.querySelector("[data-forget]")?.addEventListener("click", () => localStorage.removeItem(name));
  form.addEventListener("submit", () => {
    const draft = read(name);
    const key = form.querySelector<HTMLInputElement>("[name=key]")?.value;
    if (draft !== undefined && key) keep(name, { ...draft, sent: key });
  });
  if (kept !== undefined && (await fetched(form, kept.media))) fill(form, kept.fields, ".attached");
}

function read(name: string): Draft | undefined {
  try {
    const found = JSON.parse(localStorage.getItem(name) ?? "null") as Partial<Draft> | null;
    return found?.fields === undefined ? undefined : { media: [], ...found, fields: found.fields };
  } catch {
    return undefined; // written by an older version
  }
}

function keep(name: string, draft: Draft): void {
  const words = Object.values(draft.fields).some((value) => typeof value === "string" && value.trim() !== "");
  if (words || draft.media.length > 0) localStorage.setItem(name, JSON.stringify(draft));
  else localStorage.removeItem(name);
}

const named = (field: Field): string => (isTick(field) ? `${field.name}=${field.value}` : field.name);
const isTick = (field: Field): field is HTMLInputElement => field.type === "checkbox" || field.type === "radio";

function fields(form: HTMLFormElement): Field[] {
  const all = [...form.querySelectorAll<Field>("input[name], textarea[name], select[name]")];
  return all.filter((field) => field.type !== "hidden" && field.type !== "file");
}

function written(form: HTMLFormElement): Written {
  return Object.fromEntries(fields(form).map((field) => [named(field), isTick(field) ? field.checked : field.value]));
}

function changed(given: Written, now: Written): Written {
  return Object.fromEntries(Object.entries(now).filter(([name, value]) => given[name] !== value));
}

function fill(form: HTMLFormElement, kept: Written, within = "form"): void {
  for (const field of fields(form)) {
    const value = kept[named(field)];
    if (value === undefined || field.closest(within) === null) continue;
    if (isTick(field)) field.checked = value === true;
    else field.value = String(value);
    field.closest("details")?.setAttribute("open", "");
  }
}

const idOf = (row: Element): string => row.querySelector<HTMLInputElement>("[name=media]")?.value ?? "";
const media = (form: HTMLFormElement): string[] => [...form.querySelectorAll(".attached")].map(idOf);

/** Puts the pieces of files that were uploaded before into the form again, as far as the server still has them. */
async function fetched(form: HTMLFormElement, kept: string[]): Promise<boolean> {
  const place = form.querySelector(".attachments");
  const ids = kept.filter((id) => !media(form).includes(id));
  if (ids.length === 0 || place === null) return false;
  const query = new URLSearchParams(ids.map((id) => ["media", id]));
  const answer = await fetch(`${form.dataset["upload"]}?${query}`, { redirect: "error" }).catch(() => undefined);
  if (!answer?.ok) return false;
  const piece = document.createElement("template");
  piece.innerHTML = await answer.text(); // our own server's form fields, escaped there
  place.append(piece.content);
  return true;
}
