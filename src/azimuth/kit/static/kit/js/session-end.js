// <session-end>: says quietly that the session ends soon, keeps it on request, and says when it has ended. Nothing typed is touched.
// data-idle: seconds left unless something is asked; data-whole: seconds left in any case; data-stay: where to ask.
const SOON = 120;
const tabs = "BroadcastChannel" in window ? new BroadcastChannel("azimuth-session") : null;

class SessionEnd extends HTMLElement {
  #timer; #idle; #whole; #length;

  connectedCallback() {
    this.#length = Number(this.dataset.idle);
    this.#whole = inSeconds(Number(this.dataset.whole));
    this.#used(this.#length);
    this.querySelector("button")?.addEventListener("click", this);
    document.addEventListener("htmx:afterRequest", this);
    document.addEventListener("azimuth:contact", this);
    tabs?.addEventListener("message", this);
    this.#timer = setInterval(() => this.#look(), 1000);
  }

  disconnectedCallback() {
    clearInterval(this.#timer);
    document.removeEventListener("htmx:afterRequest", this);
    document.removeEventListener("azimuth:contact", this);
    tabs?.removeEventListener("message", this);
  }

  handleEvent(event) {
    if (event.type === "click") this.#stay();
    else if (event.type === "message") this.#idle = Math.max(this.#idle, event.data.idle);
    else if (event.type === "azimuth:contact" || event.detail?.successful) this.#used(this.#length - 60); // the server notes use by the minute
  }

  #used(seconds) {
    this.#idle = Math.max(this.#idle ?? 0, inSeconds(seconds));
    tabs?.postMessage({ idle: this.#idle });
  }

  #look() {
    const left = (Math.min(this.#idle, this.#whole) - Date.now()) / 1000;
    const state = left > SOON ? "" : left <= 0 ? "ended" : this.#idle < this.#whole ? "idle" : "whole";
    if (state === (this.dataset.state ?? "")) return;
    this.dataset.state = state;
    this.hidden = !state;
    for (const words of this.querySelectorAll("[data-when]")) words.hidden = words.dataset.when !== state;
  }

  async #stay() {
    const token = document.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "";
    const answer = await fetch(this.dataset.stay, { method: "POST", headers: { "X-CSRFToken": token, "X-Autosave": "1" } }).catch(() => null);
    if (answer?.ok && !answer.redirected) this.#used(this.#length);
  }
}

const inSeconds = (seconds) => Date.now() + seconds * 1000;

customElements.define("session-end", SessionEnd);
