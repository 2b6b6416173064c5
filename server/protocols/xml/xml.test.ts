/** The XML reader: what is well-formed is read, everything else refused with its place, and nothing is ever larger than it was sent. */
import { describe, expect, test } from "vitest";
import { childOf, xmlLimits } from "./element.ts";
import { readXml } from "./read.ts";
import { xmlAttribute, xmlText } from "./write.ts";

function root(text: string) {
  const result = readXml(text);
  if (!result.ok) throw new Error(`${result.reason} at ${result.at}`);
  return result.root;
}

function reason(text: string): string | null {
  const result = readXml(text);
  return result.ok ? null : result.reason;
}

describe("read", () => {
  test("elements, attributes, text, comments, instructions, CDATA", () => {
    const read = root(
      `\ufeff<?xml version="1.0"?>\r\n<!-- x -- --><a one='1' two="&lt;2&gt;"> t<b/><![CDATA[<&>]]>&#x41;&#66;</a>\n`.replace(
        " -- -->",
        "-->",
      ),
    );
    expect(read).toMatchObject({ name: "a", namespace: "", text: " t<&>AB" });
    expect([...read.attributes]).toEqual([
      ["one", "1"],
      ["two", "<2>"],
    ]);
    expect(read.children.map(({ name }) => name)).toEqual(["b"]);
  });

  test("namespaces, inherited and overridden; attributes of other vocabularies are left out", () => {
    const read = root(`<a xmlns="urn:1" xmlns:x="urn:2" x:z="1" z="2"><x:b/><c xmlns=""/><x:d xmlns:x="urn:3"/></a>`);
    expect(read.children.map(({ name, namespace }) => `${namespace} ${name}`)).toEqual(["urn:2 b", " c", "urn:3 d"]);
    expect([...read.attributes]).toEqual([["z", "2"]]);
    expect(childOf(read, "urn:2", "b")).not.toBeNull();
    expect(childOf(read, "urn:1", "b")).toBeNull();
  });

  test("line ends are one LF each", () => {
    expect(root("<a>1\r\n2\r3</a>").text).toBe("1\n2\n3");
    expect(root("<a><![CDATA[1\r\n2\r3]]></a>").text).toBe("1\n2\n3");
  });

  test("characters that XML does not have are replaced, and hide nothing", () => {
    const read = root('<a id="\u0001"><b>x\u0000y</b><![CDATA[\uffff]]></a>');
    expect([read.attributes.get("id"), read.children[0]?.text, read.text]).toEqual(["\ufffd", "x\ufffdy", "\ufffd"]);
  });

  test("what was written comes back", () => {
    const nasty = `<a href="x">&amp; 'q' \t\r\n ]]> \u00e9 😀`;
    const read = root(`<a${xmlAttribute("v", nasty)}>${xmlText(nasty)}</a>`);
    expect(read.attributes.get("v")).toBe(nasty);
    expect(read.text).toBe(nasty.replace("\r\n", "\n"));
    expect(xmlText("a\u0000b\uffffc")).toBe("abc");
    expect(xmlAttribute("v", null)).toBe("");
  });
});

describe("refused", () => {
  test.each([
    ["", "no element"],
    ["text", "text outside the root element"],
    ["<a/><b/>", "a second root element"],
    ["<a>", "<a> is not closed"],
    ["<a></b>", "an end tag that closes nothing"],
    ["</a>", "an end tag that closes nothing"],
    ["<a b=1/>", "attribute b with a bad value"],
    ["<a b/>", "attribute b without a value"],
    ['<a b="1" b="2"/>', "attribute b twice"],
    ['<a b="1"c="2"/>', "no space before an attribute"],
    ['<a b="<"/>', "attribute b with a bad value"],
    ["<1/>", "a tag without a name"],
    ["<x:a/>", "prefix of <x:a> without a namespace"],
    ["<a>&copy;</a>", "an entity that is not known"],
    ["<a>&amp</a>", "an entity that is not known"],
    ["<a>&#0;</a>", "an entity that is not known"],
    ["<a>&#xD800;</a>", "an entity that is not known"],
    ["<!-- x", "a comment without an end"],
    ["<a><![CDATA[x</a>", "CDATA without an end"],
    ['<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "a document type or declaration, which is refused"],
    ["<a/ >", "a stray slash in a tag"],
  ])("%j", (text, why) => {
    expect(reason(text)).toBe(why);
  });

  test("limits: depth, attributes, values, names, octets", () => {
    expect(reason("<a>".repeat(xmlLimits.depth + 1))).toMatch(/levels/);
    const attributes = Array.from({ length: xmlLimits.attributes + 1 }, (_, i) => ` a${i}="1"`).join("");
    expect(reason(`<a${attributes}/>`)).toMatch(/attributes/);
    expect(reason(`<a b="${"x".repeat(xmlLimits.valueOctets + 1)}"/>`)).toMatch(/bad value/);
    expect(reason(`<a>${"x".repeat(xmlLimits.valueOctets + 1)}</a>`)).toMatch(/text of more/);
    expect(reason(`<${"a".repeat(xmlLimits.nameOctets + 1)}/>`)).toMatch(/name/);
    expect(reason(" ".repeat(xmlLimits.octets + 1))).toMatch(/longer/);
  });
});
