import { resolve } from 'node:path'
import ts from 'typescript'

/** The declarations of other packages, of the compiler too. */
const FOREIGN = /\/node_modules\/(?!@coffer\/)/

/** The foreign declarations that were parsed: once for all programs, which is most of their time. */
const parsed = new Map<string, ts.SourceFile | undefined>()

function createHost(folder: string, options: ts.CompilerOptions): ts.CompilerHost {
  const host = ts.createCompilerHost(options)
  const getSourceFile: ts.CompilerHost['getSourceFile'] = (path, settings, ...rest) => {
    if (!FOREIGN.test(path)) return host.getSourceFile(path, settings, ...rest)
    const key = `${path} ${JSON.stringify(settings)}`
    if (!parsed.has(key)) parsed.set(key, host.getSourceFile(path, settings, ...rest))
    return parsed.get(key)
  }
  return { ...host, getSourceFile, getCurrentDirectory: () => folder }
}

/** Checks a program as `tsc` does, except for foreign declarations that the command doesn't name, and writes its output. */
function build(folder: string, { options, fileNames, errors }: ts.ParsedCommandLine): string {
  const host = createHost(folder, options)
  const program = ts.createProgram(fileNames, options, host)
  const found = [...errors, ...program.getOptionsDiagnostics(), ...program.getGlobalDiagnostics()]
  const isChecked = ({ fileName }: ts.SourceFile) => fileNames.includes(fileName) || !FOREIGN.test(fileName)
  for (const file of program.getSourceFiles().filter(isChecked)) {
    found.push(...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file))
    if (!file.isDeclarationFile) found.push(...program.emit(file).diagnostics)
  }
  return ts.formatDiagnostics(found, host)
}

/** Runs `tsc` in a folder, in this process, and returns what it reports. */
export function compile(folder: string, args: string[]): string {
  const command = ts.parseCommandLine(args)
  return build(folder, { ...command, fileNames: command.fileNames.map((name) => resolve(folder, name)) })
}

/** Runs `tsc -p` on a folder, in this process, and returns what it reports. */
export function compileProject(folder: string, options: ts.CompilerOptions = {}): string {
  const { config, error } = ts.readConfigFile(`${folder}/tsconfig.json`, ts.sys.readFile)
  const project = ts.parseJsonConfigFileContent(config, ts.sys, folder, options)
  return build(folder, { ...project, errors: error ? [error, ...project.errors] : project.errors })
}
