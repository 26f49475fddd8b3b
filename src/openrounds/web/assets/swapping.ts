// What is marked `data-swap` is answered in its place: htmx sends the form, and what comes back is put where the button was
// (or the form itself). One listener for all, since a long page has hundreds of buttons and few are ever pressed.
import htmx from "htmx.org";

type Button = HTMLButtonElement | HTMLInputElement | null;

export function swapping(): void {
  document.addEventListener("submit", (event) => {
    const [form, button] = [event.target as HTMLFormElement, event.submitter as Button];
    const place = (button ?? form).closest<HTMLElement>("[data-swap]");
    if (event.defaultPrevented || place === null) return;
    event.preventDefault();
    const where = button?.getAttribute("formaction") ?? form.getAttribute("action") ?? "";
    const values = place === form ? undefined : said(form, button);
    void htmx.ajax("POST", where, { source: place, target: place, swap: "outerHTML", event, values });
  });
  // What asks by itself is looked for by ourselves: htmx reads every link of the page for it.
  document.addEventListener("htmx:before:process", (event) => {
    if (event.target === document.body) event.preventDefault();
  });
}

export function asking(root: ParentNode): void {
  for (const each of root.querySelectorAll("[hx-get]")) htmx.process(each);
}

function said(form: HTMLFormElement, button: Button): Record<string, FormDataEntryValue> {
  return { ...Object.fromEntries(new FormData(form)), ...(button?.name ? { [button.name]: button.value } : {}) };
}
