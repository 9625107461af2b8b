import { render } from "preact";
import { Page } from "./page";
import type { Report } from "./report";
import "./style.css";

const report = JSON.parse(document.getElementById("report")?.textContent ?? "null") as Report;
const root = document.getElementById("page");
if (root) {
  root.replaceChildren();
  document.title = `${report.title}: Purser report`;
  render(<Page report={report} />, root);
  root.dataset["ready"] = "true";
}
