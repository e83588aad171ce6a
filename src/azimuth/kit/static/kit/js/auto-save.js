// <auto-save> around a form: saves while one types, says so, and never loses a word.
// The server answers {version}; 409 means another tab saved meanwhile; a redirect means one was signed out.

const PAUSE = 1200; // ms after the last keystroke
const RETRY = [2000, 5000, 15000, 30000];

class AutoSave extends HTMLElement {
  connectedCallback() {
    this.form = this.querySelector("form");
    this.status = this.querySelector("[data-status]");
    this.failures = 0;
    this.dirty = false;
    this.form.addEventListener("input", () => this.later());
    this.form.addEventListener("change", () => this.later());
    this.form.addEventListener("submit", () => { this.dirty = false; });
    window.addEventListener("online", () => this.dirty && this.save());
    window.addEventListener("focus", () => this.dirty && this.save());
    window.addEventListener("beforeunload", (event) => { if (this.dirty) event.preventDefault(); });
  }

  later() {
    this.dirty = true;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), PAUSE);
  }

  async save() {
    if (this.saving || this.conflict) return;
    clearTimeout(this.timer);
    this.saving = true;
    this.dirty = false;
    this.say("saving");
    try {
      await this.answered(await this.send());
    } catch {
      this.again("offline");
    } finally {
      this.saving = false;
    }
  }

  send() {
    const body = new FormData(this.form);
    body.delete("submit");
    return fetch(this.form.action, { method: "POST", body, headers: { "X-Autosave": "1" } });
  }

  async answered(response) {
    if (response.redirected) return this.again("signedout");
    if (response.status === 403) return this.renew();
    const answer = await response.json();
    if (response.ok) {
      this.failures = 0;
      document.dispatchEvent(new CustomEvent("azimuth:contact"));
      this.form.elements.seen.value = answer.version;
      this.say(this.dirty ? "saving" : "saved");
      return undefined;
    }
    this.conflict = Boolean(answer.conflict);
    this.dirty = true;
    this.status.dataset.state = "problem";
    this.status.textContent = answer.problem;
    return undefined;
  }

  // Signing in again changes the form's token: fetch the page for the new one, then save.
  async renew() {
    const page = await fetch(this.form.action);
    if (page.redirected) return this.again("signedout");
    const fresh = new DOMParser().parseFromString(await page.text(), "text/html").querySelector("auto-save [name=csrfmiddlewaretoken]");
    if (fresh) this.form.elements.csrfmiddlewaretoken.value = fresh.value;
    return this.again(fresh ? "saving" : "offline");
  }

  again(state) {
    this.dirty = true;
    this.say(state);
    this.timer = setTimeout(() => this.save(), RETRY[Math.min(this.failures++, RETRY.length - 1)]);
  }

  say(state) {
    this.status.dataset.state = state;
    this.status.textContent = this.dataset[state];
  }
}

customElements.define("auto-save", AutoSave);
