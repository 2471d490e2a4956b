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

const search = () => {
  const box = document.querySelector("[data-slash]");
  box?.focus();
  box?.select();
};

const KEYS = {
  "/": search,
  j: () => goBy(1),
  k: () => goBy(-1),
  n: () => turn("next"),
  p: () => turn("prev"),
  x: tickRow,
  "?": () => keysHelp?.showModal(),
};

document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("textarea, select, [contenteditable], input:not([type=checkbox], [type=radio])");
  if (typing || event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
  const act = Object.hasOwn(KEYS, event.key) && KEYS[event.key];
  if (!act || localStorage.getItem(KEYS_OFF) || document.querySelector("dialog[open]")) return;
  event.preventDefault();
  act();
});

if (keysHelp) {
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
