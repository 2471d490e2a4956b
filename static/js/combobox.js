/* A combobox that searches an organisation as the user types; the server returns the options. Selecting one
   fills the form. Without JavaScript the button beside it searches, and the choices are buttons. */
"use strict";

for (const finder of document.querySelectorAll("[data-finder]")) {
  const input = finder.querySelector("input"), box = finder.querySelector("[data-finder-box]");
  const told = finder.querySelector("[data-finder-told]"), fields = input.form.elements;
  const offers = () => [...box.querySelectorAll("[role=option]")];
  let waiting, asked, here = -1;
  for (const button of finder.querySelectorAll("button")) button.hidden = button.disabled = true;
  for (const [name, value] of [["role", "combobox"], ["aria-autocomplete", "list"], ["aria-expanded", "false"],
    ["aria-controls", "finder-list"]]) input.setAttribute(name, value);
  const show = (open) => {
    box.hidden = !open;
    input.setAttribute("aria-expanded", String(open));
    if (!open) point(-1);
  };
  const point = (wanted) => {
    here = wanted;
    input.removeAttribute("aria-activedescendant");
    offers().forEach((offer, number) => {
      offer.setAttribute("aria-selected", String(number === here));
      if (number !== here) return;
      input.setAttribute("aria-activedescendant", offer.id);
      offer.scrollIntoView({ block: "nearest" });
    });
  };
  const pick = (offer) => {
    fields.organisation.value = offer.dataset.name;
    fields.siret.value = offer.dataset.number;
    for (const part of ["line1", "postal_code", "city"]) {
      fields[`header_${part}`].value = offer.getAttribute(`data-${part}`);
    }
    const body = input.form.querySelector("[name=buys_for][value=public]");
    if (body) body.checked = true;
    told.textContent = offer.dataset.told;
    show(false);
    fields.siret.focus();
  };
  const find = async () => {
    asked?.abort();
    asked = new AbortController();
    if (input.value.trim().length < 3) { show(false); told.textContent = ""; return; }
    try {
      const answer = await fetch(`${finder.dataset.finder}?q=${encodeURIComponent(input.value)}`, { signal: asked.signal });
      if (!answer.ok) return;
      box.innerHTML = await answer.text();
    } catch (error) { return; }
    told.textContent = box.firstElementChild.dataset.said;
    here = -1;
    show(offers().length > 0);
  };
  input.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(find, 200); });
  input.addEventListener("keydown", (event) => {
    const count = offers().length, open = !box.hidden;
    if (event.key === "Enter") {
      event.preventDefault();
      if (open && here >= 0) pick(offers()[here]); else find();
    } else if (event.key === "Escape" && open) {
      event.preventDefault();
      show(false);
    } else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && count) {
      event.preventDefault();
      const step = event.key === "ArrowDown" ? 1 : -1;
      if (!open) show(true);
      point(here < 0 && step < 0 ? count - 1 : (here + step + count) % count);
    }
  });
  input.addEventListener("blur", () => show(false));
  box.addEventListener("pointerdown", (event) => event.preventDefault());
  box.addEventListener("click", (event) => {
    const offer = event.target.closest("[role=option]");
    if (offer) pick(offer);
  });
}
