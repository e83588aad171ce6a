// <passkey-form data-does="get|create" data-options="…" data-failed="…" data-known="…">: has the browser use or make a passkey before
// its form is sent. Without data-options it asks the form's own address for them. Hidden until it wakes; absent where passkeys cannot be.
const bytes = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (sign) => sign.charCodeAt(0));
const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");

// Browsers take no passkeys without TLS, and none for bare numbers: at home it is localhost, not 127.0.0.1.
const possible = () => window.isSecureContext && "PublicKeyCredential" in window && !/^[\d.]+$|^\[/.test(location.hostname);

const read = (options) => {
  const known = (list) => list?.map((one) => ({ ...one, id: bytes(one.id) }));
  const { challenge, user, allowCredentials, excludeCredentials, ...rest } = options.publicKey;
  const publicKey = { ...rest, challenge: bytes(challenge) };
  if (user) publicKey.user = { ...user, id: bytes(user.id) };
  if (allowCredentials) publicKey.allowCredentials = known(allowCredentials);
  if (excludeCredentials) publicKey.excludeCredentials = known(excludeCredentials);
  return { publicKey };
};

const written = (credential) => {
  const response = {};
  for (const part of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (credential.response[part]) response[part] = text(credential.response[part]);
  }
  if (credential.response.getTransports) response.transports = credential.response.getTransports();
  return { id: credential.id, rawId: text(credential.rawId), type: credential.type, clientExtensionResults: {}, response };
};

class PasskeyForm extends HTMLElement {
  connectedCallback() {
    this.dataset.state = possible() ? "ready" : "absent";
    this.addEventListener("submit", this);
  }

  async handleEvent(event) {
    const form = event.target;
    const field = form.elements.credential;
    if (field.value) return;
    event.preventDefault();
    if (this.dataset.state === "busy") return;
    this.#say("", "busy");
    try {
      field.value = JSON.stringify(written(await this.#ask(form)));
      form.requestSubmit();
      this.#say("", "ready");
    } catch (error) {
      this.#say(error.name === "InvalidStateError" ? this.dataset.known : this.dataset.failed, "ready");
    }
    field.value = "";  // going back must not send it twice
  }

  async #ask(form) {
    const options = read(this.dataset.options ? JSON.parse(this.dataset.options) : await this.#options(form));
    return this.dataset.does === "create" ? navigator.credentials.create(options) : navigator.credentials.get(options);
  }

  async #options(form) {
    const body = new FormData(form);
    body.delete("credential");
    const answer = await fetch(form.action, { method: "POST", body });
    if (!answer.ok) throw new Error(answer.statusText);
    return answer.json();
  }

  #say(words, state) {
    this.dataset.state = state;
    const line = this.querySelector("[data-says]");
    line.textContent = words ?? "";
    line.hidden = !words;
  }
}

customElements.define("passkey-form", PasskeyForm);
