/* Progressive enhancement. Every page works without this file. */
"use strict";

/* Focus the error summary, also in browsers that ignore `autofocus` on a <div>. */
const summary = document.querySelector("[data-focus]");
if (summary && !("autofocus" in summary)) summary.focus();

/* Undo what submitting a form changed. */
const settle = (form, button) => {
  delete form.dataset.sent;
  if (!button) return;
  button.removeAttribute("aria-busy");
  const word = button.querySelector("span");
  if (word && button.dataset.word) word.textContent = button.dataset.word;
};

/* A submitted form shows it: the button keeps its width and changes its label, and a second click is ignored.
   A response that is a file does not replace the page: after ten seconds the form may be sent again. */
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.sent) { event.preventDefault(); return; }
  const button = event.submitter;
  if (event.defaultPrevented || form.method !== "post" || !button) return;
  form.dataset.sent = "1";
  setTimeout(settle, 10000, form, button);
  button.setAttribute("aria-busy", "true");
  const word = button.querySelector("span");
  if (!button.dataset.busy || !word) return;
  button.style.inlineSize = `${button.offsetWidth}px`;
  button.dataset.word = word.textContent;
  word.textContent = button.dataset.busy;
});

/* Restore the form when the browser shows the page from its back/forward cache. */
window.addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
  for (const button of document.querySelectorAll("button[aria-busy]")) settle(button.form, button);
});

/* Quantity fields outside the cart: show − and +, and keep the value within its limits. */
for (const quantity of document.querySelectorAll("[data-quantity]")) {
  const input = quantity.querySelector("input");
  for (const button of quantity.querySelectorAll("[data-step]")) {
    button.hidden = false;
    button.addEventListener("click", () => {
      const wanted = (parseInt(input.value, 10) || 0) + Number(button.dataset.step);
      input.value = Math.min(Number(input.dataset.most), Math.max(Number(input.dataset.least), wanted));
      input.dispatchEvent(new Event("change", { bubbles: true }));
    });
  }
}

/* A phone shows its numeric keypad for the postal codes of France and Monaco only. */
for (const country of document.querySelectorAll("[data-country]")) {
  const code = country.form.elements[country.name.replace("country", "postal_code")];
  const choose = () => {
    code.inputMode = ["FR", "MC"].includes(country.value) ? "numeric" : "text";
  };
  country.addEventListener("change", choose);
  choose();
}

/* The contact person of step 3: their address is not kept for another name, and a saved contact is not chosen
   beside a typed one. */
const contact = document.querySelector("[data-contact]");
if (contact) {
  const { contact: saved, contact_name: name, contact_phone: phone, contact_email: email } = contact.form.elements;
  name.addEventListener("input", () => { if (email.value === email.defaultValue) email.value = ""; });
  if (saved) for (const typed of [name, phone, email]) {
    typed.addEventListener("input", () => { saved.value = ""; });
  }
}

/* Close menus on Escape and on a click elsewhere. */
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of document.querySelectorAll("[data-menu][open]")) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});
document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("[data-menu][open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});

/* A select or checkbox marked for it submits its form on change (sorting a list). */
document.addEventListener("change", (event) => {
  const form = event.target.form;
  if (form && event.target.matches("[data-at-once]")) form.requestSubmit();
});

/* Print the page. */
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
