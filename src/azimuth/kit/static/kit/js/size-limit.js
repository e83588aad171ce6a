// <size-limit bytes="52428800" words="…">: a file field inside tells at once that a file is too large, before it is sent.
class SizeLimit extends HTMLElement {
  connectedCallback() {
    this.addEventListener("change", this);
  }

  handleEvent({ target }) {
    const isOver = [...(target.files ?? [])].some((file) => file.size > Number(this.getAttribute("bytes")));
    target.setCustomValidity(isOver ? this.getAttribute("words") : "");
    target.reportValidity();
  }
}

customElements.define("size-limit", SizeLimit);
