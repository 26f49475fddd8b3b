// Writing: a counter, pictures by paste, drop and choice; what is typed is kept by drafts.ts.
import { count } from "./count";
import { drafting } from "./drafts";
import { withTags } from "./tags";
import { word } from "./words";

export function composers(root: ParentNode): void {
  for (const form of root.querySelectorAll<HTMLFormElement>("form[data-composer]")) {
    const text = form.querySelector<HTMLTextAreaElement>("textarea[name=text]");
    if (text === null || form.dataset["ready"] !== undefined) continue;
    form.dataset["ready"] = "";
    counting(form, text);
    if (form.dataset["upload"]) attaching(form, form.dataset["upload"]);
    if (form.dataset["composer"]) void drafting(form);
  }
}

function counting(form: HTMLFormElement, text: HTMLTextAreaElement): void {
  const shown = form.querySelector<HTMLElement>(".counter");
  const warning = form.querySelector<HTMLInputElement>("[name=spoiler_text]");
  const limit = Number(form.dataset["limit"]);
  if (shown === null) return;
  const show = (): void => {
    const kept = [...form.querySelectorAll<HTMLInputElement>("input[name=tags]:checked")].map((each) => each.value);
    const left = limit - count(withTags(text.value, kept).trim(), warning?.value.trim());
    shown.textContent = word("left", { n: left });
    shown.classList.toggle("over", left < 0);
  };
  form.addEventListener("input", show);
  // What stands there already is counted once somebody goes on writing: the rule's signs take a phone a moment to prepare.
  if (text.value === "" || form.contains(document.activeElement)) show();
  else form.addEventListener("focusin", show, { once: true });
}

function attaching(form: HTMLFormElement, where: string): void {
  const input = form.querySelector<HTMLInputElement>("input[type=file]");
  const place = form.querySelector<HTMLElement>(".attachments");
  if (input === null || place === null) return;
  const take = (files: Iterable<File>): void => {
    for (const file of files) upload(form, place, where, file);
  };
  form.querySelector("button[name=attach]")?.remove();
  input.addEventListener("change", () => {
    take([...(input.files ?? [])]);
    input.value = "";
  });
  form.addEventListener("paste", (event) => {
    const files = [...(event.clipboardData?.files ?? [])];
    if (files.length > 0) event.preventDefault();
    take(files);
  });
  form.addEventListener("dragover", (event) => event.preventDefault());
  form.addEventListener("drop", (event) => {
    const files = [...(event.dataTransfer?.files ?? [])];
    if (files.length > 0) event.preventDefault();
    take(files);
  });
  form.addEventListener("click", (event) => {
    const button = (event.target as Element).closest<HTMLElement>("[data-remove], [data-earlier]");
    const row = button?.closest(".attached");
    if (!button || !row) return;
    event.preventDefault();
    if (button.dataset["earlier"] === undefined) removed(form, row);
    else {
      row.previousElementSibling?.before(row);
      button.focus();
    }
    form.dispatchEvent(new Event("input"));
  });
}

/** Whoever uses the keyboard goes on from what stands there now. */
function removed(form: HTMLFormElement, row: Element): void {
  const next = row.nextElementSibling ?? row.previousElementSibling;
  row.remove();
  (next?.querySelector<HTMLElement>("textarea") ?? form.querySelector<HTMLElement>("textarea[name=text]"))?.focus();
}

function upload(form: HTMLFormElement, place: HTMLElement, where: string, file: File): void {
  const row = document.createElement("p");
  place.querySelectorAll(":scope > .errors").forEach((each) => each.remove());
  if (place.querySelectorAll(".attached, progress").length >= Number(form.dataset["most"])) {
    place.append(row);
    return refused(row, word("toomany", { n: form.dataset["most"] ?? "" }));
  }
  const bar = document.createElement("progress");
  bar.max = 100;
  bar.setAttribute("aria-label", word("uploading", { name: file.name }));
  row.append(bar);
  place.append(row);
  const data = new FormData();
  data.set("file", file);
  data.set("csrfmiddlewaretoken", form.querySelector<HTMLInputElement>("[name=csrfmiddlewaretoken]")?.value ?? "");
  data.set("author", new FormData(form).get("author") ?? "");
  const request = new XMLHttpRequest();
  request.upload.addEventListener("progress", (event) => (bar.value = (100 * event.loaded) / event.total));
  request.addEventListener("loadend", () => {
    const plain = request.getResponseHeader("Content-Type")?.startsWith("text/plain");
    if (request.status === 200) taken(form, row, request.responseText);
    else refused(row, plain ? request.responseText : word("failed"));
  });
  request.open("POST", where);
  request.setRequestHeader("X-Requested-With", "XMLHttpRequest");
  request.send(data);
}

function taken(form: HTMLFormElement, row: HTMLElement, markup: string): void {
  const piece = document.createElement("template");
  piece.innerHTML = markup; // our own server's form fields, escaped there
  row.replaceWith(piece.content);
  form.querySelector<HTMLElement>(".attached:last-child textarea")?.focus();
  form.dispatchEvent(new Event("input"));
}

function refused(row: HTMLElement, why: string): void {
  row.className = "errors";
  row.setAttribute("role", "alert");
  row.textContent = why;
}
