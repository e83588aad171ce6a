// <toast-note>: a confirmation that goes away by itself, waits while it is pointed at, and can be sent away.
class ToastNote extends HTMLElement {
  #timer;

  connectedCallback() {
    const close = document.createElement("button");
    close.type = "button";
    close.className = "toast__close";
    close.textContent = "×";
    close.setAttribute("aria-label", document.documentElement.dataset.close || "Close");
    close.addEventListener("click", () => this.remove());
    this.append(close);
    this.addEventListener("pointerenter", () => clearTimeout(this.#timer));
    this.addEventListener("pointerleave", () => this.#wait());
    this.addEventListener("focusin", () => clearTimeout(this.#timer));
    this.#wait();
  }

  disconnectedCallback() {
    clearTimeout(this.#timer);
  }

  #wait() {
    if (this.dataset.tone !== "error") this.#timer = setTimeout(() => this.remove(), 6000);
  }
}

customElements.define("toast-note", ToastNote);
