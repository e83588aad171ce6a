// <copy-button value="…" done="Copied">: copies its value and says so; hidden until JavaScript is there.
class CopyButton extends HTMLElement {
  connectedCallback() {
    this.addEventListener("click", this);
  }

  async handleEvent(event) {
    const button = event.target.closest("button");
    if (!button) return;
    await navigator.clipboard.writeText(this.getAttribute("value"));
    const words = button.querySelector(".button__label") ?? button;
    const before = words.textContent;
    words.textContent = this.getAttribute("done");
    setTimeout(() => { words.textContent = before; }, 2000);
  }
}

customElements.define("copy-button", CopyButton);
