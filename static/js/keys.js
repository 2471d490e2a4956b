/* Keys of the lists and of the search box, for people with an account. Every page works without this file. */
"use strict";

/* Where a browser remembers that its reader does not want these keys. */
const KEYS_OFF = "keys-off";
const keysHelp = document.querySelector("[data-keys]");

/* The rows of the lists on this page that lead somewhere, each with its link or, lacking one, its first control. */
const keyRows = () => [...document.querySelectorAll("[data-result], [data-rows] > *")]
  .map((row) => ({
    row,
    target: row.matches("a") ? row : row.querySelector("a[href]") ?? row.querySelector("button, summary"),
  }))
  .filter(({ target }) => target && target.checkVisibility());

/* The row that has the focus or, as long as none has, the one that the page shows. */
const rowAt = (rows) => {
  const focused = rows.findIndex(({ row }) => row.contains(document.activeElement));
  return focused >= 0 ? focused : rows.findIndex(({ target }) => target.matches("[aria-current=true]"));
};

const goBy = (step) => {
  const rows = keyRows();
  const place = Math.min(rows.length - 1, Math.max(0, rowAt(rows) + step));
  rows[place]?.target.focus();
};

/* The next or the previous page of the list that has the focus, or of the first list. */
const turn = (way) => {
  const lists = [...document.querySelectorAll("[data-rows]")];
  const here = lists.findIndex((list) => list.contains(document.activeElement));
  const marks = [...document.querySelectorAll(`[data-rows], .pages a[rel=${way}]`)];
  const after = marks[marks.indexOf(lists[Math.max(0, here)]) + 1];
  if (after?.matches("a")) after.click();
};

const tickRow = () => {
  const rows = keyRows();
  rows[rowAt(rows)]?.row.querySelector("input[type=checkbox]")?.click();
};

const searchIn = (form) => {
  const box = document.querySelector(form);
  box?.focus();
  box?.select();
};

/* A control of this page that has a key of its own: what it opens takes the focus. */
const press = (control) => {
  control.click();
  if (!control.matches("summary")) return;
  if (!control.parentElement.open) control.parentElement.open = true;
  control.parentElement.querySelector("textarea, input:not([type=hidden])")?.focus();
};

/* The first answer that is missing in a form. */
const missing = (form) =>
  [...(form?.querySelectorAll("[required]") ?? [])].find((field) => !field.value && field.checkVisibility());

const KEYS = {
  "/": () => searchIn("[data-slash]"),
  f: () => searchIn("main [role=search] input"),
  j: () => goBy(1),
  k: () => goBy(-1),
  n: () => turn("next"),
  p: () => turn("prev"),
  x: tickRow,
  e: () => missing(document.querySelector("form[data-fill]"))?.focus(),
  "?": () => keysHelp?.showModal(),
};

document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("textarea, select, [contenteditable], input:not([type=checkbox], [type=radio])");
  if (typing || event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
  const control = document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
  const act = control ? () => press(control) : Object.hasOwn(KEYS, event.key) && KEYS[event.key];
  if (!act || localStorage.getItem(KEYS_OFF) || document.querySelector("dialog[open]")) return;
  event.preventDefault();
  act();
});

/* « All are there »: ticks every box of its group, and goes on to the first answer that is missing. */
for (const button of document.querySelectorAll("[data-tick-all]")) {
  button.hidden = false;
  button.addEventListener("click", () => {
    for (const box of button.closest("fieldset").querySelectorAll("input[type=checkbox]")) box.checked = true;
    missing(button.form)?.focus();
  });
}

/* Enter in a field of such a form goes to the first answer that is missing; when none is, it sends the form. */
document.addEventListener("keydown", (event) => {
  const field = event.target.closest("form[data-fill] input");
  if (event.key !== "Enter" || !field || field.matches("[type=file]") || event.isComposing) return;
  const next = missing(field.form);
  if (!next || next === field) return;
  event.preventDefault();
  next.focus();
});

if (keysHelp) {
  const listed = keysHelp.querySelector("dl");
  for (const control of document.querySelectorAll("[data-key]")) {
    const line = document.createElement("div");
    const key = document.createElement("dt");
    const act = document.createElement("dd");
    key.append(Object.assign(document.createElement("kbd"), { textContent: control.dataset.key }));
    act.textContent = control.dataset.act ?? control.textContent.trim();
    line.append(key, act);
    listed.append(line);
  }
  for (const opener of document.querySelectorAll("[data-keys-open]")) {
    opener.hidden = false;
    opener.addEventListener("click", () => keysHelp.showModal());
  }
  const wanted = keysHelp.querySelector("[data-keys-on]");
  wanted.checked = !localStorage.getItem(KEYS_OFF);
  wanted.addEventListener("change", () => {
    if (wanted.checked) localStorage.removeItem(KEYS_OFF);
    else localStorage.setItem(KEYS_OFF, "1");
  });
  keysHelp.querySelector("[data-keys-close]").addEventListener("click", () => keysHelp.close());
}
