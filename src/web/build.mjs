// Bundles the page into one HTML file that needs no network: node build.mjs SOURCES OUTPUT
// The place of the report's JSON stays marked; web/page.cc fills it.
import { createHash } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { build } from "esbuild";

const [sources, output] = process.argv.slice(2);
const result = await build({
  entryPoints: [path.join(sources, "main.tsx")],
  outdir: "bundle",
  bundle: true,
  minify: true,
  write: false,
  format: "iife",
  target: ["chrome100", "firefox100", "safari15"],
  jsx: "automatic",
  jsxImportSource: "preact",
  legalComments: "none",
  logLevel: "warning",
});
const bundled = (ending) => {
  const file = result.outputFiles.find((candidate) => candidate.path.endsWith(ending));
  if (!file) throw new Error(`esbuild wrote no ${ending}`);
  return file.text;
};
let page = await readFile(path.join(sources, "index.html"), "utf8");
// A function as replacement: "$&" in the bundle must stay as it is.
const script = bundled(".js");
if (/<\/script|<!--/i.test(script)) throw new Error("the bundle would end its own script element");
const hash = `sha256-${createHash("sha256").update(script).digest("base64")}`;
page = page.replace("/*STYLE*/", () => bundled(".css")).replace("/*SCRIPT*/", () => script)
  .replace("HASH-OF-SCRIPT", () => hash);
if (page.split("/*REPORT*/").length !== 2) throw new Error("the place of the report must be marked once");
await writeFile(output, page);
