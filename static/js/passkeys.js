/* Passkeys: the browser asks an authenticator to create one or to sign with one; the response is submitted
   with a form. In a browser without WebAuthn these forms stay hidden. */
const known = "PublicKeyCredential" in window && "credentials" in navigator;
for (const part of document.querySelectorAll("[data-with-passkeys]")) part.hidden = !known;
for (const part of document.querySelectorAll("[data-without-passkeys]")) part.hidden = known;

/* Bytes are encoded as base64url in JSON. */
const read = (written) =>
  Uint8Array.from(atob(written.replaceAll("-", "+").replaceAll("_", "/")), (sign) => sign.charCodeAt(0));
const write = (buffer) =>
  btoa(Array.from(new Uint8Array(buffer), (byte) => String.fromCharCode(byte)).join(""))
    .replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
const readIds = (keys) => (keys ?? []).map((key) => ({ ...key, id: read(key.id) }));

/* Fetch a WebAuthn challenge; throws when the server no longer has one. */
const challenge = async (form) => {
  const answer = await fetch(form.dataset.challenge, { method: "POST", body: new FormData(form), redirect: "error" });
  if (!answer.ok) throw new Error("expired");
  const options = await answer.json();
  options.challenge = read(options.challenge);
  options.allowCredentials = readIds(options.allowCredentials);
  options.excludeCredentials = readIds(options.excludeCredentials);
  if (options.user) options.user.id = read(options.user.id);
  return options;
};

const told = (credential) => {
  const { response } = credential;
  const said = { clientDataJSON: write(response.clientDataJSON) };
  if (response.attestationObject) {
    said.attestationObject = write(response.attestationObject);
    said.transports = response.getTransports?.() ?? [];
  } else {
    said.authenticatorData = write(response.authenticatorData);
    said.signature = write(response.signature);
    if (response.userHandle) said.userHandle = write(response.userHandle);
  }
  return JSON.stringify({ id: credential.id, rawId: write(credential.rawId), type: credential.type, response: said });
};

/* The failure, by the name of the DOMException; the page contains the texts. */
const REASONS = { NotAllowedError: "cancelled", AbortError: "cancelled", InvalidStateError: "known" };

const ask = async (form) => {
  const publicKey = await challenge(form);
  const make = form.dataset.passkey === "make";
  const credential = await (make ? navigator.credentials.create({ publicKey }) : navigator.credentials.get({ publicKey }));
  form.elements.answer.value = told(credential);
  form.submit();
};

for (const form of document.querySelectorAll("form[data-passkey]")) {
  const words = form.querySelector("[data-words]");
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const button = event.submitter ?? form.querySelector("button");
    button.disabled = true;
    words.hidden = true;
    try {
      await ask(form);
    } catch (error) {
      const reason = error.message === "expired" ? "expired" : REASONS[error.name] ?? "failed";
      words.querySelector("span").textContent = form.dataset[reason] ?? form.dataset.failed;
      words.hidden = false;
      button.disabled = false;
      button.focus();
    }
  });
}

/* Restore the form when the browser shows the page from its back/forward cache. */
window.addEventListener("pageshow", () => {
  for (const button of document.querySelectorAll("form[data-passkey] button")) button.disabled = false;
});
