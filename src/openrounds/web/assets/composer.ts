// Writing: a counter, a draft that survives, pictures by paste, drop and choice.
import { count } from "./count";
import { withTags } from "./tags";
import { word } from "./words";

export function composers(root: ParentNode): void {
  for (const form of root.querySelectorAll<HTMLFormElement>("form[data-composer]")) {
    const text = form.querySelector<HTMLTextAreaElement>("textarea[name=text]");
    if (text === null || form.dataset["ready"] !== undefined) continue;
    form.dataset["ready"] = "";
    counting(form, text);
    if (form.dataset["composer"]) drafting(form, text, `draft:${form.dataset["composer"]}:${location.pathname}`);
    if (form.dataset["upload"]) attaching(form, form.dataset["upload"]);
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
  show();
}

// What is typed is kept in this browser until it is sent. A page that comes back with the text has it already.
function drafting(form: HTMLFormElement, text: HTMLTextAreaElement, key: string): void {
  const given = text.value;
  const kept = localStorage.getItem(key);
  if (kept !== null && form.querySelector("[role=alert]") === null && kept !== given) {
    text.value = kept;
    form.dispatchEvent(new Event("input"));
  }
  form.addEventListener("input", () => {
    if (text.value.trim() && text.value !== given) localStorage.setItem(key, text.value);
    else localStorage.removeItem(key);
  });
  form.addEventListener("submit", () => localStorage.removeItem(key));
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
    if (button.dataset["earlier"] === undefined) row.remove();
    else {
      row.previousElementSibling?.before(row);
      button.focus();
    }
  });
}

function upload(form: HTMLFormElement, place: HTMLElement, where: string, file: File): void {
  if (place.querySelectorAll(".attached, progress").length >= Number(form.dataset["most"])) return;
  const row = document.createElement("p");
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
    if (request.status === 200) taken(form, row, request.responseText);
    else refused(row, request.status === 422 ? request.responseText : word("failed"));
  });
  request.open("POST", where);
  request.send(data);
}

function taken(form: HTMLFormElement, row: HTMLElement, markup: string): void {
  const piece = document.createElement("template");
  piece.innerHTML = markup; // our own server's form fields, escaped there
  row.replaceWith(piece.content);
  form.querySelector<HTMLElement>(".attached:last-child textarea")?.focus();
}

function refused(row: HTMLElement, why: string): void {
  row.className = "errors";
  row.setAttribute("role", "alert");
  row.textContent = why;
}
