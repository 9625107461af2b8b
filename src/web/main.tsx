import { render } from "preact";
import { Page } from "./page";
import type { Report } from "./report";
import "./style.css";

function draw(root: HTMLElement) {
  const report = JSON.parse(document.getElementById("report")?.textContent ?? "null") as Report;
  root.replaceChildren();
  document.title = `${report.title}: Purser report`;
  render(<Page report={report} />, root);
  root.dataset["ready"] = "true";
}

const root = document.getElementById("page");
if (root) {
  try {
    draw(root);
  } catch (error) { // never half a bill: a sentence in its place
    root.textContent = `This page cannot be drawn: ${error}. purser report prints its figures as text.`;
    throw error;
  }
}
