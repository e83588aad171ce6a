// <letter-count left="Characters left: {n}" over="Characters too many: {n}">: says below a textarea with data-limit how much room is left.
const NEAR = 100;

class LetterCount extends HTMLElement {
  connectedCallback() {
    this.field = this.querySelector("textarea");
    this.room = this.querySelector("p");
    this.addEventListener("input", this);
    this.handleEvent();
  }

  handleEvent() {
    const left = Number(this.field.dataset.limit) - [...this.field.value].length;
    const words = this.getAttribute(left < 0 ? "over" : "left");
    this.room.textContent = words.replace("{n}", Math.abs(left).toLocaleString(document.documentElement.lang));
    this.room.dataset.state = left < 0 ? "over" : "room";
    this.room.setAttribute("aria-live", left < NEAR ? "polite" : "off");
  }
}

customElements.define("letter-count", LetterCount);
