/* Passkeys: the browser asks a device to make one, or to sign with one; the answer goes into a form.
   Where the browser knows no passkeys, what stands for them stays hidden. */
const known = "PublicKeyCredential" in window && "credentials" in navigator;
for (const part of document.querySelectorAll("[data-with-passkeys]")) part.hidden = !known;
for (const part of document.querySelectorAll("[data-without-passkeys]")) part.hidden = known;

/* In JSON bytes are written in base64url. */
const read = (written) =>
  Uint8Array.from(atob(written.replaceAll("-", "+").replaceAll("_", "/")), (sign) => sign.charCodeAt(0));
const write = (buffer) =>
  btoa(Array.from(new Uint8Array(buffer), (byte) => String.fromCharCode(byte)).join(""))
    .replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
const readIds = (keys) => (keys ?? []).map((key) => ({ ...key, id: read(key.id) }));

/* A challenge of the shop; none when it was not kept any more. */
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

/* Why nothing came of it, by the name that browsers give it; the words stand in the page. */
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

/* Coming back with the browser's own button finds the form as it was. */
window.addEventListener("pageshow", () => {
  for (const button of document.querySelectorAll("form[data-passkey] button")) button.disabled = false;
});
