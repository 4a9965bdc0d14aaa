// Reads texts (a JSON list on standard input) as YAML 1.2 and prints a JSON list of their values.
// The value of a refused text is null. Numbers are {"int": digits} or {"float": text}, mappings are
// {"map": [[key, value], ...]} sorted by key. A key is the text of its scalar.

import { readFileSync } from "node:fs";
import { isAlias, isMap, isScalar, isSeq, parseAllDocuments } from "yaml";

const OPTIONS = {
  version: "1.2",
  schema: "core",
  intAsBigInt: true,
  uniqueKeys: false,
  strict: true,
  logLevel: "silent",
};

class Refused extends Error {}

function keyText(node) {
  if (node === null || isAlias(node) || !isScalar(node)) throw new Refused("a key");
  return typeof node.value === "string" ? node.value : (node.source ?? "");
}

function isMerge(node) {
  return isScalar(node) && node.value === "<<" && node.type === "PLAIN";
}

function followed(node, document) {
  if (!isAlias(node)) return node;
  const target = node.resolve(document);
  if (target === undefined) throw new Refused("an alias");
  return target;
}

function entries(node, document, depth) {
  const own = new Map();
  const merged = [];
  for (const pair of node.items) {
    if (isMerge(pair.key)) merged.push(followed(pair.value, document));
    else {
      const key = keyText(pair.key);
      if (own.has(key)) throw new Refused("a duplicate key");
      own.set(key, value(pair.value, document, depth));
    }
  }
  if (merged.length > 1) throw new Refused("a duplicate key");
  for (const source of merged) {
    const maps = isSeq(source) ? source.items.map((item) => followed(item, document)) : [source];
    for (const map of maps) {
      if (!isMap(map)) throw new Refused("a merge");
      for (const [key, item] of entries(map, document, depth))
        if (!own.has(key)) own.set(key, item);
    }
  }
  return own;
}

function value(node, document, depth = 0) {
  if (depth > 200) throw new Refused("depth");
  if (node === null || node === undefined) return null;
  const found = followed(node, document);
  if (isMap(found)) {
    const items = [...entries(found, document, depth + 1)];
    // Sort by code points, as Python does.
    const order = (text) => Array.from(text, (char) => char.codePointAt(0));
    items.sort(([one], [other]) => {
      const [a, b] = [order(one), order(other)];
      for (let i = 0; i < Math.min(a.length, b.length); i++) if (a[i] !== b[i]) return a[i] - b[i];
      return a.length - b.length;
    });
    return { map: items };
  }
  if (isSeq(found)) return found.items.map((item) => value(item, document, depth + 1));
  const plain = found.value;
  if (typeof plain === "bigint") return { int: plain.toString() };
  if (typeof plain === "number")
    return { float: Object.is(plain, Infinity) ? "inf" : Object.is(plain, -Infinity) ? "-inf" : String(plain) };
  if (plain === null || typeof plain === "boolean" || typeof plain === "string") return plain;
  throw new Refused("a scalar");
}

function read(text) {
  try {
    const documents = parseAllDocuments(text, OPTIONS);
    if (!Array.isArray(documents)) return [null];
    if (documents.some((document) => document.errors.length || document.warnings.length)) return null;
    return documents.map((document) => value(document.contents, document));
  } catch {
    return null; // an exception in the package counts as a refusal
  }
}

const texts = JSON.parse(readFileSync(0, "utf8"));
process.stdout.write(JSON.stringify(texts.map(read)));
