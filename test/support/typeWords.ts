import ts from "typescript";

/** What a value of a type is, in words for people who do not know TypeScript. */
export function typeWords(checker: ts.TypeChecker, type: ts.Type): string {
  if (type.isUnion()) {
    const words = type.types.map((part) => typeWords(checker, part));
    const distinct = [...new Set(words.map((word) => (/^(true|false)$/.test(word) ? "true or false" : word)))];
    return distinct.join(" or ");
  }
  if (type.isStringLiteral()) return JSON.stringify(type.value);
  if (type.isNumberLiteral()) return String(type.value);
  if ((type.flags & ts.TypeFlags.BooleanLike) !== 0) return checker.typeToString(type);
  if ((type.flags & ts.TypeFlags.TemplateLiteral) !== 0) return "text";
  if ((type.flags & ts.TypeFlags.StringLike) !== 0) return "text";
  if ((type.flags & ts.TypeFlags.NumberLike) !== 0) return "number";
  if (checker.isArrayType(type)) {
    // The library says by a boolean what its type could say.
    const [items] = checker.getTypeArguments(type as ts.TypeReference);
    return items === undefined ? "list" : `list of ${typeWords(checker, items)}`;
  }
  const [signature] = type.getCallSignatures();
  if (signature !== undefined) return "function";
  const values = type.getStringIndexType();
  if (values !== undefined) return `map of name -> ${typeWords(checker, values)}`;
  return "map";
}
