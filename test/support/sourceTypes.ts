import { dirname, resolve } from "node:path";
import ts from "typescript";

/** A file's types with their doc comments, as TypeScript's compiler reads them. */
export interface SourceTypes {
  readonly checker: ts.TypeChecker;
  /** The declared type of a name that the file exports. */
  exported(name: string): ts.Type;
}

/**
 * Reads a file and what it imports of this project. What comes of packages is unknown, and nothing that a person writes is of
 * such a type; so it takes a second and not ten.
 */
export function readTypes(file: string): SourceTypes {
  const options: ts.CompilerOptions = {
    ...{ strict: true, noEmit: true, allowImportingTsExtensions: true, types: [], lib: ["lib.es5.d.ts"] },
    ...{ target: ts.ScriptTarget.ESNext, module: ts.ModuleKind.ESNext, exactOptionalPropertyTypes: true },
    moduleResolution: ts.ModuleResolutionKind.Bundler,
  };
  const host: ts.CompilerHost = {
    ...ts.createCompilerHost(options),
    resolveModuleNameLiterals: (literals, containing) =>
      literals.map(({ text }) => ({
        resolvedModule: text.startsWith(".")
          ? { resolvedFileName: resolve(dirname(containing), text), extension: ts.Extension.Ts }
          : undefined,
      })),
  };
  const program = ts.createProgram([file], options, host);
  const checker = program.getTypeChecker();
  const source = program.getSourceFile(file);
  const module = source === undefined ? undefined : checker.getSymbolAtLocation(source);
  return {
    checker,
    exported: (name) => {
      const symbol = module === undefined ? undefined : checker.tryGetMemberInModuleExports(name, module);
      if (symbol === undefined) throw new Error(`${file} exports no ${name}`);
      return checker.getDeclaredTypeOfSymbol(symbol);
    },
  };
}
