/* An export that is downloaded shows how much of it has arrived, and is saved when it is whole. Without this file
   its links are plain downloads. */
"use strict";

const QUOTE = 0x22, LINE_END = 0x0a, ENTRY = [0x50, 0x4b, 0x03, 0x04];

/* The rows of a CSV file that have arrived: the ends of lines outside quotation marks, less its head. */
const csvRows = () => {
  let rows = -1, quoted = false;
  return (part) => {
    for (const byte of part) {
      if (byte === QUOTE) quoted = !quoted;
      else if (byte === LINE_END && !quoted) rows += 1;
    }
    return Math.max(rows, 0);
  };
};

/* The documents of a ZIP file that have arrived: the heads of its entries. */
const zipEntries = () => {
  let entries = 0, matched = 0;
  return (part) => {
    for (const byte of part) {
      matched = byte === ENTRY[matched] ? matched + 1 : Number(byte === ENTRY[0]);
      if (matched === ENTRY.length) { entries += 1; matched = 0; }
    }
    return entries;
  };
};

/* What is counted in a file, by its ending; the rows of a workbook are packed and cannot be. */
const COUNTERS = { csv: csvRows, zip: zipEntries };
const number = (value) => value.toLocaleString(document.documentElement.lang || "fr");
const fill = (words, facts) => words.replace(/\{(\w+)\}/g, (_whole, name) => facts[name]);

const save = (parts, type, name) => {
  const url = URL.createObjectURL(new Blob(parts, { type }));
  const link = Object.assign(document.createElement("a"), { href: url, download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 60000);
};

for (const place of document.querySelectorAll("[data-exports]")) {
  const arriving = place.querySelector("[data-arriving]");
  const [bar, count, cancel] = ["progress", "[data-count]", "[data-cancel]"].map((name) => arriving.querySelector(name));
  const told = place.querySelector("[data-told]");
  const words = place.dataset;
  let running = null;

  const show = (kind, had, bytes) => {
    const total = Number(kind === "csv" ? words.totalRows : words.totalDocuments);
    const size = number(Math.ceil(bytes / 1024));
    if (!COUNTERS[kind]) { count.textContent = fill(words.size, { size }); return; }
    bar.max = total;
    bar.value = Math.min(had, total);
    const percent = total ? Math.floor((100 * bar.value) / total) : 100;
    const facts = { had: number(bar.value), total: number(total), percent: `${percent}\u00a0%` };
    count.textContent = fill(kind === "csv" ? words.ofRows : words.ofDocuments, facts);
  };

  const receive = async (answer, kind) => {
    const counted = COUNTERS[kind]?.() ?? (() => 0);
    const parts = [], reader = answer.body.getReader();
    let had = 0, bytes = 0;
    for (let read = await reader.read(); !read.done; read = await reader.read()) {
      parts.push(read.value);
      had = counted(read.value);
      bytes += read.value.length;
      show(kind, had, bytes);
    }
    const type = answer.headers.get("Content-Type");
    const [, name] = /filename="?([^";]+)/.exec(answer.headers.get("Content-Disposition"));
    save(parts, type, name);
    told.textContent = fill(kind === "csv" ? words.receivedRows : words.received, { had: number(had), size: number(Math.ceil(bytes / 1024)), name });
  };

  const download = async (link) => {
    running = new AbortController();
    bar.removeAttribute("value");
    count.textContent = "";
    arriving.hidden = false;
    told.textContent = words.begun;
    try {
      const answer = await fetch(link.href, { signal: running.signal });
      if (!answer.ok || !answer.headers.get("Content-Disposition")) { location.assign(link.href); return; }
      await receive(answer, new URL(link.href).pathname.split(".").pop());
    } catch (error) {
      told.textContent = error.name === "AbortError" ? words.cancelled : words.failed;
    } finally {
      if (arriving.contains(document.activeElement)) link.focus();
      arriving.hidden = true;
      running = null;
    }
  };

  cancel.addEventListener("click", () => running?.abort());
  place.addEventListener("click", (event) => {
    const link = event.target.closest("a[href]");
    if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    if (!running) download(link);
  });
}
